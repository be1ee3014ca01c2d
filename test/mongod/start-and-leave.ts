import { startMongod, type StartRequest } from '../../src/mongod/start.ts'

/** Starts a mongod, says who it is, and has nothing more to do. */
const request = JSON.parse(process.argv[2] ?? '') as StartRequest
const started = await startMongod({
  ...request,
  onStarted: () => Promise.resolve(),
  onEvent: () => undefined,
  signal: new AbortController().signal,
})
if (started.outcome === 'ready') process.stdout.write(JSON.stringify(started.mongod.identity))
