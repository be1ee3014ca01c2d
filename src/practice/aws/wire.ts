import type { WireAnswer } from '../stand-in.ts'
import type { Refusal, Service } from './refusal.ts'

/** A structure whose leaves are text: all that the two services answer here. */
export interface Structure {
  readonly [name: string]: string | Structure
}

const stsNamespace = 'https://sts.amazonaws.com/doc/2011-06-15/'

/**
 * STS speaks the AWS query protocol (https://smithy.io/2.0/aws/protocols/aws-query-protocol.html), KMS awsJson1.1
 * (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html).
 */
export function success(
  service: Service,
  operation: string,
  result: Structure,
  requestId: string,
): WireAnswer {
  if (service === 'kms') return json(200, result, requestId)
  const body = { [`${operation}Result`]: result, ResponseMetadata: { RequestId: requestId } }
  return xml(200, `${operation}Response`, body, requestId)
}

/** A refusal without a text has no message on the wire either. */
export function failure(service: Service, { code, status, message }: Refusal, requestId: string): WireAnswer {
  if (service === 'kms') return json(status, { __type: code, ...(message && { message }) }, requestId)
  const error = { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message }
  return xml(status, 'ErrorResponse', { Error: error, RequestId: requestId }, requestId)
}

function json(status: number, body: Structure, requestId: string): WireAnswer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId },
    body: JSON.stringify(body),
  }
}

function xml(status: number, root: string, body: Structure, requestId: string): WireAnswer {
  return {
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: `<${root} xmlns="${stsNamespace}">\n${elements(body, '  ')}</${root}>\n`,
  }
}

function elements(structure: Structure, indent: string): string {
  return Object.entries(structure)
    .map(([name, value]) => {
      const content =
        typeof value === 'string' ? escaped(value) : `\n${elements(value, `${indent}  `)}${indent}`
      return `${indent}<${name}>${content}</${name}>\n`
    })
    .join('')
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

function escaped(text: string): string {
  return text.replace(/[&<>]/g, character => entities[character] ?? character)
}
