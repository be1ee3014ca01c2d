import type { StateName } from '../lifecycle.ts'
import { stateOf, touch } from '../lifecycle.ts'
import type { ManagedObject } from '../objects.ts'
import type { Context, FoundObject } from '../operation.ts'
import { findUndestroyed } from '../operation.ts'
import { KmipError } from '../result.ts'
import type { CryptographicParameters } from '../structures.ts'
import { CryptographicUsageMask } from '../ttlv/masks.ts'
import type { Direction, RunningCipher } from './cipher.ts'
import { startCipher } from './cipher.ts'
import { plainKey } from './key-material.ts'

// What Encrypt and Decrypt have in common (KMIP 1.4, sections 4.29 and 4.30): in one request, or stretched over several by
// a correlation value.

interface TransformRequest {
  readonly uniqueIdentifier?: string | undefined
  readonly cryptographicParameters?: CryptographicParameters | undefined
  readonly data?: Buffer | undefined
  readonly ivCounterNonce?: Buffer | undefined
  readonly correlationValue?: Buffer | undefined
  readonly initIndicator?: boolean | undefined
  readonly finalIndicator?: boolean | undefined
  readonly authenticatedEncryptionAdditionalData?: Buffer | undefined
  readonly authenticatedEncryptionTag?: Buffer | undefined
}

interface TransformResponse {
  readonly uniqueIdentifier: string
  readonly data?: Buffer | undefined
  readonly ivCounterNonce?: Buffer | undefined
  readonly correlationValue?: Buffer | undefined
  readonly authenticatedEncryptionTag?: Buffer | undefined
}

/** Carries out a request to encrypt or decrypt, or a part of one. */
export function transform(
  direction: Direction,
  request: TransformRequest,
  context: Context,
): TransformResponse {
  const found = findUndestroyed(request.uniqueIdentifier, context)
  checkUsage(direction, found.object, context.now)
  const { correlationValue, initIndicator = false, finalIndicator = false } = request
  if (correlationValue !== undefined) return goOn(direction, found, request, correlationValue, context)
  const isWhole = !initIndicator || finalIndicator
  if (isWhole && request.data === undefined) throw new KmipError('InvalidMessage', 'The data is missing')
  const cipher = start(direction, found.object, request, context)
  if (direction === 'encrypt') spendUsage(found.object, request.data, 1n, context.now)
  const { uniqueIdentifier } = found
  const ivCounterNonce = cipher.generatedIV
  const data = cipher.update(request.data ?? empty)
  if (isWhole) return { uniqueIdentifier, ivCounterNonce, ...finish(cipher, data, request) }
  const started = context.streams.start({ uniqueIdentifier, direction, cipher })
  return { uniqueIdentifier, data: unlessEmpty(data), ivCounterNonce, correlationValue: started }
}

const empty = Buffer.alloc(0)

function unlessEmpty(data: Buffer): Buffer | undefined {
  return data.length === 0 ? undefined : data
}

function start(
  direction: Direction,
  object: ManagedObject,
  request: TransformRequest,
  context: Context,
): RunningCipher {
  return startCipher({
    direction,
    key: plainKey(object, context),
    parameters: request.cryptographicParameters ?? object.attributes.get('Cryptographic Parameters') ?? {},
    iv: request.ivCounterNonce,
    additionalData: request.authenticatedEncryptionAdditionalData,
  })
}

/** A later part of what an earlier request has begun. */
function goOn(
  direction: Direction,
  { uniqueIdentifier, object }: FoundObject,
  request: TransformRequest,
  correlationValue: Buffer,
  context: Context,
): TransformResponse {
  const cipher = context.streams.find(correlationValue, uniqueIdentifier, direction)
  if (direction === 'encrypt') spendUsage(object, request.data, 0n, context.now)
  const data = cipher.update(request.data ?? empty)
  if (request.finalIndicator !== true) return { uniqueIdentifier, data: unlessEmpty(data), correlationValue }
  context.streams.end(correlationValue)
  const { data: last, authenticatedEncryptionTag } = finish(cipher, data, request)
  return { uniqueIdentifier, data: unlessEmpty(last), authenticatedEncryptionTag }
}

function finish(
  cipher: RunningCipher,
  data: Buffer,
  request: TransformRequest,
): { readonly data: Buffer; readonly authenticatedEncryptionTag: Buffer | undefined } {
  const { data: rest, tag } = cipher.final(request.authenticatedEncryptionTag)
  return { data: Buffer.concat([data, rest]), authenticatedEncryptionTag: tag }
}

/**
 * 3.22: nothing is protected any more with a key that is no longer active, but what was protected with it may still be
 * read.
 */
const usableStates: Readonly<Record<Direction, readonly StateName[]>> = {
  encrypt: ['Active'],
  decrypt: ['Active', 'Deactivated', 'Compromised'],
}

/** Throws `KmipError` PermissionDenied unless type, state, usage mask and dates of the object allow the use. */
function checkUsage(direction: Direction, object: ManagedObject, now: bigint): void {
  const { attributes } = object
  if (object.objectType !== 'SymmetricKey' || attributes.get('Cryptographic Algorithm') !== 'AES') {
    throw new KmipError('PermissionDenied', 'The object is not an AES key')
  }
  if (!usableStates[direction].includes(stateOf(object))) {
    throw new KmipError('PermissionDenied', 'The state of the key does not allow this use')
  }
  const bit = direction === 'encrypt' ? CryptographicUsageMask.Encrypt : CryptographicUsageMask.Decrypt
  if (((attributes.get('Cryptographic Usage Mask') ?? 0) & bit) === 0) {
    throw new KmipError('PermissionDenied', 'The usage mask of the key does not allow this use')
  }
  const start = attributes.get('Process Start Date')
  if (direction === 'decrypt' && start !== undefined && now < start) {
    throw new KmipError('PermissionDenied', 'The Process Start Date of the key has not come')
  }
  const stop = attributes.get('Protect Stop Date')
  if (direction === 'encrypt' && stop !== undefined && stop <= now) {
    throw new KmipError('PermissionDenied', 'The Protect Stop Date of the key has passed')
  }
}

/** 3.21: takes what is about to be encrypted off the Usage Limits. Throws `KmipError` PermissionDenied when it is too much. */
function spendUsage(object: ManagedObject, data: Buffer | undefined, objects: bigint, now: bigint): void {
  const limits = object.attributes.get('Usage Limits')
  if (limits === undefined) return
  const left = limits.usageLimitsCount ?? limits.usageLimitsTotal
  const spent = limits.usageLimitsUnit === 'Byte' ? BigInt(data?.length ?? 0) : objects
  if (spent > left) throw new KmipError('PermissionDenied', 'The usage limits of the key are exhausted')
  if (spent === 0n) return
  object.attributes.set('Usage Limits', { ...limits, usageLimitsCount: left - spent })
  touch(object, now)
}
