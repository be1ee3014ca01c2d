import { inspect } from 'node:util'
import { KmsFailure } from '../../src/kms/failure.ts'

/** What the question fails with, which must be a `KmsFailure`. */
export async function failureOf(asking: Promise<unknown>): Promise<KmsFailure> {
  const error: unknown = await asking.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof KmsFailure) return error
  throw new Error('It did not fail as a KmsFailure', { cause: error })
}

/** Everything that somebody could find in an error, its causes and its hidden fields included. */
export function everythingIn(error: unknown): string {
  return inspect(error, {
    depth: Infinity,
    showHidden: true,
    maxStringLength: Infinity,
    maxArrayLength: Infinity,
  })
}
