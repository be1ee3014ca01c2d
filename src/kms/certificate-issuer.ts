import type { Agent } from 'node:http'
import https from 'node:https'
import { TLSSocket } from 'node:tls'

/** Milliseconds that the question may take: it is asked after a failure, for its explanation only. */
const patience = 5_000

/**
 * Who issued the certificate that a server presents, such as `Corporate Inspection CA`; undefined where it cannot be
 * learnt. Asked after a failed verification: the connection is closed before anything is sent through it.
 */
export function certificateIssuer(url: URL, agent: Agent | undefined): Promise<string | undefined> {
  return new Promise(resolve => {
    const request = https.request(url, { agent, rejectUnauthorized: false, timeout: patience })
    const answer = (issuer: string | undefined) => {
      request.destroy()
      resolve(issuer)
    }
    request.once('error', () => answer(undefined))
    request.once('timeout', () => answer(undefined))
    request.once('socket', socket => {
      if (!(socket instanceof TLSSocket)) return
      socket.once('secureConnect', () => {
        const { issuer } = socket.getPeerCertificate()
        const name = issuer.CN ?? issuer.O
        answer(Array.isArray(name) ? name[0] : name)
      })
    })
  })
}
