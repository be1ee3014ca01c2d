import type { Provider } from '../../kms/key-service.ts'
import type { RestoreContext } from '../context.ts'
import { obtainAws } from './aws.ts'
import { obtainAzure } from './azure.ts'
import type { Source } from './choose-source.ts'
import { obtainGcp } from './gcp.ts'
import type { Obtained, Wanted } from './obtained.ts'

type Obtain = (context: RestoreContext, source: Source, wanted: Wanted) => Promise<Obtained>

const by: Readonly<Record<Provider, Obtain>> = { aws: obtainAws, azure: obtainAzure, gcp: obtainGcp }

/** Gets credentials from a source, with all that it takes to ask for. Throws CRED-…, SNAP-012, or `KmsFailure`. */
export function obtainCredentials(
  context: RestoreContext,
  source: Source,
  wanted: Wanted,
): Promise<Obtained> {
  return by[wanted.key.provider](context, source, wanted)
}
