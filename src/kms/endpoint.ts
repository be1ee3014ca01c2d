/** Hosts of this machine: never asked through a proxy, and the only ones that may be asked without TLS. */
export function isLoopback(hostname: string): boolean {
  return ['localhost', '::1', '[::1]'].includes(hostname) || /^127(\.\d{1,3}){3}$/.test(hostname)
}

/** What is wrong with an endpoint that somebody gave, in a sentence, or undefined. */
export function endpointProblem(endpoint: string): string | undefined {
  if (!URL.canParse(endpoint)) return `${endpoint} is not a URL: an endpoint looks like https://HOST`
  const { protocol, hostname } = new URL(endpoint)
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))) return undefined
  return `${endpoint} would be asked without TLS: give an https URL (plain http is for this machine only)`
}
