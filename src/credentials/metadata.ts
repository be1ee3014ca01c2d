import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import { dirname, sep } from 'node:path'
import { systemErrorCode } from '../lib/failure.ts'
import { Secret } from '../lib/secret.ts'
import type { FieldKind, FieldValues } from './dialect.ts'
import { dialects } from './dialects.ts'
import { jsonMembers, JsonSyntaxError, type JsonMember } from './json-members.ts'
import type { KeyFile } from './key-file.ts'
import {
  largestMetadata,
  metadataProblem,
  type MetadataProblem,
  type MetadataProblemKind,
} from './metadata-problem.ts'

/** A field as the file has it. */
export interface MetadataField extends JsonMember {
  /** Its name in `Dialect.fields`; undefined for a field that nobody here knows. */
  readonly known: string | undefined
  readonly kind: FieldKind | 'unknown'
}

/** A metadata file, read. */
export interface Metadata {
  readonly key: KeyFile
  /** The whole file, byte for byte. The fields' places refer to this text. */
  readonly raw: Secret
  /** Of the file's bytes, in hex. */
  readonly sha256: string
  /** In the file's order. */
  readonly fields: readonly MetadataField[]
  /** The last of several with the same meaning counts, as in every JSON parser. */
  readonly values: FieldValues
}

export type MetadataReading =
  | { readonly kind: 'metadata'; readonly metadata: Metadata }
  | { readonly kind: 'problem'; readonly problem: MetadataProblem }

/**
 * Reads a key's metadata file, leniently: field names in any case, fields that nobody knows, a byte order mark, any
 * layout. Whatever cannot be read is a problem and not an exception.
 */
export async function readMetadata(key: KeyFile): Promise<MetadataReading> {
  const bytes = await readBytes(key.metadataPath)
  if (typeof bytes === 'string') return failed(metadataProblem(key, bytes))
  if (bytes.every(byte => byte <= 0x20)) return failed(metadataProblem(key, 'empty'))
  const text = decoded(bytes)
  if (text === undefined) return failed(metadataProblem(key, 'binary'))
  try {
    const members = jsonMembers(text)
    if (members === undefined) return failed(metadataProblem(key, 'not-an-object'))
    return { kind: 'metadata', metadata: metadataOf(key, bytes, text, members) }
  } catch (error) {
    if (error instanceof JsonSyntaxError) return failed(metadataProblem(key, 'not-json', error))
    throw error
  }
}

/** The text that the fields' places refer to. A byte order mark is a part of it. */
export function textOfFile({ raw }: Metadata): string {
  return decoded(raw.revealBytes()) ?? ''
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function failed(problem: MetadataProblem): MetadataReading {
  return { kind: 'problem', problem }
}

function metadataOf(key: KeyFile, bytes: Buffer, text: string, members: readonly JsonMember[]): Metadata {
  const { fields: known } = dialects[key.provider]
  const names = new Map(Object.keys(known).map(name => [name.toLowerCase(), name]))
  const fields = members.map((member): MetadataField => {
    const name = names.get(member.name.toLowerCase())
    return { ...member, known: name, kind: known[name ?? ''] ?? 'unknown' }
  })
  return { key, raw: new Secret(bytes), sha256: sha256Of(bytes), fields, values: valuesOf(fields, text) }
}

function valuesOf(fields: readonly MetadataField[], text: string): FieldValues {
  const values = new Map<string, Secret>()
  for (const { known, kind, valueStart, end } of fields) {
    if (known === undefined) continue
    const json = text.slice(valueStart, end)
    const value: unknown = JSON.parse(json)
    // A service account's key is a JSON document as a string; the document itself says the same.
    const content =
      typeof value === 'string' ? value.trim() : kind === 'secret' && json.startsWith('{') ? json : ''
    if (content === '') values.delete(known)
    else values.set(known, new Secret(content))
  }
  return values
}

const problemOfSystem: Readonly<Record<string, MetadataProblemKind>> = {
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  ELOOP: 'not-a-file',
}

/** The file's bytes, or why they are not to be had. */
async function readBytes(path: string): Promise<Buffer | MetadataProblemKind> {
  try {
    const dbpath = await realpath(dirname(dirname(path)))
    if (!(await realpath(path)).startsWith(dbpath + sep)) return 'leads-out'
    // Non-blocking, so that a named pipe does not wait for somebody to write.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const status = await file.stat()
      if (!status.isFile()) return 'not-a-file'
      return status.size > largestMetadata ? 'huge' : await file.readFile()
    } finally {
      await file.close()
    }
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === undefined) throw error
    return problemOfSystem[code] ?? 'unreadable'
  }
}

/** Undefined where the bytes are no UTF-8 text. */
function decoded(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
