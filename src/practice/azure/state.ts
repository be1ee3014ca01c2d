import { z } from 'zod'
import { faultOf } from '../fault.ts'
import { services, troubles } from './refusal.ts'

const clientSecret = z.object({ value: z.string(), expiresAt: z.iso.datetime() }).readonly()

/** An app registration, with the service principal that stands for it in its tenant. */
const application = z
  .object({
    clientId: z.guid(),
    /** Of the service principal: what Key Vault's access policies and role assignments name. */
    objectId: z.guid(),
    state: z.enum(['enabled', 'disabled']),
    secrets: z.array(clientSecret).readonly(),
  })
  .readonly()

const tenant = z.object({ tenantId: z.guid(), applications: z.array(application).readonly() }).readonly()

/** What a principal may do with the keys of a vault, and a key lets be done with it. */
export const keyOperations = ['get', 'decrypt', 'unwrapKey'] as const
const keyOperation = z.enum(keyOperations)

const keyVersion = z
  .object({
    version: z.string(),
    /** RSA, PKCS #8 in PEM. */
    privateKey: z.string(),
    state: z.enum(['enabled', 'disabled']),
    /** Key Vault goes on decrypting after it, and no longer encrypts. */
    expiresAt: z.iso.datetime().optional(),
    operations: z.array(keyOperation).readonly(),
  })
  .readonly()

const vault = z
  .object({
    /** NAME.vault.azure.net */
    host: z.string(),
    tenantId: z.guid(),
    /** Both say who may do what; their refusals read differently. */
    access: z.enum(['policies', 'roles']),
    grants: z
      .array(z.object({ objectId: z.guid(), operations: z.array(keyOperation).readonly() }).readonly())
      .readonly(),
    network: z.enum(['open', 'firewalled', 'private']),
    keys: z
      .array(z.object({ name: z.string(), versions: z.array(keyVersion).readonly() }).readonly())
      .readonly(),
  })
  .readonly()

/** All that the stand-in knows: plain data, so that a sandbox is opened again with the keys that it had. */
export const azureState = z
  .object({
    tenants: z.array(tenant).readonly(),
    vaults: z.array(vault).readonly(),
    /** Signs the access tokens: RSA, PKCS #8 in PEM. */
    tokenKey: z.string(),
    /** Milliseconds by which the stand-in's clock is ahead of the machine's. */
    clockOffset: z.int(),
    faults: z.array(faultOf(services, troubles)).readonly(),
  })
  .readonly()

export type KeyOperation = z.infer<typeof keyOperation>
export type Application = z.infer<typeof application>
export type Tenant = z.infer<typeof tenant>
export type KeyVersion = z.infer<typeof keyVersion>
export type Vault = z.infer<typeof vault>
export type AzureState = z.infer<typeof azureState>
export type AzureFault = AzureState['faults'][number]
