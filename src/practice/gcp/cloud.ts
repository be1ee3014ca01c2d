import { mkdir } from 'node:fs/promises'
import { accountFile } from '../account-file.ts'
import type { PracticeCloud } from '../cloud.ts'
import { metadataOf, type GcpCast } from './cast.ts'
import { encryptUnder } from './ciphertext.ts'
import { startGcpStandIn } from './stand-in.ts'
import { gcpState, type GcpState } from './state.ts'

export interface GcpScript {
  /** Sets the scene: a cast that nobody has seen before, with what has happened to it. */
  readonly scene: () => Promise<GcpCast>
  readonly handout: (state: GcpState) => readonly string[]
  readonly answers: (state: GcpState) => Readonly<Record<string, string>>
}

/** The stand-in of Cloud KMS, playing one script. */
export function gcpCloud({ scene, handout, answers }: GcpScript): PracticeCloud {
  return {
    provider: 'gcp',

    async layOut(folder, masterKey) {
      const cast = await scene()
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await accountFile(folder, gcpState).save(cast.state)
      return {
        metadata: `${JSON.stringify(metadataOf(cast), null, 2)}\n`,
        wrappedKey: encryptUnder(cast.key, cast.version, masterKey.revealBytes()),
      }
    },

    async open(folder) {
      const account = accountFile(folder, gcpState)
      const state = await account.load()
      const standIn = await startGcpStandIn({ state, save: account.save })
      return {
        endpoints: { kms: `http://127.0.0.1:${standIn.port}` },
        environment: {},
        handout: handout(state),
        answers: answers(state),
        close: () => standIn.close(),
      }
    },
  }
}
