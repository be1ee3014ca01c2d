import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writeRequest } from '../../src/kmip/exchange.ts'
import type { RequestHeader, RequestMessage, ResponseItem, ResponseMessage } from '../../src/kmip/messages.ts'
import { requestMessage, responseMessage } from '../../src/kmip/messages.ts'
import { labPolicy, restorePolicy } from '../../src/kmip/policy.ts'
import { decode } from '../../src/kmip/ttlv/decode.ts'
import { encode } from '../../src/kmip/ttlv/encode.ts'
import type { Field } from '../../src/kmip/ttlv/field.ts'
import { Tag } from '../../src/kmip/ttlv/tags.ts'
import type { InProcess } from './in-process.ts'
import { inProcess, servedKey, startOfTime } from './in-process.ts'
import { perconaGet } from './percona.ts'

const text = (tag: number, value: string): Field => ({ tag, type: 'TextString', value })
const payload = (...value: Field[]): Field => ({ tag: Tag.RequestPayload, type: 'Structure', value })
const getMykey: RequestMessage['items'][number] = {
  operation: 'Get',
  requestPayload: payload(text(Tag.UniqueIdentifier, 'mykey')),
}

/** A request of version 1.`minor`, with what is to be different about it. */
function request(
  items: RequestMessage['items'] = [getMykey],
  { minor = 2, ...header }: Partial<RequestHeader> & { readonly minor?: number } = {},
): Field {
  return requestMessage.write(Tag.RequestMessage, {
    header: {
      protocolVersion: { major: 1, minor },
      attestationTypes: [],
      batchCount: items.length,
      ...header,
    },
    items,
  })
}

/** Adds a field to the structure at `path`, a list of positions from the message on. */
function withField(message: Field, path: readonly number[], added: Field): Field {
  if (message.type !== 'Structure') throw new Error('There is no structure there')
  const [position, ...rest] = path
  if (position === undefined) return { ...message, value: [...message.value, added] }
  const value = message.value.map((child, index) =>
    index === position ? withField(child, rest, added) : child,
  )
  return { ...message, value }
}

function ask(server: InProcess, message: Field): ResponseMessage {
  return responseMessage.read(decode(server.respond(encode(message))), 'refuse')
}

/** The one item of a response that refuses. */
function refusal(server: InProcess, message: Field): ResponseItem {
  const { header, items } = ask(server, message)
  expect(header.batchCount).toBe(1)
  expect(items).toHaveLength(1)
  expect(items[0]).toMatchObject({ resultStatus: 'OperationFailed' })
  expect(items[0]!.responsePayload).toBeUndefined()
  expect(items[0]!.resultMessage).toMatch(/^[\x20-\x7e]{1,256}$/)
  return items[0]!
}

describe('a Get as Percona Server for MongoDB sends it', () => {
  it('is answered in exactly the fields and the order that its decoder wants', () => {
    const response = inProcess(restorePolicy).respond(perconaGet)
    const expected = [
      '42007b01 00000110',
      '  42007a01 00000048',
      '    42006901 00000020',
      '      42006a02 00000004 00000001 00000000',
      '      42006b02 00000004 00000000 00000000',
      '    42009209 00000008 000000006955b900',
      '    42000d02 00000004 00000001 00000000',
      '  42000f01 000000b8',
      '    42005c05 00000004 0000000a 00000000',
      '    42007f05 00000004 00000000 00000000',
      '    42007c01 00000090',
      '      42005705 00000004 00000002 00000000',
      '      42009407 00000005 6d796b6579000000',
      '      42008f01 00000068',
      '        42004001 00000060',
      '          42004205 00000004 00000001 00000000',
      '          42004501 00000028',
      `            42004308 00000020 ${servedKey.toString('hex')}`,
      '          42002805 00000004 00000003 00000000',
      '          42002a02 00000004 00000100 00000000',
    ]
    expect(response.toString('hex')).toBe(expected.join('').replaceAll(' ', ''))
  })

  it('is answered whenever it was sent: its time stamp is years old', () => {
    expect(ask(inProcess(restorePolicy), decode(perconaGet)).items[0]).toMatchObject({
      resultStatus: 'Success',
    })
  })

  it('that asks for the state is answered with the same id and one attribute', () => {
    const item = {
      operation: 'GetAttributes' as const,
      requestPayload: payload(text(Tag.UniqueIdentifier, 'mykey'), text(Tag.AttributeName, 'State')),
    }
    const response = ask(inProcess(restorePolicy), request([item], { minor: 0, maximumResponseSize: 8192 }))
    expect(encode(response.items[0]!.responsePayload!).toString('hex')).toBe(
      [
        '42007c01 00000038',
        '42009407 00000005 6d796b6579000000',
        '42000801 00000020',
        '42000a07 00000005 5374617465000000',
        '42000b05 00000004 00000002 00000000',
      ]
        .join('')
        .replaceAll(' ', ''),
    )
  })

  it('and cannot be decoded, is answered in version 1.0 by an item without operation, wherever it is cut', () => {
    const server = inProcess(restorePolicy)
    for (let length = 0; length < perconaGet.length; length++) {
      const response = responseMessage.read(decode(server.respond(perconaGet.subarray(0, length))), 'refuse')
      expect(response.header.protocolVersion).toEqual({ major: 1, minor: 0 })
      expect(response.items).toEqual([
        expect.objectContaining({ resultStatus: 'OperationFailed', resultReason: 'InvalidMessage' }),
      ])
      expect(response.items[0]!.operation).toBeUndefined()
    }
  })
})

