import { z } from 'zod'
import { faultOf } from '../fault.ts'
import { services, troubles } from './refusal.ts'

/** What a policy allows: one action on one resource, both spelled out. The stand-in knows no wildcards and no denials. */
const statement = z
  .object({ action: z.enum(['kms:Decrypt', 'sts:AssumeRole']), resource: z.string() })
  .readonly()

/** A long-term key pair. AWS answers for an inactive key as for a deleted one. */
const accessKey = z
  .object({
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
    status: z.enum(['active', 'inactive', 'deleted']),
  })
  .readonly()

/** A token that shows one code after the other (RFC 4226), so that a code works once and the next can be foretold. */
const mfaDevice = z
  .object({ serial: z.string(), seed: z.base64(), counter: z.int().nonnegative() })
  .readonly()

const user = z
  .object({
    arn: z.string(),
    userId: z.string(),
    accessKeys: z.array(accessKey).readonly(),
    mfaDevice: mfaDevice.optional(),
    allows: z.array(statement).readonly(),
  })
  .readonly()

const role = z
  .object({
    arn: z.string(),
    roleId: z.string(),
    trust: z
      .object({
        /** ARNs of users and roles; `arn:aws:iam::ACCOUNT:root` stands for all of an account. */
        principals: z.array(z.string()).readonly(),
        externalId: z.string().optional(),
        mfa: z.enum(['required', 'not asked for']),
      })
      .readonly(),
    /** Seconds. */
    maxSessionDuration: z.int(),
    allows: z.array(statement).readonly(),
  })
  .readonly()

/** Temporary credentials that STS handed out for a role. */
const session = z
  .object({
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
    sessionToken: z.string(),
    roleArn: z.string(),
    sessionName: z.string(),
    expiresAt: z.iso.datetime(),
  })
  .readonly()

const kmsKey = z
  .object({
    /** Its region and its account are parts of its ARN. */
    arn: z.string(),
    state: z.enum(['Enabled', 'Disabled', 'PendingDeletion']),
    /** 256 bits. */
    material: z.base64(),
  })
  .readonly()

/** All that the stand-in knows: plain data, so that a sandbox is opened again with the keys that it had. */
export const awsState = z
  .object({
    users: z.array(user).readonly(),
    roles: z.array(role).readonly(),
    sessions: z.array(session).readonly(),
    keys: z.array(kmsKey).readonly(),
    /** Milliseconds by which the stand-in's clock is ahead of the machine's. */
    clockOffset: z.int(),
    faults: z.array(faultOf(services, troubles)).readonly(),
  })
  .readonly()

export type Statement = z.infer<typeof statement>
export type AccessKey = z.infer<typeof accessKey>
export type MfaDevice = z.infer<typeof mfaDevice>
export type User = z.infer<typeof user>
export type Role = z.infer<typeof role>
export type Session = z.infer<typeof session>
export type KmsKey = z.infer<typeof kmsKey>
export type AwsState = z.infer<typeof awsState>
export type Fault = AwsState['faults'][number]
