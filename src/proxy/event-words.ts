import type { Writable } from 'node:stream'
import { shellQuote } from '../lib/shell-quote.ts'
import type { Emit, ProxyEvent } from './events.ts'

/**
 * Events as sentences, for whoever starts the proxy by hand.
 * @param mongodPort for the command line of mongod that is shown; undefined where no mongod is meant
 */
export function eventsInWords(output: Writable, mongodPort: number | undefined): Emit {
  return event => {
    const sentence = sentenceOf(event, mongodPort)
    if (sentence !== undefined) output.write(`${sentence}\n`)
  }
}

function sentenceOf(event: ProxyEvent, mongodPort: number | undefined): string | undefined {
  switch (event.type) {
    case 'starting':
      return event.keyIds.length === 0 ? undefined : `Unwrapping ${event.keyIds.join(', ')}`
    case 'unwrapped':
      return `${event.provider} unwrapped the master key in ${event.millis} ms`
    case 'note':
      return event.message
    case 'serving':
      return [
        `Serving ${event.keyIds.length === 0 ? 'KMIP' : event.keyIds.join(', ')} on 127.0.0.1:${event.port}`,
        `Certificates: ${event.caFile} and ${event.clientCertificateFile}`,
        ...(mongodPort === undefined ? [] : [`Start mongod with: ${mongodFlags(event, mongodPort)}`]),
      ].join('\n')
    case 'served':
      return `${event.operation}${event.keyId === undefined ? '' : ` of ${event.keyId}`} for ${event.peer}`
    case 'refused':
      return `Refused ${event.operation ?? 'a request'} of ${event.peer}: ${event.reason}`
    case 'finding':
      return `${event.code}: ${event.message}\n  ${event.remedy}`
    case 'stopped':
      return 'Stopped'
    case 'failed':
      // Said once, by the end of the command.
      return undefined
  }
}

function mongodFlags(serving: Extract<ProxyEvent, { type: 'serving' }>, mongodPort: number): string {
  return [
    `--port ${mongodPort} --bind_ip 127.0.0.1 --enableEncryption`,
    `--kmipServerName 127.0.0.1 --kmipPort ${serving.port}`,
    `--kmipServerCAFile ${shellQuote(serving.caFile)}`,
    `--kmipClientCertificateFile ${shellQuote(serving.clientCertificateFile)}`,
    '--kmipActivateKeys false',
  ].join(' ')
}