describe('the rules of the protocol', () => {
  const server = inProcess(restorePolicy)

  it('answer in the version of the request, with a time stamp', () => {
    for (const minor of [0, 1, 2, 3, 4]) {
      const { header } = ask(server, request([getMykey], { minor }))
      expect(header.protocolVersion).toEqual({ major: 1, minor })
      expect(header.timeStamp).toBe(startOfTime)
    }
  })

  it('refuse another major version in the newest of their own, as an item without operation', () => {
    const item = refusal(server, request([getMykey], { protocolVersion: { major: 2, minor: 0 } }))
    expect(item).toMatchObject({ resultReason: 'InvalidMessage' })
    expect(item.operation).toBeUndefined()
    const { header } = ask(server, request([getMykey], { protocolVersion: { major: 2, minor: 1 } }))
    expect(header.protocolVersion).toEqual({ major: 1, minor: 4 })
  })

  it('answer a younger minor version in the newest of their own, and ignore fields they do not know there', () => {
    const unknown = text(0x4201ff, 'from the future')
    const message = withField(withField(request([getMykey], { minor: 9 }), [0], unknown), [1, 1], unknown)
    const { header, items } = ask(server, message)
    expect(header.protocolVersion).toEqual({ major: 1, minor: 4 })
    expect(items[0]).toMatchObject({ operation: 'Get', resultStatus: 'Success' })
  })

  it('refuse a field that no version has, in the header as in the payload', () => {
    const unknown = text(0x4201ff, 'unknown')
    expect(refusal(server, withField(request(), [0], unknown))).toMatchObject({
      resultReason: 'InvalidField',
    })
    expect(refusal(server, withField(request(), [1, 1], unknown))).toMatchObject({
      operation: 'Get',
      resultReason: 'InvalidField',
    })
  })

  it('take fields of a younger version than that of the request', () => {
    const message = withField(request([getMykey], { minor: 0 }), [0], text(Tag.ClientCorrelationValue, 'x'))
    expect(ask(server, message).items[0]).toMatchObject({ resultStatus: 'Success' })
  })

  it('refuse a field that stands there twice, in the header, the item and the payload', () => {
    const twice = withField(request(), [0], { tag: Tag.BatchCount, type: 'Integer', value: 1 })
    expect(refusal(server, twice)).toMatchObject({ resultReason: 'InvalidMessage' })
    const payloadTwice = withField(request(), [1, 1], text(Tag.UniqueIdentifier, 'mykey'))
    expect(refusal(server, payloadTwice)).toMatchObject({ operation: 'Get', resultReason: 'InvalidMessage' })
    const itemTwice = withField(request(), [1], { tag: Tag.Operation, type: 'Enumeration', value: 10 })
    expect(refusal(server, itemTwice)).toMatchObject({ operation: 'Get', resultReason: 'InvalidMessage' })
  })

  it('refuse a payload whose field has the wrong type, and echo the operation', () => {
    const item = {
      ...getMykey,
      requestPayload: payload({ tag: Tag.UniqueIdentifier, type: 'Integer', value: 1 }),
    }
    expect(refusal(server, request([item]))).toMatchObject({
      operation: 'Get',
      resultReason: 'InvalidMessage',
    })
  })

  it('refuse an item without payload, and echo its operation and id', () => {
    const uniqueBatchItemId = Buffer.from('id')
    const message = request([{ ...getMykey, uniqueBatchItemId }])
    if (message.type !== 'Structure') throw new Error('A message is a structure')
    const [header, item] = message.value
    if (item?.type !== 'Structure') throw new Error('An item is a structure')
    const without: Field = { ...item, value: item.value.filter(({ tag }) => tag !== Tag.RequestPayload) }
    const response = refusal(server, { ...message, value: [header!, without] })
    expect(response).toMatchObject({ operation: 'Get', uniqueBatchItemId, resultReason: 'InvalidMessage' })
  })

  it('refuse what is no request message', () => {
    expect(refusal(server, { ...request(), tag: Tag.ResponseMessage })).toMatchObject({
      resultReason: 'InvalidMessage',
    })
    expect(refusal(server, { tag: Tag.RequestMessage, type: 'Integer', value: 1 })).toMatchObject({
      resultReason: 'InvalidMessage',
    })
    const itemFirst = request()
    if (itemFirst.type !== 'Structure') throw new Error('A message is a structure')
    expect(refusal(server, { ...itemFirst, value: itemFirst.value.toReversed() })).toMatchObject({
      resultReason: 'InvalidMessage',
    })
  })

  it('say so when the response is larger than the client can take, with the operation', () => {
    const small = request([getMykey], { maximumResponseSize: 200 })
    expect(refusal(server, small)).toMatchObject({ operation: 'Get', resultReason: 'ResponseTooLarge' })
    const exact = server.respond(encode(request())).length
    expect(ask(server, request([getMykey], { maximumResponseSize: exact })).items[0]).toMatchObject({
      resultStatus: 'Success',
    })
    expect(refusal(server, request([getMykey], { maximumResponseSize: exact - 1 }))).toMatchObject({
      resultReason: 'ResponseTooLarge',
    })
  })

  it('refuse a critical message extension, and ignore one that is not', () => {
    const extension = (criticalityIndicator: boolean) => ({
      vendorIdentification: 'Acme',
      criticalityIndicator,
      vendorExtension: {
        tag: Tag.VendorExtension,
        type: 'Structure',
        value: [text(0x540001, 'na')],
      } as const,
    })
    const critical = request([{ ...getMykey, messageExtension: extension(true) }])
    expect(refusal(server, critical)).toMatchObject({ operation: 'Get', resultReason: 'FeatureNotSupported' })
    const other = request([{ ...getMykey, messageExtension: extension(false) }])
    expect(ask(server, other).items[0]).toMatchObject({ resultStatus: 'Success' })
  })

  it('refuse an id that is not there, and an operation that they do not have', () => {
    const unknownId = { ...getMykey, requestPayload: payload(text(Tag.UniqueIdentifier, 'other')) }
    expect(refusal(server, request([unknownId]))).toMatchObject({
      operation: 'Get',
      resultReason: 'ItemNotFound',
    })
    const rekey = { ...getMykey, operation: 'Rekey' as const }
    expect(refusal(server, request([rekey]))).toMatchObject({
      operation: 'Rekey',
      resultReason: 'OperationNotSupported',
    })
    const unheardOf = { ...getMykey, operation: 0x77 }
    expect(refusal(server, request([unheardOf]))).toMatchObject({
      operation: 0x77,
      resultReason: 'OperationNotSupported',
    })
  })

  it('never repeat what the client sent in what they say about it', () => {
    const marker = 'canary-in-the-coal-mine'
    const item = {
      ...getMykey,
      requestPayload: payload(text(Tag.UniqueIdentifier, marker), text(0x54beef, marker)),
    }
    expect(refusal(server, request([item])).resultMessage).not.toContain('canary')
    const unknownId = { ...getMykey, requestPayload: payload(text(Tag.UniqueIdentifier, marker)) }
    expect(refusal(server, request([unknownId])).resultMessage).not.toContain('canary')
  })

  it('take what libkmip sends in place of a login: an empty name and password', () => {
    const credentialValue: Field = {
      tag: Tag.CredentialValue,
      type: 'Structure',
      value: [text(Tag.Username, ''), text(Tag.Password, '')],
    }
    const authentication = {
      credentials: [{ credentialType: 'UsernameAndPassword' as const, credentialValue }],
    }
    const message = request([getMykey], { authentication, attestationTypes: ['SAMLAssertion'] })
    expect(ask(server, message).items[0]).toMatchObject({ resultStatus: 'Success' })
  })
})

