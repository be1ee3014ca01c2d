import { diagnose } from '../../credentials/diagnose.ts'
import type { Metadata } from '../../credentials/metadata.ts'
import { proveKey, type Proof } from '../../credentials/prove.ts'
import { KmsFailure } from '../../kms/failure.ts'
import type { KeyService } from '../../kms/key-service.ts'
import { openKeyService } from '../../kms/open.ts'
import { Failure } from '../../lib/failure.ts'
import type { ServedKey } from '../../snapshot/served-ids.ts'
import type { RestoreContext } from '../context.ts'
import { catalogue, choice } from '../questions.ts'
import { reportOf } from './choose-source.ts'
import type { Engine, Named } from './named.ts'
import type { Obtained } from './obtained.ts'

/** Credentials that are to be proved, and the file that may hold the wrapped key. */
interface Attempt {
  readonly metadata: Metadata | undefined
  readonly obtained: Obtained
  readonly settled: { readonly named: Named; readonly engine: Engine | undefined }
}

/**
 * Has the cloud unwrap the key. Undefined where the wrapped key is not found and the official proxy, which knows where
 * it lies, shall find and unwrap it: then only the credentials themselves are proved. Throws CRED-….
 */
export async function proveOrEntrust(
  context: RestoreContext,
  served: ServedKey,
  attempt: Attempt,
): Promise<Proof | undefined> {
  try {
    return await prove(context, served, attempt)
  } catch (error) {
    const isUnfound = error instanceof Failure && error.code === 'CRED-012'
    if (!isUnfound || !(await isForOfficial(context, attempt.settled, error))) throw error
    const message = `The wrapped key of ${served.key.keyId} is not found here: the official proxy has to find and unwrap it`
    context.tell({ type: 'note', step: 'credentials', message })
    return undefined
  }
}

async function prove(
  context: RestoreContext,
  { key }: ServedKey,
  { metadata, obtained: { credentials, origin }, settled: { named } }: Attempt,
): Promise<Proof> {
  const message = `asking ${key.provider} with the credentials of ${origin}`
  context.tell({ type: 'progress', step: 'credentials', done: 0, unit: 'keys', message })
  let service: KeyService | undefined
  try {
    service = await openKeyService(credentials, { environment: context.environment })
    const wrappedKeyFile = named.wrappedKeyFiles.get(key.keyId)
    const request = { key, credentials, metadata, wrappedKeyFile, kmsKey: named.kmsKey }
    const proof = await proveKey(service, request, context.signal)
    const found = `The wrapped master key is in ${proof.foundIn}, and unwraps`
    for (const note of [...proof.notes, found])
      context.tell({ type: 'note', step: 'credentials', message: note })
    return proof
  } catch (error) {
    // Found before anything was asked, such as a key identifier that is none.
    if (error instanceof KmsFailure)
      throw diagnose(error, { key, credentials, caller: undefined, keyName: undefined })
    throw error
  } finally {
    service?.close()
  }
}

/** What was said before counts; else it is offered, where somebody can be asked. */
async function isForOfficial(
  context: RestoreContext,
  { engine }: Attempt['settled'],
  trouble: Failure,
): Promise<boolean> {
  if (engine !== undefined) return engine === 'official'
  if (!context.interactive) return false
  const answer = await context.ask(
    choice(catalogue.engine, {
      failure: reportOf(trouble),
      options: [
        {
          value: 'official',
          label: 'kmipProxyStandalone of MongoDB',
          hint: 'it knows where the key lies',
        },
        {
          value: 'embedded',
          label: 'snapthaw, once more',
          hint: 'with other credentials, region or file',
        },
      ],
      default: 'official',
    }),
  )
  return answer === 'official'
}
