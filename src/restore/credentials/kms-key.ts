import type { RestoreContext } from '../context.ts'
import { catalogue, text } from '../questions.ts'
import { required } from './ask.ts'
import { isPlaceInDoubt, type Wanted } from './obtained.ts'

/**
 * The customer master key as its cloud names it: as the operator says, else as the metadata file does, else as it is
 * asked for. `known`: what the file says.
 */
export async function kmsKeyFor(
  context: RestoreContext,
  wanted: Wanted,
  known: string | undefined,
  placeholder: string,
): Promise<string> {
  const given = wanted.kmsKey ?? known
  if (given !== undefined && !isPlaceInDoubt(wanted)) return given
  return context.ask(
    text(catalogue.kmsKey, {
      placeholder,
      problem: required,
      ...(given === undefined ? {} : { default: given }),
    }),
  )
}
