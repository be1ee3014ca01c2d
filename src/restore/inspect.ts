import { credentialsFromMetadata } from '../credentials/from-metadata.ts'
import { shownMetadata } from '../credentials/metadata-view.ts'
import { readMetadata } from '../credentials/metadata.ts'
import type { Finding } from '../lib/failure.ts'
import { counted, formatBytes } from '../lib/format.ts'
import { findDbpaths, severalDbpaths } from '../snapshot/find.ts'
import { servedKeys } from '../snapshot/served-ids.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { surveySnapshot } from '../snapshot/survey.ts'

/** A key of the snapshot as its metadata file describes it; nothing of it is secret. */
export interface InspectedKey {
  readonly keyId: string
  readonly provider: string
  readonly metadataPath: string
  /** The KMIP ids under which mongod may ask for it; empty when mongod needs another key. */
  readonly servedAs: readonly string[]
  /** The file's lines, masked. */
  readonly metadata: readonly string[]
}

/** A snapshot, what it needs, and everything that is known to be wrong with it. */
export interface Inspection extends Omit<Snapshot, 'keys'> {
  readonly keys: readonly InspectedKey[]
  /** What a restore needs, one a line. */
  readonly needs: readonly string[]
}

/** Looks at a snapshot without changing it and without asking a cloud. Throws SNAP-001…004 and SNAP-009. */
export async function inspect(path: string, signal: AbortSignal): Promise<Inspection> {
  const dbpaths = await findDbpaths(path, signal)
  if (dbpaths.length > 1) throw severalDbpaths(path, dbpaths)
  const snapshot = await surveySnapshot(dbpaths[0], { signal, onProgress: () => undefined })
  const served = servedKeys(snapshot)
  const looked = await Promise.all(
    snapshot.keys.map(async key => {
      const reading = await readMetadata(key)
      const servedAs = served.find(each => each.key.keyId === key.keyId)?.ids ?? []
      if (reading.kind === 'problem')
        return { key: { ...key, servedAs, metadata: [] }, findings: [reading.problem.finding] }
      const credentials = credentialsFromMetadata(reading.metadata)
      const findings = credentials.kind === 'finding' ? [credentials.finding] : []
      return { key: { ...key, servedAs, metadata: shownMetadata(reading.metadata) }, findings }
    }),
  )
  return {
    ...snapshot,
    keys: looked.map(({ key }) => key),
    findings: [...snapshot.findings, ...looked.flatMap(({ findings }) => findings)],
    needs: needsOf(snapshot),
  }
}

function needsOf(snapshot: Snapshot): readonly string[] {
  if (snapshot.encryption !== 'enterprise') return []
  const version = snapshot.serverVersion?.version
  const series = version?.split('.').slice(0, 2).join('.')
  return [
    version === undefined
      ? 'MongoDB Enterprise; nothing in the snapshot says which version'
      : `MongoDB Enterprise ${series}, no older than ${version}`,
    ...new Set(
      snapshot.keys.map(({ provider }) => `credentials that may decrypt with the key in ${provider}`),
    ),
  ]
}

/** The inspection for people. */
export function report(inspection: Inspection): string {
  const {
    dbpath,
    serverVersion,
    wiredTigerVersion,
    files,
    bytes,
    encryption,
    keystoreIds,
    keys,
    needs,
    findings,
  } = inspection
  const row = (name: string, value: string) => `${name.padEnd(14)} ${value}`
  return [
    row('dbpath', dbpath),
    row(
      'written by',
      serverVersion === undefined
        ? 'unknown'
        : `mongod ${serverVersion.version} (says ${serverVersion.source})`,
    ),
    ...(wiredTigerVersion === undefined ? [] : [row('engine', wiredTigerVersion)]),
    row('size', `${formatBytes(bytes)} in ${counted(files, 'file')}`),
    row('encryption', encryption),
    ...(keystoreIds.length === 0 ? [] : [row('key.store', keystoreIds.join(', '))]),
    ...keys.flatMap(key => [
      '',
      row('key', `${key.keyId} (${key.provider})`),
      row('', key.metadataPath),
      ...indented(key.metadata),
    ]),
    ...(needs.length === 0 ? [] : ['', 'A restore needs', ...needs.map(need => `  ${need}`)]),
    ...findings.flatMap(finding => ['', ...described(finding)]),
    '',
  ].join('\n')
}

function described({ code, severity, message, remedy }: Finding): readonly string[] {
  return [`${code} ${severity}: ${message}`, `  ${remedy}`]
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map(line => `${' '.repeat(15)}${line}`)
}
