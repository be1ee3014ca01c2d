import { z } from 'zod'
import { crc32c } from '../../kms/gcp-crc32c.ts'
import type { Asked, WireAnswer } from '../stand-in.ts'
import { authenticate } from './authenticate.ts'
import { decryptWith, isOf, takeApart } from './ciphertext.ts'
import { json, kmsRefusal } from './refusal.ts'
import type { CryptoKey, GcpState, KeyVersion } from './state.ts'

/** Enumerations are numbers, as the client asks for them: `$alt=json;enum-encoding=int`. */
const protectionLevelSoftware = 1

const input = z.object({
  ciphertext: z.base64(),
  /** An int64 is a string in JSON. */
  ciphertextCrc32c: z.string().optional(),
})

/**
 * Cloud KMS in its REST form, which answers one method:
 * https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys/decrypt
 * Throws `Refusal`.
 */
export function answerAsCloudKms(state: GcpState, asked: Asked, now: number): WireAnswer {
  const [, name] = /^\/v1\/(projects\/[^:]+):decrypt$/.exec(asked.url.pathname) ?? []
  if (asked.method !== 'POST' || name === undefined) {
    return { status: 404, headers: { 'content-type': 'text/html; charset=UTF-8' }, body: '<!DOCTYPE html>' }
  }
  const email = authenticate(state, asked, now)
  const [, project = ''] = name.split('/')
  requireService(state, project)
  requirePermission(state, email, name)
  const key = state.keys.find(each => each.name === name)
  if (key === undefined) throw kmsRefusal('NOT_FOUND', `CryptoKey ${name} not found.`)
  const plaintext = decrypt(key, asked.body)
  return json(200, {
    plaintext: plaintext.toString('base64'),
    plaintextCrc32c: String(crc32c(plaintext)),
    usedPrimary: true,
    protectionLevel: protectionLevelSoftware,
  })
}

/** https://github.com/getsops/sops/issues/969 */
function requireService({ projectsWithoutKms }: GcpState, project: string): void {
  if (!projectsWithoutKms.includes(project)) return
  throw kmsRefusal(
    'PERMISSION_DENIED',
    `Cloud Key Management Service (KMS) API has not been used in project ${project} before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/cloudkms.googleapis.com/overview?project=${project} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`,
    'SERVICE_DISABLED',
    { consumer: `projects/${project}` },
  )
}

/** Who may not use a key does not learn whether it is there: https://github.com/isindir/sops-secrets-operator/issues/110 */
function requirePermission({ grants }: GcpState, email: string, name: string): void {
  const covers = (resource: string) => resource === name || name.startsWith(`${resource}/`)
  if (grants.some(grant => grant.email === email && covers(grant.resource))) return
  const permission = 'cloudkms.cryptoKeyVersions.useToDecrypt'
  throw kmsRefusal(
    'PERMISSION_DENIED',
    `Permission '${permission}' denied on resource '${name}' (or it may not exist).`,
    'IAM_PERMISSION_DENIED',
    { permission, resource: name },
  )
}

function decrypt(key: CryptoKey, body: Buffer): Buffer {
  const given = input.safeParse(parseJson(body)).data
  if (given === undefined) throw kmsRefusal('INVALID_ARGUMENT', 'Invalid JSON payload received.')
  const ciphertext = Buffer.from(given.ciphertext, 'base64')
  if (given.ciphertextCrc32c !== undefined && given.ciphertextCrc32c !== String(crc32c(ciphertext))) {
    throw kmsRefusal(
      'INVALID_ARGUMENT',
      'The checksum in field ciphertext_crc32c did not match the data in field ciphertext.',
    )
  }
  const parts = takeApart(ciphertext)
  // https://github.com/GoogleCloudPlatform/python-docs-samples/issues/3016
  if (parts === undefined) throw invalid('the ciphertext is invalid.')
  const version = key.versions.find(each => isOf(key, each, parts))
  // https://github.com/googleapis/nodejs-kms/issues/145
  if (version === undefined) throw invalid("verify that 'name' refers to the correct CryptoKey.")
  requireEnabled(key, version)
  const plaintext = decryptWith(version, parts)
  if (plaintext === undefined) throw invalid('the ciphertext is invalid.')
  return plaintext
}

function invalid(why: string) {
  return kmsRefusal('INVALID_ARGUMENT', `Decryption failed: ${why}`)
}

/** https://github.com/sethvargo/vault-on-gke/issues/56 */
function requireEnabled({ name }: CryptoKey, { id, state }: KeyVersion): void {
  if (state === 'ENABLED') return
  throw kmsRefusal(
    'FAILED_PRECONDITION',
    `${name}/cryptoKeyVersions/${id} is not enabled, current state is: ${state}.`,
  )
}

/** Undefined for what is no JSON: the operation says what it thinks of that. */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}
