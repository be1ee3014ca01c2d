import { counted, formatBytes } from '../lib/format.ts'
import type { Snapshot } from './snapshot.ts'

/** One line for the list of steps: `7.0.14 · 48.2 GB · 214 files · 1 key (aws)`. */
export function summarySnapshot({ serverVersion, bytes, files, keys }: Snapshot): string {
  const providers = [...new Set(keys.map(key => key.provider))]
  return [
    serverVersion?.version ?? 'version unknown',
    formatBytes(bytes),
    counted(files, 'file'),
    counted(keys.length, 'key') + (providers.length === 0 ? '' : ` (${providers.join(', ')})`),
  ].join(' · ')
}
