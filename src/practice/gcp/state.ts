import { z } from 'zod'
import { faultOf } from '../fault.ts'
import { services, troubles } from './refusal.ts'

const accountKey = z
  .object({
    keyId: z.string(),
    /** SPKI in PEM. */
    publicKey: z.string(),
    state: z.enum(['active', 'deleted']),
  })
  .readonly()

const serviceAccount = z
  .object({
    email: z.string(),
    projectId: z.string(),
    state: z.enum(['enabled', 'disabled']),
    keys: z.array(accountKey).readonly(),
  })
  .readonly()

/** A person who has logged in with gcloud: a refresh token is what lies in application_default_credentials.json. */
const user = z
  .object({
    email: z.string(),
    clientId: z.string(),
    clientSecret: z.string(),
    refreshToken: z.string(),
    state: z.enum(['logged in', 'logged out']),
  })
  .readonly()

const keyVersion = z
  .object({
    id: z.int().positive(),
    state: z.enum(['ENABLED', 'DISABLED', 'DESTROY_SCHEDULED', 'DESTROYED']),
    /** 256 bits. */
    material: z.base64(),
  })
  .readonly()

const cryptoKey = z
  .object({
    /** projects/P/locations/L/keyRings/R/cryptoKeys/K */
    name: z.string(),
    versions: z.array(keyVersion).readonly(),
  })
  .readonly()

/** All that the stand-in knows: plain data, so that a sandbox is opened again with the keys that it had. */
export const gcpState = z
  .object({
    serviceAccounts: z.array(serviceAccount).readonly(),
    users: z.array(user).readonly(),
    keys: z.array(cryptoKey).readonly(),
    /** Who may decrypt: with one key, or with all of a project (`projects/P`). */
    grants: z.array(z.object({ email: z.string(), resource: z.string() }).readonly()).readonly(),
    /** Where Cloud KMS is not enabled. */
    projectsWithoutKms: z.array(z.string()).readonly(),
    /** Seals the access tokens of users: 256 bits. */
    tokenKey: z.base64(),
    /** Milliseconds by which the stand-in's clock is ahead of the machine's. */
    clockOffset: z.int(),
    faults: z.array(faultOf(services, troubles)).readonly(),
  })
  .readonly()

export type ServiceAccount = z.infer<typeof serviceAccount>
export type User = z.infer<typeof user>
export type KeyVersion = z.infer<typeof keyVersion>
export type CryptoKey = z.infer<typeof cryptoKey>
export type GcpState = z.infer<typeof gcpState>
export type GcpFault = GcpState['faults'][number]
