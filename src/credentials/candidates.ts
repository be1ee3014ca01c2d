import { lstat, readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Failure, systemErrorCode } from '../lib/failure.ts'
import type { Dialect } from './dialect.ts'
import { dialects } from './dialects.ts'
import { encodedIn, isLongEnough, isText } from './encodings.ts'
import type { KeyFile } from './key-file.ts'
import { textOfFile, type Metadata } from './metadata.ts'

/** Bytes that may be the wrapped master key. */
export interface Candidate {
  readonly blob: Uint8Array
  /** For the report: `ID.aws.key`, `field wrappedKey of ID.aws.metadata`. */
  readonly foundIn: string
}

export interface Places {
  readonly key: KeyFile
  /** Undefined where the file is missing or unreadable. */
  readonly metadata: Metadata | undefined
  /** The file that the operator names: `--wrapped-key ID=FILE`. */
  readonly named: string | undefined
}

const mostCandidates = 64
/** Bytes. */
const largestFile = 64 * 1024
const mostFiles = 256

/**
 * The bytes that may be the wrapped master key, most likely first: what the operator named, then what looks like a
 * wrapped key of that provider, then the rest, each in the order of the five places. No public page says where it lies.
 * Throws `Failure` CRED-012 where the named file cannot be read.
 */
export async function wrappedKeyCandidates({ key, metadata, named }: Places): Promise<Candidate[]> {
  const dialect = dialects[key.provider]
  const [ofKey, others] = await filesBeside(key)
  const guesses = [
    ...(metadata === undefined ? [] : fromFields(metadata)),
    ...(await fromFiles(ofKey)),
    ...(await fromFiles(others)),
    ...encodedIn(key.keyId).map(blob => ({ blob, foundIn: 'the key id itself' })),
  ]
  const looks = ({ blob }: Candidate) => dialect.looksWrapped(blob)
  return distinct([
    ...(named === undefined ? [] : await fromNamedFile(named)),
    ...guesses.filter(looks),
    ...guesses.filter(candidate => !looks(candidate)),
  ])
    .filter(({ blob }) => blob.length <= dialect.largestBlob)
    .slice(0, mostCandidates)
}

/** Values in the metadata file under names that nobody here knows. */
function fromFields(metadata: Metadata): Candidate[] {
  const text = textOfFile(metadata)
  const file = basename(metadata.key.metadataPath)
  return metadata.fields
    .filter(({ known }) => known === undefined)
    .flatMap(({ name, valueStart, end }) => fromJson(JSON.parse(text.slice(valueStart, end)), name, file))
}

/** Every string inside a JSON value, `{"$binary": {"base64": …}}` included, but for fields that hold credentials. */
function fromJson(value: unknown, path: string, file: string): Candidate[] {
  if (typeof value === 'string') {
    const foundIn = path === '' ? file : `field ${path} of ${file}`
    return encodedIn(value).map(blob => ({ blob, foundIn }))
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value)
    .filter(([name]) => !credentialFields.has(name.toLowerCase()))
    .flatMap(([name, inner]) => fromJson(inner, path === '' ? name : `${path}.${name}`, file))
}

const credentialFields: ReadonlySet<string> = new Set(
  Object.values(dialects)
    .flatMap(({ fields, documentFields }: Dialect) => [
      ...Object.keys(fields),
      ...Object.keys(documentFields),
    ])
    .map(name => name.toLowerCase()),
)

/** The files beside the metadata: those that are named for this key, and those that are named for none. */
async function filesBeside(key: KeyFile): Promise<[ofKey: string[], others: string[]]> {
  const folder = dirname(key.metadataPath)
  const names = (await readdir(folder).catch(() => [])).sort()
  const keyIds = names.flatMap(name => /^(.+)\.(?:aws|azure|gcp)\.metadata$/.exec(name)?.[1] ?? [])
  // `a.b.key` belongs to the key `a.b` where there is one, and not to `a`.
  const ownerOf = (name: string) =>
    [key.keyId, ...keyIds].filter(id => name.startsWith(`${id}.`)).sort((a, b) => b.length - a.length)[0]
  const files = names.filter(name => !name.endsWith('.metadata'))
  const paths = (wanted: string | undefined) =>
    files.filter(name => ownerOf(name) === wanted).map(name => join(folder, name))
  return [paths(key.keyId), paths(undefined).slice(0, mostFiles)]
}

async function fromFiles(paths: readonly string[]): Promise<Candidate[]> {
  const found: Candidate[] = []
  for (const path of paths) {
    const status = await lstat(path).catch(() => undefined)
    if (status?.isFile() !== true || status.size > largestFile) continue
    const content = await readFile(path).catch(() => undefined)
    if (content !== undefined) found.push(...fromContent(content, basename(path)))
  }
  return found
}

async function fromNamedFile(path: string): Promise<Candidate[]> {
  try {
    if ((await stat(path)).size > largestFile)
      throw notThisFile(path, `is larger than ${largestFile / 1024} KiB`)
    return fromContent(await readFile(path), path)
  } catch (error) {
    const code = systemErrorCode(error)
    throw error instanceof Failure || code === undefined
      ? error
      : notThisFile(path, `cannot be read (${code})`)
  }
}

function notThisFile(path: string, problem: string): Failure {
  return new Failure({
    code: 'CRED-012',
    message: `The file ${path} that --wrapped-key names ${problem}`,
    remedy:
      'Name the file that holds the wrapped master key, or leave the flag out: then the snapshot is searched',
  })
}

function fromContent(content: Buffer, file: string): Candidate[] {
  if (!isText(content)) return isLongEnough(content) ? [{ blob: content, foundIn: file }] : []
  const text = content.toString('utf8')
  const json = jsonOf(text)
  return json === undefined
    ? encodedIn(text).map(blob => ({ blob, foundIn: file }))
    : fromJson(json, '', file)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function distinct(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Map<string, Candidate>()
  for (const candidate of candidates) {
    const bytes = Buffer.from(candidate.blob).toString('base64')
    if (!seen.has(bytes)) seen.set(bytes, candidate)
  }
  return [...seen.values()]
}
