import type { Environment } from './environment.ts'

/** What a child needs to find programs, files and the network, whatever the rules below say of its name. */
const kept: readonly RegExp[] = [
  /^(PATH|HOME|PWD|OLDPWD|LANG|LC_.*|TMPDIR|TZ)$/,
  // Operators sit behind proxies: the clouds are reached through these, sometimes with a password inside.
  /^(https?|all|no)_proxy$/i,
  /^(NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR|AWS_CA_BUNDLE)$/,
  // Where the clouds are asked, not who asks.
  /^AWS_ENDPOINT_URL(_.*)?$/,
  /^AWS_(DEFAULT_)?REGION$/,
]

/** Families whose variables are credentials or lead to them: a profile, a token file, an identity endpoint. */
const credentialFamilies: readonly RegExp[] = [
  /^(AWS|AMAZON|AZURE|ARM|GOOGLE|GCLOUD|CLOUDSDK|GCP)_/i,
  // Managed identity of Azure App Service: IDENTITY_HEADER is the secret, MSI_SECRET its elder.
  /^(IDENTITY|MSI)_/i,
  /^(VAULT|MONGODB|MONGOSH|ATLAS)_/i,
]

/** Words that name a credential, anywhere in a variable's name. */
const credentialWords: readonly RegExp[] = [
  /SECRET|TOKEN|PASSW(OR)?D|PASSPHRASE|CREDENTIAL|PRIVATE|APIKEY/i,
  /(^|_)(KEY|KEYS|PASS|PWD|AUTH|PAT|COOKIE|SESSION)(_|$)/i,
  /KEYS?$/i,
]

/** `scheme://user:password@host`, under whatever name. */
const urlWithPassword = /:\/\/[^/\s@]*:[^/\s@]+@/

/**
 * Where the sign-in of this machine lies: names of files, folders, accounts and hosts, and no secret. Whoever shall use
 * that sign-in has to find it.
 */
const signIn: readonly RegExp[] = [
  /^AZURE_(TENANT_ID|CLIENT_ID|FEDERATED_TOKEN_FILE|AUTHORITY_HOST|CONFIG_DIR|TOKEN_CREDENTIALS)$/,
  /^(GOOGLE_APPLICATION_CREDENTIALS|GOOGLE_CLOUD_PROJECT|CLOUDSDK_CONFIG|GCE_METADATA_HOST)$/,
]

/** The environment for a child process that uses the sign-in of this machine by itself. */
export function signedInEnvironment(environment: Environment): Record<string, string> {
  const found = Object.entries(environment).filter(([name]) => signIn.some(rule => rule.test(name)))
  const present = found.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
  return { ...childEnvironment(environment), ...Object.fromEntries(present) }
}

/**
 * The environment for a child process (the key proxy, mongod): everything but what can hold a credential. Secrets reach
 * the proxy on its stdin and mongod never: /proc/PID/environ shows a process's environment to all of its user's programs.
 */
export function childEnvironment(environment: Environment): Record<string, string> {
  const cleaned: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && mayPass(name, value)) cleaned[name] = value
  }
  return cleaned
}

function mayPass(name: string, value: string): boolean {
  const matches = (rule: RegExp) => rule.test(name)
  if (kept.some(matches)) return true
  return !credentialFamilies.some(matches) && !credentialWords.some(matches) && !urlWithPassword.test(value)
}
