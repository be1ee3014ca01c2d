import type { CipherGCM, DecipherGCM } from 'node:crypto'
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { KmipError } from '../result.ts'
import type { CryptographicParameters } from '../structures.ts'

// AES as Encrypt and Decrypt use it (KMIP 1.4, sections 4.29 and 4.30), over node:crypto.

export type Direction = 'encrypt' | 'decrypt'

/** A cipher under way. Throws `KmipError` CryptographicFailure when data or tag do not fit. */
export interface RunningCipher {
  update(data: Buffer): Buffer
  /** The last bytes; `tag` is what to hold a decryption by an authenticated mode against. */
  final(tag: Buffer | undefined): { readonly data: Buffer; readonly tag: Buffer | undefined }
  /** The IV, when it was made here. */
  readonly generatedIV: Buffer | undefined
}

export interface CipherRequest {
  readonly direction: Direction
  /** 16, 24 or 32 bytes. */
  readonly key: Buffer
  readonly parameters: CryptographicParameters
  readonly iv: Buffer | undefined
  /** Data that an authenticated mode covers without encrypting it. */
  readonly additionalData: Buffer | undefined
}

interface Mode {
  /** Its name in node:crypto, after `aes-256-`. */
  readonly node: 'ecb' | 'cbc' | 'ctr' | 'gcm'
  /** Bytes of an IV that is made here; undefined where there is none. */
  readonly ivLength: number | undefined
  readonly ivLengths: 'none' | 'exact' | 'any'
  readonly padded: boolean
}

const modes: Readonly<Record<string, Mode>> = {
  ECB: { node: 'ecb', ivLength: undefined, ivLengths: 'none', padded: true },
  CBC: { node: 'cbc', ivLength: 16, ivLengths: 'exact', padded: true },
  CTR: { node: 'ctr', ivLength: 16, ivLengths: 'exact', padded: false },
  GCM: { node: 'gcm', ivLength: 12, ivLengths: 'any', padded: false },
}

/** Bytes of a GCM tag (NIST SP 800-38D, section 5.2.1.2). */
const gcmTagLengths = [4, 8, 12, 13, 14, 15, 16]
const gcmTagLength = 16

/** Starts to encrypt or decrypt. Throws `KmipError` for what is not supported, missing or does not fit. */
export function startCipher(request: CipherRequest): RunningCipher {
  const { parameters } = request
  if (parameters.cryptographicAlgorithm !== undefined && parameters.cryptographicAlgorithm !== 'AES') {
    throw new KmipError('InvalidField', 'The cryptographic algorithm is not that of the key')
  }
  if (parameters.blockCipherMode === undefined) {
    throw new KmipError('InvalidField', 'Neither the request nor the key has a block cipher mode')
  }
  const mode = modes[parameters.blockCipherMode]
  if (mode === undefined) {
    throw new KmipError('FeatureNotSupported', 'The block cipher mode is not ECB, CBC, CTR or GCM')
  }
  const padding = paddingOf(parameters, mode)
  const { iv, generatedIV } = ivOf(request, mode)
  return mode.node === 'gcm'
    ? startGcm(request, iv, generatedIV)
    : startPlain(request, mode.node, padding, iv, generatedIV)
}

function paddingOf({ paddingMethod }: CryptographicParameters, mode: Mode): boolean {
  if (paddingMethod === undefined || paddingMethod === 'None') return false
  if (paddingMethod !== 'PKCS5') {
    throw new KmipError('FeatureNotSupported', 'The padding method is neither None nor PKCS5')
  }
  // A counter mode needs no padding: one that is asked for all the same changes nothing.
  return mode.padded
}

function ivOf(request: CipherRequest, mode: Mode): { iv: Buffer; generatedIV: Buffer | undefined } {
  const { iv, parameters, direction } = request
  if (mode.ivLength === undefined) return { iv: Buffer.alloc(0), generatedIV: undefined }
  if (iv !== undefined) {
    if (mode.ivLengths === 'exact' ? iv.length !== mode.ivLength : iv.length === 0) {
      throw new KmipError('InvalidField', 'The IV/counter/nonce has the wrong length')
    }
    return { iv, generatedIV: undefined }
  }
  if (direction === 'decrypt' || parameters.randomIV !== true) {
    throw new KmipError('InvalidMessage', 'The IV/counter/nonce is missing')
  }
  const generatedIV = randomBytes(mode.ivLength)
  return { iv: generatedIV, generatedIV }
}

function cryptographicFailure(): KmipError {
  return new KmipError(
    'CryptographicFailure',
    'The data does not fit the key and the cryptographic parameters',
  )
}

/** Runs a step of OpenSSL's, whose own error texts say nothing to a client. */
function attempt<T>(step: () => T): T {
  try {
    return step()
  } catch {
    throw cryptographicFailure()
  }
}

function startPlain(
  { direction, key }: CipherRequest,
  mode: 'ecb' | 'cbc' | 'ctr',
  padding: boolean,
  iv: Buffer,
  generatedIV: Buffer | undefined,
): RunningCipher {
  const algorithm = `aes-${key.length * 8}-${mode}`
  const create = direction === 'encrypt' ? createCipheriv : createDecipheriv
  const cipher = create(algorithm, key, mode === 'ecb' ? null : iv)
  cipher.setAutoPadding(padding)
  return {
    generatedIV,
    update: data => attempt(() => cipher.update(data)),
    final: () => ({ data: attempt(() => cipher.final()), tag: undefined }),
  }
}

function startGcm(request: CipherRequest, iv: Buffer, generatedIV: Buffer | undefined): RunningCipher {
  const { direction, key, parameters, additionalData } = request
  const authTagLength = parameters.tagLength ?? gcmTagLength
  if (!gcmTagLengths.includes(authTagLength)) {
    // The reason that OASIS' test cases show for it.
    throw new KmipError('GeneralFailure', 'The tag length is none that GCM has')
  }
  const algorithm = `aes-${key.length * 8}-gcm` as 'aes-256-gcm'
  if (direction === 'encrypt') {
    const cipher: CipherGCM = createCipheriv(algorithm, key, iv, { authTagLength })
    if (additionalData !== undefined) cipher.setAAD(additionalData)
    return {
      generatedIV,
      update: data => attempt(() => cipher.update(data)),
      final: () => ({ data: attempt(() => cipher.final()), tag: cipher.getAuthTag() }),
    }
  }
  const decipher: DecipherGCM = createDecipheriv(algorithm, key, iv, { authTagLength })
  if (additionalData !== undefined) decipher.setAAD(additionalData)
  return {
    generatedIV,
    update: data => attempt(() => decipher.update(data)),
    final(tag) {
      if (tag === undefined) {
        throw new KmipError('InvalidMessage', 'The authenticated encryption tag is missing')
      }
      if (tag.length !== authTagLength) {
        throw new KmipError('GeneralFailure', 'The authenticated encryption tag has the wrong length')
      }
      decipher.setAuthTag(tag)
      return { data: attempt(() => decipher.final()), tag: undefined }
    },
  }
}
