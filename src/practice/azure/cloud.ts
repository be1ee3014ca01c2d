import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeAtomically } from '../../lib/atomic-file.ts'
import { accountFile } from '../account-file.ts'
import { selfSigned, trustHere } from '../certificate.ts'
import type { PracticeCloud } from '../cloud.ts'
import { startConnectProxy } from '../connect-proxy.ts'
import { newPrivateKey } from '../fake-keys.ts'
import { metadataOf, type AzureCast } from './cast.ts'
import { certifiedNames, isStoodInFor } from './clouds.ts'
import { startAzureStandIn } from './stand-in.ts'
import { azureState, type AzureState } from './state.ts'
import { wrapWith } from './wrap.ts'

export interface AzureScript {
  /** Sets the scene: a cast that nobody has seen before, with what has happened to it. */
  readonly scene: () => Promise<AzureCast>
  readonly handout: (state: AzureState) => readonly string[]
  readonly answers: (state: AzureState) => Readonly<Record<string, string>>
}

/**
 * The stand-ins of Entra ID and Key Vault, playing one script. The metadata file names a vault as Azure does, so that
 * they cannot be asked at a port: a proxy leads to them under Microsoft's own names, and to nobody else.
 */
export function azureCloud({ scene, handout, answers }: AzureScript): PracticeCloud {
  return {
    provider: 'azure',

    async layOut(folder, masterKey) {
      const [cast, tlsKey] = await Promise.all([scene(), newPrivateKey()])
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await accountFile(folder, azureState).save(cast.state)
      await writeAtomically(tlsKeyPath(folder), tlsKey)
      await writeAtomically(certificatePath(folder), selfSigned(tlsKey, certifiedNames))
      return {
        metadata: `${JSON.stringify(metadataOf(cast), null, 2)}\n`,
        wrappedKey: wrapWith(cast.key, masterKey.revealBytes()),
      }
    },

    async open(folder) {
      const account = accountFile(folder, azureState)
      const state = await account.load()
      const certificate = await readFile(certificatePath(folder), 'utf8')
      const tls = { key: await readFile(tlsKeyPath(folder), 'utf8'), cert: certificate }
      const distrust = trustHere(certificate)
      const standIn = await startAzureStandIn({ state, save: account.save, tls })
      const proxy = await startConnectProxy(host => (isStoodInFor(host) ? standIn.port : undefined))
      return {
        endpoints: {},
        environment: {
          HTTPS_PROXY: proxy.address,
          // Whatever the operator's own network asks for: no way leads past the stand-ins.
          NO_PROXY: '',
          // For the key proxy, which is a process of its own.
          NODE_EXTRA_CA_CERTS: certificatePath(folder),
        },
        handout: handout(state),
        answers: answers(state),
        async close() {
          await proxy.close()
          await standIn.close()
          distrust()
        },
      }
    },
  }
}

function certificatePath(folder: string): string {
  return join(folder, 'certificate.pem')
}

function tlsKeyPath(folder: string): string {
  return join(folder, 'certificate-key.pem')
}
