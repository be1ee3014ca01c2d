import type { CloudCredentials } from '../kms/key-service.ts'
import type { Finding } from '../lib/failure.ts'
import type { Secret } from '../lib/secret.ts'

/** How a known field is shown: `plain` whole, `identifier` masked (`AKIA…7Q`), `secret` not at all. */
export type FieldKind = 'plain' | 'identifier' | 'secret'

/** The values of known fields, by their names in `Dialect.fields`: only those that are text and not empty, trimmed. */
export type FieldValues = ReadonlyMap<string, Secret>

/** What flags say in place of a field, or beside them all. */
export interface Overrides {
  /** In AWS's or Atlas's spelling. */
  readonly region?: string | undefined
  /** The region where neither a flag nor a field says one, such as that of a metadata file whose keys are stale. */
  readonly regionElse?: string | undefined
  /** The customer master key as its cloud names it: an ARN, a key identifier of Azure, a resource of Google. */
  readonly kmsKey?: string | undefined
  /** The same where neither a flag nor a field says it. */
  readonly kmsKeyElse?: string | undefined
  readonly kmsEndpoint?: string | undefined
  readonly stsEndpoint?: string | undefined
  readonly authorityHost?: string | undefined
}

/** Credentials, or why these fields give none. */
export type CredentialsReading =
  | { readonly kind: 'credentials'; readonly credentials: CloudCredentials }
  | { readonly kind: 'finding'; readonly finding: Finding }

/** How one provider writes its credentials and its wrapped keys. */
export interface Dialect {
  /**
   * The fields of a metadata file, in the spelling that one gets where a mend has to add it. Read without regard to
   * case: the Admin API of Atlas writes `accessKeyID`, the file `accessKeyId`.
   */
  readonly fields: Readonly<Record<string, FieldKind>>
  /** What a JSON document on standard input may have beyond those, or under another name: the field that is meant. */
  readonly documentFields: Readonly<Record<string, string>>
  /** The field whose value a whole document is, where it is one by itself, such as the key of a service account. */
  readonly fieldOfDocument: (document: Readonly<Record<string, unknown>>) => string | undefined
  /** Such a document, shortened, for whoever gave another. */
  readonly documentExample: string
  /** `where` names what is read, inside a sentence: `the metadata file …`. */
  read(values: FieldValues, overrides: Overrides, where: string): CredentialsReading
  /** The cloud's own name of the key that wrapped the master key, where a field has it. */
  keyName(values: FieldValues): string | undefined
  /** The largest blob that the cloud accepts, in bytes. */
  readonly largestBlob: number
  /** Whether a blob begins, or measures, as this provider's wrapped keys do. A guess that only orders the search. */
  looksWrapped(blob: Uint8Array): boolean
}

/** The text of a field that is no secret, without the invisible characters that could play with a terminal. */
export function textOf(values: FieldValues, field: string): string | undefined {
  return values.get(field)?.reveal().replaceAll(invisible, '')
}

/** Control and format characters. */
export const invisible = /[\p{Cc}\p{Cf}]/gu

/** CRED-013 for those of the found values that are undefined. `elsewhere`: the flag that leads to others. */
export function missingFields(
  found: Readonly<Record<string, unknown>>,
  where: string,
  elsewhere: string,
): CredentialsReading {
  const missing = Object.keys(found).filter(field => found[field] === undefined)
  return withFinding({
    code: 'CRED-013',
    severity: 'error',
    message: `${capitalised(where)} has no ${missing.join(' and no ')}`,
    remedy: `Take credentials from elsewhere: ${elsewhere}`,
  })
}

/**
 * CRED-001: Atlas opens the key through a role, and the file's own credentials, if there are any, are not valid.
 * Undefined where no `roleId` is set.
 */
export function roleBased(
  values: FieldValues,
  where: string,
  remedy: string,
): CredentialsReading | undefined {
  const roleId = textOf(values, 'roleId')
  if (roleId === undefined) return undefined
  return withFinding({
    code: 'CRED-001',
    severity: 'error',
    message: `${capitalised(where)} says role-based access (roleId ${roleId}): it holds no valid credentials`,
    remedy,
  })
}

/** The beginning of a sentence. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

export function withFinding(finding: Finding): CredentialsReading {
  return { kind: 'finding', finding }
}
