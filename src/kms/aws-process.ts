import { exec } from 'node:child_process'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { Environment } from '../lib/environment.ts'
import { Secret } from '../lib/secret.ts'
import { ownAwsFailure } from './aws-failure.ts'
import { sourceFailure, sourceOperation, type IssuedKeys } from './aws-source.ts'

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html */
const output = z.object({
  Version: z.literal(1),
  AccessKeyId: z.string().min(1),
  SecretAccessKey: z.string().min(1),
  SessionToken: z.string().optional(),
  Expiration: z.coerce.date().optional(),
})

/** Milliseconds: such a program may ask for a password or a fingerprint. */
const patience = 60_000

/**
 * Runs the `credential_process` of a profile: a command line for the shell, as AWS defines it. Its output and its
 * errors may hold secrets, so neither is repeated in a message.
 */
export async function runCredentialProcess(
  profile: string,
  commandLine: string,
  environment: Environment,
  signal: AbortSignal,
): Promise<IssuedKeys> {
  const ran = await promisify(exec)(commandLine, { env: environment, signal, timeout: patience }).catch(
    (error: unknown) => {
      if (signal.aborted) throw error
      const code =
        error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined
      const end = code === undefined ? 'did not end by itself' : `ended with code ${code}`
      throw sourceFailure(
        'process-failed',
        `The credential_process of the profile ${profile} ${end}: run it by hand to see why`,
      )
    },
  )
  const keys = output.safeParse(jsonOf(ran.stdout)).data
  if (keys === undefined) {
    throw sourceFailure(
      'process-failed',
      `The credential_process of the profile ${profile} printed no credentials of Version 1`,
    )
  }
  if (keys.Expiration !== undefined && keys.Expiration.getTime() <= Date.now()) {
    throw ownAwsFailure(
      { class: 'stale', reason: 'expired', operation: sourceOperation },
      `The credential_process of the profile ${profile} printed credentials that have expired`,
    )
  }
  return {
    accessKeyId: new Secret(keys.AccessKeyId),
    secretAccessKey: new Secret(keys.SecretAccessKey),
    sessionToken: keys.SessionToken === undefined ? undefined : new Secret(keys.SessionToken),
    expiration: keys.Expiration,
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
