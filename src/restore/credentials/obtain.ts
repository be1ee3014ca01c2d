import type { RestoreContext } from '../context.ts'
import { obtainAws } from './aws.ts'
import type { Source } from './choose-source.ts'
import type { Obtained, Wanted } from './obtained.ts'

/** Gets credentials from a source, with all that it takes to ask for. Throws CRED-… or `KmsFailure`. */
export function obtainCredentials(
  context: RestoreContext,
  source: Source,
  wanted: Wanted,
): Promise<Obtained> {
  return obtainAws(context, source, wanted)
}
