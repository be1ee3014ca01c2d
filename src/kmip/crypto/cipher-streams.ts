import { randomBytes } from 'node:crypto'
import { KmipError } from '../result.ts'
import type { Direction, RunningCipher } from './cipher.ts'

/** How many encryptions and decryptions may be under way in several requests. The oldest makes room for the next. */
const maximumStreams = 64

interface Stream {
  readonly uniqueIdentifier: string
  readonly direction: Direction
  readonly cipher: RunningCipher
}

/**
 * Encryptions and decryptions that stretch over several requests, by correlation value (KMIP 1.4, section 4.29). They
 * belong to the server and not to a connection, since some clients connect anew for every request.
 */
export class CipherStreams {
  readonly #streams = new Map<string, Stream>()

  /** Keeps a cipher for later requests, and gives its correlation value. */
  start(stream: Stream): Buffer {
    const correlationValue = randomBytes(16)
    const [oldest] = this.#streams.keys()
    if (this.#streams.size === maximumStreams && oldest !== undefined) this.#streams.delete(oldest)
    this.#streams.set(correlationValue.toString('hex'), stream)
    return correlationValue
  }

  /** Throws `KmipError` InvalidField when there is no such stream of this object and direction. */
  find(correlationValue: Buffer, uniqueIdentifier: string, direction: Direction): RunningCipher {
    const stream = this.#streams.get(correlationValue.toString('hex'))
    if (stream?.uniqueIdentifier !== uniqueIdentifier || stream.direction !== direction) {
      throw new KmipError('InvalidField', 'No operation is under way with this correlation value')
    }
    return stream.cipher
  }

  end(correlationValue: Buffer): void {
    this.#streams.delete(correlationValue.toString('hex'))
  }

  clear(): void {
    this.#streams.clear()
  }
}
