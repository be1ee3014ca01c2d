import { z } from 'zod'
import type { CloudCredentials, Provider } from '../kms/key-service.ts'
import { Failure } from '../lib/failure.ts'
import { Secret } from '../lib/secret.ts'
import { capitalised, type FieldValues, type Overrides } from './dialect.ts'
import { dialects } from './dialects.ts'

const where = 'the JSON document on standard input'

/** Fields of any name. What is not text is not looked at, but for the JSON of a service account. */
const fields = z.record(z.string(), z.unknown())

/**
 * The credentials in one JSON document, as `--credentials stdin` takes them: the fields of a metadata file, for AWS
 * with a `sessionToken`, in any case. What `aws sts assume-role` prints has them inside `Credentials`, and is taken as it is.
 * Throws `Failure` CRED-013 where they are not all there, CRED-002 and CRED-008 for what is wrong with them; no message
 * repeats a value.
 */
export function credentialsFromDocument(
  text: Secret,
  provider: Provider,
  overrides: Overrides = {},
): CloudCredentials {
  const reading = dialects[provider].read(valuesOf(parsed(text), provider), overrides, where)
  if (reading.kind === 'credentials') return reading.credentials
  throw new Failure(reading.finding)
}

function parsed(text: Secret): Readonly<Record<string, unknown>> {
  let content: unknown
  try {
    content = JSON.parse(text.reveal())
  } catch {
    // JSON.parse quotes the text in its message: the message stays here.
    throw unusable('is not JSON')
  }
  const document = fields.safeParse(content).data
  if (document === undefined) throw unusable('is no object')
  return fields.safeParse(document.Credentials).data ?? document
}

function valuesOf(document: Readonly<Record<string, unknown>>, provider: Provider): FieldValues {
  const { fields: known, documentFields } = dialects[provider]
  const names = new Map([...Object.keys(known), ...documentFields].map(name => [name.toLowerCase(), name]))
  const values = new Map<string, Secret>()
  for (const [spelling, value] of Object.entries(document)) {
    const name = names.get(spelling.toLowerCase())
    const content = typeof value === 'object' && value !== null ? JSON.stringify(value) : value
    if (name !== undefined && typeof content === 'string' && content.trim() !== '') {
      values.set(name, new Secret(content.trim()))
    }
  }
  return values
}

function unusable(what: string): Failure {
  return new Failure({
    code: 'CRED-013',
    message: `${capitalised(where)} ${what}`,
    remedy:
      'Give one object, such as {"accessKeyId": …, "secretAccessKey": …, "sessionToken": …, "region": …}',
  })
}
