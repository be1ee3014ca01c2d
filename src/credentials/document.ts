import { z } from 'zod'
import type { CloudCredentials, Provider } from '../kms/key-service.ts'
import { Failure } from '../lib/failure.ts'
import { Secret } from '../lib/secret.ts'
import { capitalised, type FieldValues, type Overrides } from './dialect.ts'
import { dialects } from './dialects.ts'

const where = 'the JSON document on standard input'

/** Fields of any name. What is not text is not looked at, but for the JSON of a service account. */
const fields = z.record(z.string(), z.unknown())

/** What a document gives. */
export interface DocumentCredentials {
  readonly credentials: CloudCredentials
  /** Undefined where it does not say when they end. */
  readonly expiration: Date | undefined
}

/**
 * The credentials in one JSON document, as `--credentials stdin` takes them: the fields of a metadata file, for AWS
 * with a `sessionToken`, in any case. What the clouds' own tools print is taken as it is: `aws sts assume-role`, which
 * has them inside `Credentials`, `az ad sp create-for-rbac`, and the key document of a Google service account.
 * Throws `Failure` CRED-013 where they are not all there, CRED-002 and CRED-008 for what is wrong with them; no message
 * repeats a value.
 */
export function credentialsFromDocument(
  text: Secret,
  provider: Provider,
  overrides: Overrides = {},
): DocumentCredentials {
  const document = parsed(text, provider)
  const reading = dialects[provider].read(valuesOf(document, provider), overrides, where)
  if (reading.kind === 'finding') throw new Failure(reading.finding)
  return { credentials: reading.credentials, expiration: expirationOf(document) }
}

function parsed(text: Secret, provider: Provider): Readonly<Record<string, unknown>> {
  let content: unknown
  try {
    content = JSON.parse(text.reveal())
  } catch {
    // JSON.parse quotes the text in its message: the message stays here.
    throw unusable(text.isEmpty ? 'is empty' : 'is not JSON', provider)
  }
  const document = fields.safeParse(content).data
  if (document === undefined) throw unusable('is no object', provider)
  return fields.safeParse(document.Credentials).data ?? document
}

function valuesOf(document: Readonly<Record<string, unknown>>, provider: Provider): FieldValues {
  const { fields: known, documentFields, fieldOfDocument } = dialects[provider]
  const own = fieldOfDocument(document)
  const names = new Map(
    [...Object.keys(known).map(name => [name, name] as const), ...Object.entries(documentFields)].map(
      ([spelling, name]) => [spelling.toLowerCase(), name],
    ),
  )
  const values = new Map<string, Secret>()
  const all = { ...document, ...(own === undefined ? {} : { [own]: document }) }
  for (const [spelling, value] of Object.entries(all)) {
    const name = names.get(spelling.toLowerCase())
    const content = typeof value === 'object' && value !== null ? JSON.stringify(value) : value
    if (name !== undefined && typeof content === 'string' && content.trim() !== '') {
      values.set(name, new Secret(content.trim()))
    }
  }
  return values
}

/** What AWS's tools print beside temporary keys. */
function expirationOf({ Expiration: end }: Readonly<Record<string, unknown>>): Date | undefined {
  const date = new Date(typeof end === 'string' ? end : NaN)
  return Number.isNaN(date.getTime()) ? undefined : date
}

function unusable(what: string, provider: Provider): Failure {
  return new Failure({
    code: 'CRED-013',
    message: `${capitalised(where)} ${what}`,
    remedy: `Give one object, such as ${dialects[provider].documentExample}`,
  })
}
