import { z } from 'zod'
import { accountOf, parseArn } from './arn.ts'
import { isAllowed, type Caller } from './caller.ts'
import { decryptWith, isOf, takeApart } from './ciphertext.ts'
import { kmsRefusal, refusal } from './refusal.ts'
import type { AwsState, KmsKey } from './state.ts'

const decryptInput = z.object({
  CiphertextBlob: z.base64(),
  KeyId: z.string().optional(),
  EncryptionContext: z.record(z.string(), z.string()).optional(),
})

/**
 * kms:Decrypt of a symmetric key: https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
 * Throws `Refusal`.
 */
export function decrypt(state: AwsState, caller: Caller, body: unknown) {
  const input = decryptInput.safeParse(body).data
  if (input === undefined) throw kmsRefusal('SerializationException', '')
  const blob = Buffer.from(input.CiphertextBlob, 'base64')
  const named = input.KeyId === undefined ? undefined : namedKey(state, caller, input.KeyId)
  const parts = takeApart(blob)
  // AWS says this without a text: https://github.com/awslabs/aws-lambda-redshift-loader/issues/16
  if (parts === undefined) throw kmsRefusal('InvalidCiphertextException', '')
  const key = keysOf(state, caller.region).find(key => isOf(key, parts))
  if (named !== undefined && named !== key) {
    // https://docs.aws.amazon.com/kms/latest/developerguide/ct-decrypt.html
    throw kmsRefusal(
      'IncorrectKeyException',
      'The key ID in the request does not identify a CMK that can perform this operation.',
    )
  }
  if (key === undefined) {
    // https://github.com/aws/aws-encryption-sdk-javascript/issues/1005
    throw refusal(
      'kms',
      'denied',
      'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
    )
  }
  if (named === undefined) requirePermission(caller, key, 'the resource associated with this ciphertext')
  requireEnabled(key)
  // Our ciphertexts are made without an encryption context, so that any other is the wrong one.
  const hasContext = Object.keys(input.EncryptionContext ?? {}).length > 0
  const plaintext = hasContext ? undefined : decryptWith(key, parts)
  if (plaintext === undefined) throw kmsRefusal('InvalidCiphertextException', '')
  return { KeyId: key.arn, Plaintext: plaintext.toString('base64'), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' }
}

/** The key that the request names by its id or its ARN, when the caller may use it. */
function namedKey(state: AwsState, caller: Caller, keyId: string): KmsKey {
  const arn = keyId.startsWith('arn:') ? keyId : `arn:aws:kms:${caller.region}:${caller.account}:key/${keyId}`
  const region = parseArn(arn)?.region ?? ''
  // https://github.com/nakedible/openssl-engine-kms/issues/1 shows both texts.
  if (region !== caller.region) throw kmsRefusal('NotFoundException', `Invalid arn ${region}`)
  const key = state.keys.find(key => key.arn === arn)
  if (key === undefined) throw kmsRefusal('NotFoundException', `Key '${arn}' does not exist`)
  requirePermission(caller, key, `resource: ${arn}`)
  return key
}

/**
 * The reasons at the end: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html; a
 * ciphertext of which no key was named: https://docs.aws.amazon.com/singlesignon/latest/userguide/cmk-related-errors.html
 * and, for a key of another account, https://github.com/metaps/genova/issues/375.
 */
function requirePermission(caller: Caller, key: KmsKey, resource: string): void {
  const isOwn = accountOf(key.arn) === caller.account
  if (isOwn && isAllowed(caller, 'kms:Decrypt', key.arn)) return
  const because = isOwn
    ? 'no identity-based policy allows the kms:Decrypt action'
    : 'the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access'
  throw refusal(
    'kms',
    'denied',
    `User: ${caller.arn} is not authorized to perform: kms:Decrypt on ${resource} because ${because}`,
  )
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html */
function requireEnabled(key: KmsKey): void {
  switch (key.state) {
    case 'Enabled':
      return
    case 'Disabled':
      throw kmsRefusal('DisabledException', `${key.arn} is disabled.`)
    case 'PendingDeletion':
      throw kmsRefusal('KMSInvalidStateException', `${key.arn} is pending deletion.`)
  }
}

function keysOf(state: AwsState, region: string): readonly KmsKey[] {
  return state.keys.filter(key => parseArn(key.arn)?.region === region)
}
