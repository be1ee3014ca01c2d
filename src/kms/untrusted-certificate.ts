import type { Agent } from 'node:http'
import { certificateIssuer } from './certificate-issuer.ts'

/** Says of an untrusted certificate who issued it: where a network inspects TLS, that is whom to trust. */
export async function untrustedCertificate(asked: URL, agent: Agent | undefined): Promise<string> {
  const issuer = await certificateIssuer(asked, agent)
  const whose = issuer === undefined ? '' : `, issued by “${issuer}”,`
  return `The certificate of ${asked.host}${whose} is not trusted by this machine`
}