describe('a batch', () => {
  const id = (value: string) => ({ uniqueBatchItemId: Buffer.from(value) })
  const unknown = { operation: 'Get' as const, requestPayload: payload(text(Tag.UniqueIdentifier, 'other')) }
  const server = inProcess(labPolicy)

  it('is answered item by item, in its order, with the ids of the items', () => {
    const { header, items } = ask(
      server,
      request([
        { ...getMykey, ...id('a') },
        { ...getMykey, ...id('b') },
      ]),
    )
    expect(header.batchCount).toBe(2)
    expect(items.map(({ uniqueBatchItemId }) => uniqueBatchItemId?.toString())).toEqual(['a', 'b'])
    expect(items.map(({ resultStatus }) => resultStatus)).toEqual(['Success', 'Success'])
  })

  it('is refused as a whole when its items have no ids, or their number is not what it says', () => {
    for (const message of [
      request([{ ...getMykey, ...id('a') }, getMykey]),
      request([getMykey], { batchCount: 2 }),
      request(
        [
          { ...getMykey, ...id('a') },
          { ...getMykey, ...id('b') },
        ],
        { batchCount: 1 },
      ),
      request([], { batchCount: 0 }),
      request([getMykey], { batchCount: -1 }),
    ]) {
      const item = refusal(server, message)
      expect(item).toMatchObject({ resultReason: 'InvalidMessage' })
      expect(item.operation).toBeUndefined()
    }
  })

  it('stops at the first item that fails, unless it is to go on', () => {
    const items = [
      { ...unknown, ...id('a') },
      { ...getMykey, ...id('b') },
    ]
    const statuses = (header: Partial<RequestHeader>) =>
      ask(server, request(items, header)).items.map(({ resultStatus }) => resultStatus)
    expect(statuses({})).toEqual(['OperationFailed'])
    expect(statuses({ batchErrorContinuationOption: 'Stop' })).toEqual(['OperationFailed'])
    expect(statuses({ batchErrorContinuationOption: 'Continue' })).toEqual(['OperationFailed', 'Success'])
    expect(statuses({ batchErrorContinuationOption: 'Continue', batchOrderOption: false })).toHaveLength(2)
  })

  it('that is to be undone is refused as a whole, and says what is not supported', () => {
    const item = refusal(server, request([getMykey], { batchErrorContinuationOption: 'Undo' }))
    expect(item).toMatchObject({ resultReason: 'FeatureNotSupported' })
    expect(item.resultMessage).toContain('Undo')
  })

  it('hands the object of one item to a later one that names none', () => {
    const [locate, get] = server.exchange({
      items: [
        { operation: 'Locate', request: { attributes: [] } },
        { operation: 'Get', request: {} },
      ],
    })
    expect(locate).toMatchObject({ response: { uniqueIdentifiers: ['mykey'] } })
    expect(get).toMatchObject({ response: { uniqueIdentifier: 'mykey' } })
  })

  it('hands on nothing after a search with no result, or several', () => {
    const other = inProcess(labPolicy)
    other.createKey()
    const locateThenGet = (maximumItems?: number) =>
      other.exchange({
        items: [
          { operation: 'Locate', request: { attributes: [], maximumItems } },
          { operation: 'Get', request: {} },
        ],
      })[1]
    expect(locateThenGet()).toMatchObject({ error: { resultReason: 'ItemNotFound' } })
    expect(locateThenGet(0)).toMatchObject({ error: { resultReason: 'ItemNotFound' } })
    expect(locateThenGet(1)).toMatchObject({ response: { objectType: 'SymmetricKey' } })
  })

  it('does not hand an object from one request to the next', () => {
    server.createKey()
    expect(refusal(server, request([{ ...getMykey, requestPayload: payload() }]))).toMatchObject({
      operation: 'Get',
      resultReason: 'ItemNotFound',
    })
  })

  it('that is too large for the client is refused item by item', () => {
    const items = [
      { ...getMykey, ...id('a') },
      { ...getMykey, ...id('b') },
    ]
    const response = ask(server, request(items, { maximumResponseSize: 64 }))
    expect(response.items).toMatchObject([
      { operation: 'Get', uniqueBatchItemId: Buffer.from('a'), resultReason: 'ResponseTooLarge' },
      { operation: 'Get', uniqueBatchItemId: Buffer.from('b'), resultReason: 'ResponseTooLarge' },
    ])
  })
})

