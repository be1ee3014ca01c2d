import { providers, type Provider } from '../../kms/key-service.ts'
import { Failure } from '../../lib/failure.ts'
import { cloudNames } from '../../credentials/clouds.ts'
import { servedKeys, type ServedKey } from '../../snapshot/served-ids.ts'
import type { Snapshot } from '../../snapshot/snapshot.ts'
import type { RestoreContext } from '../context.ts'
import { catalogue, choice } from '../questions.ts'

/** The keys that mongod will ask for. Throws SNAP-011 where nothing says which of several it is, and nobody does. */
export async function chooseKeys(context: RestoreContext, snapshot: Snapshot): Promise<readonly ServedKey[]> {
  const candidates = await ofOneCloud(context, snapshot, servedKeys(snapshot))
  if (isSure(snapshot, candidates) && !context.isDecided(catalogue.keyId.id)) return candidates
  const options = candidates.map(({ key }) => ({ value: key.keyId, label: key.keyId, hint: key.provider }))
  const details = snapshot.keystoreIds.map(id => `mongod will ask for the key ${id}`)
  const answer = await context.ask(choice(catalogue.keyId, { details, options }))
  const chosen = candidates.filter(({ key }) => key.keyId === answer)
  if (chosen.length > 0) return chosen
  throw noneOf(
    `The snapshot has no key ${answer}`,
    options.map(({ value }) => value),
  )
}

/** Where the keys of several clouds are in question, those of one of them. */
async function ofOneCloud(
  context: RestoreContext,
  snapshot: Snapshot,
  candidates: readonly ServedKey[],
): Promise<readonly ServedKey[]> {
  const clouds = providers.filter(provider => candidates.some(({ key }) => key.provider === provider))
  const isOpen = clouds.length > 1 && !isSure(snapshot, candidates)
  if (!isOpen && !context.isDecided(catalogue.provider.id)) return candidates
  const options = clouds.map(provider => ({ value: provider, label: cloudNames[provider] }))
  const answer = await context.ask(choice(catalogue.provider, { options }))
  const chosen = candidates.filter(({ key }) => key.provider === answer)
  if (chosen.length > 0) return chosen
  throw noneOf(`The snapshot has no key of ${cloudNames[answer as Provider]}`, clouds)
}

/** One key is the one, and so are all that the key.store names; but one id in two clouds is one key too many. */
function isSure({ keystoreIds }: Snapshot, candidates: readonly ServedKey[]): boolean {
  const ids = candidates.map(({ key }) => key.keyId)
  const areDistinct = new Set(ids).size === ids.length
  return ids.length === 1 || (areDistinct && ids.every(id => keystoreIds.includes(id)))
}

function noneOf(message: string, others: readonly string[]): Failure {
  return new Failure({ code: 'SNAP-011', message, remedy: `Choose one of: ${others.join(', ')}` })
}
