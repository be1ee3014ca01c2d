import type { NetworkReason } from '../kms/network-failure.ts'
import { cloudNames } from './clouds.ts'
import type { Diagnose } from './diagnosis.ts'

const network =
  (what: string, remedy: string): Diagnose =>
  ({ provider, operation }) => ({
    code: 'CRED-010',
    message: `${cloudNames[provider]} was not reached for ${operation}: ${what}`,
    remedy,
  })

const authority = 'Have Node.js trust that authority: NODE_EXTRA_CA_CERTS=/path/to/authority.pem'

/** Why a cloud was not reached, the same for all three; `cancelled` is no diagnosis. */
export const networkDiagnoses: Readonly<Record<Exclude<NetworkReason, 'cancelled'>, Diagnose>> = {
  timeout: network(
    'nothing answered in time',
    'Try again. Behind a proxy set HTTPS_PROXY, with a private endpoint give --kms-endpoint and --sts-endpoint',
  ),
  'connection-refused': network(
    'the connection is refused',
    'See what listens there: an endpoint, or the proxy that HTTPS_PROXY names, is wrong or down',
  ),
  'connection-lost': network(
    'the connection was cut off',
    'Try again; if it stays so, a firewall or proxy on the way cuts it',
  ),
  'unknown-host': network(
    'its name is not known to the DNS',
    'See that this machine has a network and a DNS server, and that the region and the endpoints exist',
  ),
  unreachable: network(
    'there is no route to it',
    'Behind a proxy set HTTPS_PROXY; in a closed network use a private endpoint',
  ),
  'certificate-untrusted': ({ message }) => ({ code: 'CRED-010', message, remedy: authority }),
  'certificate-name': network(
    'the server presents a certificate for another name',
    'See the endpoints and the proxy: something answers in the cloud’s place',
  ),
  'certificate-expired': network(
    'the server’s certificate is not valid at this time',
    'See the clock of this machine first, then the endpoint',
  ),
  'not-tls': network(
    'what answers does not speak TLS',
    'See the endpoint, and that HTTPS_PROXY names an http proxy: http://HOST:PORT',
  ),
  'proxy-address': ({ message }) => ({
    code: 'CRED-010',
    message,
    remedy: 'Set it to http://HOST:PORT, or unset it where no proxy is needed',
  }),
}