describe('correlation values', () => {
  it('are given to a client that gives one itself, each only once, and told with what happens', () => {
    const server = inProcess(restorePolicy)
    const serverValue = () =>
      ask(server, request([getMykey], { minor: 4, clientCorrelationValue: 'their name' })).header
        .serverCorrelationValue
    const first = serverValue()
    expect(first).toMatch(/./)
    expect(serverValue()).not.toBe(first)
    expect(server.events[0]).toMatchObject({
      type: 'served',
      correlation: { client: 'their name', server: first },
    })
  })

  it('are not given to one that does not', () => {
    const { header } = ask(inProcess(restorePolicy), request([getMykey], { minor: 4 }))
    expect(header.serverCorrelationValue).toBeUndefined()
  })
})

describe('whatever comes', () => {
  const valid = [
    perconaGet,
    ...[
      { operation: 'Query', request: { queryFunctions: ['QueryOperations', 'QueryObjects'] } } as const,
      { operation: 'Locate', request: { maximumItems: 3, attributes: [] } } as const,
      {
        operation: 'Encrypt',
        request: {
          uniqueIdentifier: 'mykey',
          data: Buffer.alloc(16),
          cryptographicParameters: { blockCipherMode: 'CBC', randomIV: true },
        },
      } as const,
      {
        operation: 'Create',
        request: {
          objectType: 'SymmetricKey',
          templateAttribute: {
            names: [],
            attributes: [
              { name: 'Cryptographic Algorithm', value: 'AES' },
              { name: 'Cryptographic Length', value: 128 },
              { name: 'Activation Date', value: 5n },
            ],
          },
        },
      } as const,
    ].map(item => writeRequest({ major: 1, minor: 4 }, { items: [item] })),
  ]

  it('is answered with a response, for 10,000 mutations of valid requests', () => {
    const lab = inProcess(labPolicy)
    fc.assert(
      fc.property(
        fc.constantFrom(...valid),
        fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        (request, changes) => {
          const bytes = Buffer.from(request)
          for (const [at, value] of changes) bytes[at % bytes.length] = value
          const { header, items } = responseMessage.read(decode(lab.respond(bytes)), 'refuse')
          expect(header.batchCount).toBe(items.length)
          for (const { resultReason } of items) expect(resultReason).not.toBe('GeneralFailure')
        },
      ),
      { numRuns: 10_000 },
    )
    for (const event of lab.events) expect(JSON.stringify(event)).toMatch(/^[\x20-\x7e]*$/)
  })
})

