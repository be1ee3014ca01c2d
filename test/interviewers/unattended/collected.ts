import { PassThrough } from 'node:stream'

/** A stream that remembers its lines. */
export function collected() {
  const stream = new PassThrough()
  let text = ''
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8')
  })
  return { stream, lines: () => text.split('\n').slice(0, -1) }
}
