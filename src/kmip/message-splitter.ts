import { maximumMessageLength, TtlvError } from './ttlv/decode.ts'
import { headerLength } from './ttlv/field.ts'
import { ItemType } from './ttlv/types.ts'

/**
 * Cuts a stream of bytes into whole messages, which may come many in a chunk or one in many. Nothing is copied while a
 * message is not whole, and nothing at all in the usual case of one message in one chunk.
 */
export class MessageSplitter {
  /** What every message begins with: its tag, and that it is a structure. */
  readonly #beginning: number
  #chunks: Buffer[] = []
  #length = 0
  /** Bytes to wait for: those of the header, then those of the message. */
  #needed = headerLength

  /** `tag`: that of the messages which are expected. */
  constructor(tag: number) {
    this.#beginning = tag * 0x100 + ItemType.Structure
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#length += chunk.length
  }

  /** Whether a message has begun and is not whole. */
  get isMidMessage(): boolean {
    return this.#length > 0
  }

  /** The next whole message, or undefined. Throws `TtlvError` when what comes cannot be a message: give up the stream. */
  next(): Buffer | undefined {
    if (this.#length < this.#needed) return undefined
    const [first, ...others] = this.#chunks
    const bytes = first !== undefined && others.length === 0 ? first : Buffer.concat(this.#chunks)
    this.#chunks = [bytes]
    if (this.#needed === headerLength) {
      this.#needed = this.#lengthOfMessage(bytes)
      if (this.#length < this.#needed) return undefined
    }
    const message = bytes.subarray(0, this.#needed)
    this.#length -= this.#needed
    this.#chunks = this.#length === 0 ? [] : [bytes.subarray(this.#needed)]
    this.#needed = headerLength
    return message
  }

  #lengthOfMessage(bytes: Buffer): number {
    if (bytes.readUInt32BE(0) !== this.#beginning) {
      throw new TtlvError('This is not the beginning of a KMIP message', 0)
    }
    const length = headerLength + bytes.readUInt32BE(4)
    if (length > maximumMessageLength) throw new TtlvError('The message is longer than 64 KiB', 4)
    return length
  }
}