describe('the events', () => {
  it('tell what was served and what was refused, to whom and why', () => {
    const server = inProcess(restorePolicy)
    ask(server, request())
    ask(server, request([{ ...getMykey, requestPayload: payload(text(Tag.UniqueIdentifier, 'other')) }]))
    expect(server.events).toEqual([
      { type: 'served', operation: 'Get', uniqueIdentifier: 'mykey', peer: 'test:1', correlation: undefined },
      { type: 'unknown-key-asked', uniqueIdentifier: 'other', peer: 'test:1', correlation: undefined },
      {
        type: 'refused',
        operation: 'Get',
        reason: 'ItemNotFound',
        message: 'No object has this unique identifier',
        uniqueIdentifier: 'other',
        peer: 'test:1',
        correlation: undefined,
      },
    ])
  })

  it('tell of a client that asks for a new key under restore, and not under lab', () => {
    const create = (server: InProcess) => {
      server.respond(
        writeRequest(
          { major: 1, minor: 0 },
          {
            items: [
              {
                operation: 'Create',
                request: { objectType: 'SymmetricKey', templateAttribute: { names: [], attributes: [] } },
              },
            ],
          },
        ),
      )
      return server.events.map(({ type }) => type)
    }
    expect(create(inProcess(restorePolicy))).toEqual(['new-key-asked', 'refused'])
    expect(create(inProcess(labPolicy))).toEqual(['refused'])
  })

  it('show nothing of a client’s text that a terminal would act on', () => {
    const server = inProcess(restorePolicy)
    const evil = `\u001b[2J${'x'.repeat(500)}`
    ask(server, request([{ ...getMykey, requestPayload: payload(text(Tag.UniqueIdentifier, evil)) }]))
    expect(server.events[0]).toMatchObject({
      type: 'unknown-key-asked',
      uniqueIdentifier: `?[2J${'x'.repeat(124)}`,
    })
  })
})
