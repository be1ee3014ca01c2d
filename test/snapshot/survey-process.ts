/**
 * Surveys the dbpath of its argument as an ordinary user and prints the snapshot, or the code of the failure. Root may
 * read and write everything, so a test that runs as root needs a process that has stepped down for good: access(2)
 * asks about the real user, which a process cannot change and change back.
 */
import 'bson'
import { Failure } from '../../src/lib/failure.ts'
import { surveySnapshot } from '../../src/snapshot/survey.ts'

if (process.getuid?.() === 0) {
  process.setgroups?.([])
  process.setgid?.(65534)
  process.setuid?.(65534)
}
const result = await surveySnapshot(process.argv[2] ?? '', {
  signal: new AbortController().signal,
  onProgress: () => undefined,
}).catch((error: unknown) => {
  if (error instanceof Failure) return { failure: error.code }
  throw error
})
process.stdout.write(JSON.stringify(result))
