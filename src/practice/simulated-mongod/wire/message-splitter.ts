/** mongod's limit for a message, as `hello` announces it. */
export const maxMessageSize = 48_000_000
const headerLength = 16

/** The peer does not speak the wire protocol, or breaks its rules: the connection is closed without an answer. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage'
}

/**
 * Cuts a stream into messages: int32 length (of the whole), requestID, responseTo, opCode, then the body. A length is
 * judged before anything is collected for it.
 */
export class MessageSplitter {
  #chunks: Buffer[] = []
  #size = 0

  /** The messages that are complete now. Throws `MalformedMessage`. */
  push(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk)
    this.#size += chunk.length
    const messages: Buffer[] = []
    for (
      let length = this.#nextLength();
      length !== undefined && length <= this.#size;
      length = this.#nextLength()
    ) {
      const all = this.#joined()
      messages.push(all.subarray(0, length))
      this.#chunks = [all.subarray(length)]
      this.#size -= length
    }
    return messages
  }

  #nextLength(): number | undefined {
    if (this.#size < 4) return undefined
    const [first] = this.#chunks
    const length = (first !== undefined && first.length >= 4 ? first : this.#joined()).readInt32LE(0)
    if (length < headerLength || length > maxMessageSize) {
      throw new MalformedMessage(
        `message length ${length} is not between ${headerLength} and ${maxMessageSize}`,
      )
    }
    return length
  }

  #joined(): Buffer {
    const all =
      this.#chunks.length === 1 && this.#chunks[0] !== undefined
        ? this.#chunks[0]
        : Buffer.concat(this.#chunks)
    this.#chunks = [all]
    return all
  }
}
