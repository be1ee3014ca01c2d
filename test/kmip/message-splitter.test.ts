import { describe, expect, it } from 'vitest'
import { MessageSplitter } from '../../src/kmip/message-splitter.ts'
import { Tag } from '../../src/kmip/ttlv/tags.ts'
import { perconaGet } from './percona.ts'

/** All messages that come of the chunks. */
function split(chunks: readonly Buffer[]): Buffer[] {
  const splitter = new MessageSplitter(Tag.RequestMessage)
  return chunks.flatMap(chunk => {
    splitter.push(chunk)
    const messages: Buffer[] = []
    for (let message = splitter.next(); message !== undefined; message = splitter.next())
      messages.push(message)
    return messages
  })
}

describe('a stream of messages', () => {
  it('is cut into the same messages wherever it is cut into chunks', () => {
    const stream = Buffer.concat([perconaGet, perconaGet, perconaGet])
    for (let at = 1; at < stream.length; at++) {
      expect(split([stream.subarray(0, at), stream.subarray(at)])).toEqual([
        perconaGet,
        perconaGet,
        perconaGet,
      ])
    }
  })

  it('may come byte by byte, and all at once', () => {
    const stream = Buffer.concat(Array.from({ length: 50 }, () => perconaGet))
    expect(split([stream])).toHaveLength(50)
    expect(split(Array.from(stream, byte => Buffer.from([byte])))).toEqual(split([stream]))
  })

  it('knows whether a message has begun', () => {
    const splitter = new MessageSplitter(Tag.RequestMessage)
    expect(splitter.isMidMessage).toBe(false)
    splitter.push(perconaGet.subarray(0, 3))
    expect(splitter.next()).toBeUndefined()
    expect(splitter.isMidMessage).toBe(true)
    splitter.push(perconaGet.subarray(3))
    expect(splitter.next()).toEqual(perconaGet)
    expect(splitter.isMidMessage).toBe(false)
  })

  it('takes a message of 64 KiB, and not one byte more', () => {
    const ofLength = (length: number) => {
      const bytes = Buffer.alloc(length)
      bytes.writeUInt32BE(0x42007801, 0)
      bytes.writeUInt32BE(length - 8, 4)
      return bytes
    }
    expect(split([ofLength(65_536)])).toHaveLength(1)
    expect(() => split([ofLength(65_537)])).toThrow('longer than 64 KiB')
    expect(() => split([Buffer.from('42007801ffffffff', 'hex')])).toThrow('longer than 64 KiB')
  })

  it('that is none is given up at its first eight bytes', () => {
    expect(() => split([Buffer.from('GET / HTTP/1.1\r\n')])).toThrow('not the beginning of a KMIP message')
    expect(() => split([Buffer.from('42007b0100000000', 'hex')])).toThrow(
      'not the beginning of a KMIP message',
    )
    expect(() => split([Buffer.from('4200780200000000', 'hex')])).toThrow(
      'not the beginning of a KMIP message',
    )
    expect(split([Buffer.from('GET / H')])).toEqual([])
  })
})
