import { inspect } from 'node:util'

const shown = '[secret]'

/**
 * A value that must not leave the process by accident. Printing, logging, JSON and `util.inspect` all give
 * `[secret]`; `reveal` and `revealBytes` are the only ways in, so that every use can be found by searching for them.
 */
export class Secret {
  #bytes: Buffer
  #wiped = false

  constructor(value: string | Uint8Array) {
    this.#bytes = Buffer.from(value as string)
  }

  /** The value as UTF-8 text. Throws `TypeError` once wiped. */
  reveal(): string {
    return this.revealBytes().toString('utf8')
  }

  /** The bytes themselves, not a copy: `wipe` zeroes them. Throws `TypeError` once wiped. */
  revealBytes(): Buffer {
    if (this.#wiped) throw new TypeError('This secret has been wiped')
    return this.#bytes
  }

  get isEmpty(): boolean {
    return this.#bytes.length === 0
  }

  /** Overwrites the value with zeros. The secret cannot be revealed afterwards. */
  wipe(): void {
    this.#bytes.fill(0)
    this.#wiped = true
  }

  toString(): string {
    return shown
  }

  toJSON(): string {
    return shown
  }

  [inspect.custom](): string {
    return shown
  }
}

/**
 * An identifier that is better not shown whole, such as an access key id: its first four and last two characters,
 * `AKIA…7Q`. Values of fewer than twelve characters show nothing of themselves.
 */
export function masked(value: string | Secret): string {
  const text = value instanceof Secret ? value.reveal() : value
  return text.length < 12 ? '…' : `${text.slice(0, 4)}…${text.slice(-2)}`
}
