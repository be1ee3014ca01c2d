import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeAtomically } from '../../lib/atomic-file.ts'
import { accountFile } from '../account-file.ts'
import type { PracticeCloud } from '../cloud.ts'
import { encryptUnder } from './ciphertext.ts'
import { configFile, credentialsFile, type Profile } from './profiles.ts'
import { startAwsStandIn } from './stand-in.ts'
import { awsState, type AwsState, type KmsKey } from './state.ts'

/** An AWS account as a scenario finds it, what Atlas knows of it, and what the operator does. */
export interface AwsScene {
  readonly state: AwsState
  /** The key that wraps the snapshot's master key. */
  readonly key: KmsKey
  readonly metadata: AwsMetadata
  readonly profiles: readonly Profile[]
}

/** The metadata file of the snapshot, as the page of the procedure shows it. */
export interface AwsMetadata {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly roleId: string
  readonly region: string
}

export interface AwsScript {
  /** Sets the scene, with keys that nobody has seen before. */
  readonly scene: () => AwsScene
  /** Both of what is now: an MFA code that has been used is not offered again. */
  readonly handout: (state: AwsState) => readonly string[]
  readonly answers: (state: AwsState) => Readonly<Record<string, string>>
}

/** The stand-ins of STS and KMS, playing one script. */
export function awsCloud({ scene, handout, answers }: AwsScript): PracticeCloud {
  return {
    provider: 'aws',

    async layOut(folder, masterKey) {
      const { state, key, metadata, profiles } = scene()
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await accountFile(folder, awsState).save(state)
      await writeAtomically(configPath(folder), configFile(profiles))
      await writeAtomically(credentialsPath(folder), credentialsFile(profiles))
      return {
        metadata: `${JSON.stringify(metadata, null, 2)}\n`,
        wrappedKey: encryptUnder(key, masterKey.revealBytes()),
      }
    },

    async open(folder) {
      const account = accountFile(folder, awsState)
      const state = await account.load()
      const standIn = await startAwsStandIn({ state, save: account.save })
      return {
        endpoints: { kms: standIn.endpoint, sts: standIn.endpoint },
        environment: {
          AWS_CONFIG_FILE: configPath(folder),
          AWS_SHARED_CREDENTIALS_FILE: credentialsPath(folder),
          AWS_ENDPOINT_URL_KMS: standIn.endpoint,
          AWS_ENDPOINT_URL_STS: standIn.endpoint,
          // Nobody is asked for credentials but the files above: not the machine that this runs on.
          AWS_EC2_METADATA_DISABLED: 'true',
        },
        handout: handout(state),
        answers: answers(state),
        close: () => standIn.close(),
      }
    },
  }
}

function configPath(folder: string): string {
  return join(folder, 'config')
}

function credentialsPath(folder: string): string {
  return join(folder, 'credentials')
}
