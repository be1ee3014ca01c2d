import { StringDecoder } from 'node:string_decoder'

/** Splits chunks of bytes into lines. `push` gives the lines that are complete now, `rest` what has no newline yet. */
export class LineSplitter {
  #decoder = new StringDecoder('utf8')
  #rest = ''

  push(chunk: Buffer): string[] {
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n')
    this.#rest = lines.pop() ?? ''
    return lines
  }

  get rest(): string {
    return this.#rest
  }
}
