import { describe, expect, it } from 'vitest'
import { responseMessage } from '../../src/kmip/messages.ts'
import { operations } from '../../src/kmip/operations/table.ts'
import { labPolicy } from '../../src/kmip/policy.ts'
import { decode } from '../../src/kmip/ttlv/decode.ts'
import type { Field } from '../../src/kmip/ttlv/field.ts'
import type { InProcess } from './in-process.ts'
import { inProcess } from './in-process.ts'

// Requests of libmongocrypt 1.21 as it encodes them, taken off a connection. Its headers hold nothing but the version and
// the batch count. IDs are put in place of those of that day; they have the same length.

const header = (bytes: string, minor: 0 | 2) =>
  `42007801${bytes}4200770100000038420069010000002042006a0200000004000000010000000042006b02000000040000000${minor}` +
  '0000000042000d02000000040000000100000000'
const id = (uniqueIdentifier: string) =>
  `4200940700000024${Buffer.from(uniqueIdentifier).toString('hex')}00000000`

const seed = Buffer.from(Array.from({ length: 96 }, (_, index) => 255 - index))
const captured = {
  /** 1.0: SecretData, type Seed, opaque, usage mask 0, 96 bytes. */
  register:
    `${header('00000150', 0)}42000f010000010842005c0500000004000000030000000042007901000000f0` +
    '420057050000000400000007000000004200910100000038420008010000003042000a070000001843727970746f677261706869632055' +
    '73616765204d61736b42000b0200000004000000000000000042008501000000984200860500000004000000020000000042004001000000' +
    `804200420500000004000000020000000042004501000000684200430800000060${seed.toString('hex')}`,
  /** 1.0, also for the key that was created with 1.2. */
  activate: (uniqueIdentifier: string) =>
    `${header('00000090', 0)}42000f010000004842005c050000000400000012000000004200790100000030${id(uniqueIdentifier)}`,
  get: (uniqueIdentifier: string) =>
    `${header('00000090', 0)}42000f010000004842005c05000000040000000a000000004200790100000030${id(uniqueIdentifier)}`,
  /** 1.2: AES, 256, Encrypt | Decrypt. */
  create:
    `${header('00000120', 2)}42000f01000000d842005c0500000004000000010000000042007901000000c0` +
    '42005705000000040000000200000000 42009101000000a8 4200080100000030 42000a07000000174372797074 6f677261706869632041' +
    '6c676f726974686d0042000b050000000400000003000000004200080100000030 42000a070000001443727970746f67726170686963204c65' +
    '6e6774680000000042000b02000000040000010000000000 4200080100000030 42000a070000001843727970746f67726170686963205573' +
    '616765204d61736b42000b02000000040000000c00000000',
  /** 1.2: CBC, PKCS5, AES, RandomIV, and no IV. */
  encrypt: (uniqueIdentifier: string) =>
    `${header('00000140', 2)}42000f01000000f842005c05000000040000001f0000000042007901000000e0${id(uniqueIdentifier)}` +
    '42002b01000000404200110500000004000000010000000042005f050000000400000003000000004200280500000004000000030000000' +
    `04200c506000000080000000000000001 4200c20800000060${seed.toString('hex')}`,
  /** 1.2: CBC, PKCS5, AES, with the data and the IV that came of Encrypt. */
  decrypt: (uniqueIdentifier: string, data: Buffer, iv: Buffer) =>
    `${header('00000158', 2)}42000f010000011042005c0500000004000000200000000042007901000000f8${id(uniqueIdentifier)}` +
    '42002b01000000304200110500000004000000010000000042005f050000000400000003000000004200280500000004000000030000000' +
    `04200c20800000070${data.toString('hex')}42003d0800000010${iv.toString('hex')}`,
}

/** The payload of the response to a captured request; fails unless it is one success in the version of the request. */
function payload(server: InProcess, hex: string): Field {
  const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex')
  const { header: responseHeader, items } = responseMessage.read(decode(server.respond(bytes)), 'refuse')
  expect(responseHeader).toEqual({
    protocolVersion: { major: 1, minor: bytes.readUInt32BE(48) },
    timeStamp: server.clock.now,
    attestationTypes: [],
    batchCount: 1,
  })
  expect(items).toMatchObject([{ resultStatus: 'Success' }])
  return items[0]!.responsePayload!
}

describe('libmongocrypt', () => {
  it('keeps a seed on the server, and fetches it', () => {
    const server = inProcess(labPolicy)
    const { uniqueIdentifier } = operations.Register.response.read(
      payload(server, captured.register),
      'refuse',
    )
    payload(server, captured.activate(uniqueIdentifier))
    const fetched = operations.Get.response.read(payload(server, captured.get(uniqueIdentifier)), 'refuse')
    expect(fetched.secretData).toEqual({
      secretDataType: 'Seed',
      keyBlock: { keyFormatType: 'Opaque', keyValue: { keyMaterial: seed, attributes: [] } },
    })
  })

  it('has the server encrypt, with an IV that it makes, and decrypt with that', () => {
    const server = inProcess(labPolicy)
    const { uniqueIdentifier } = operations.Create.response.read(payload(server, captured.create), 'refuse')
    payload(server, captured.activate(uniqueIdentifier))
    const encrypted = operations.Encrypt.response.read(
      payload(server, captured.encrypt(uniqueIdentifier)),
      'refuse',
    )
    const { data, ivCounterNonce } = encrypted
    expect(data).toHaveLength(112)
    expect(ivCounterNonce).toHaveLength(16)
    const decrypt = captured.decrypt(uniqueIdentifier, data!, ivCounterNonce!)
    expect(operations.Decrypt.response.read(payload(server, decrypt), 'refuse').data).toEqual(seed)
  })
})
