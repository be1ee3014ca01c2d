// Follows the log of the argument until its last line, as the start of a mongod does, and prints as JSON how many
// milliseconds that took, and how many bytes of memory it holds then and had at most. Wants `node --expose-gc`.
import { stat } from 'node:fs/promises'
import { followLines } from '../../src/lib/follow-file.ts'
import { isWaitingForConnections, parseLogLine } from '../../src/mongod/log.ts'

const [, , path = ''] = process.argv
const { size } = await stat(path)
const stop = new AbortController()
const began = performance.now()
for await (const text of followLines(path, { signal: stop.signal })) {
  const line = parseLogLine(text)
  if (line === undefined || !isWaitingForConnections(line)) continue
  const millis = performance.now() - began
  const peak = process.resourceUsage().maxRSS * 1024
  globalThis.gc?.()
  process.stdout.write(JSON.stringify({ size, millis, held: process.memoryUsage().heapUsed, peak }))
  stop.abort()
}
