// Surveys the dbpath of the argument once, and prints how many milliseconds that took.
import { surveySnapshot } from '../../src/snapshot/survey.ts'

const [, , dbpath = ''] = process.argv
const { signal } = new AbortController()
const began = performance.now()
await surveySnapshot(dbpath, { signal, onProgress: () => undefined })
process.stdout.write(String(performance.now() - began))
