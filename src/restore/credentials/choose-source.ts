import { keysOfVariables } from '../../kms/aws-environment-source.ts'
import { listAwsProfiles } from '../../kms/aws-profiles.ts'
import type { Provider } from '../../kms/key-service.ts'
import type { Environment } from '../../lib/environment.ts'
import type { Failure } from '../../lib/failure.ts'
import { counted } from '../../lib/format.ts'
import type { RestoreContext } from '../context.ts'
import type { FailureReport, Option } from '../interview.ts'
import { catalogue, choice } from '../questions.ts'

/** Where credentials can come from: the values of `--credentials`. */
export const sources = ['metadata', 'profile', 'environment', 'prompt', 'stdin'] as const
export type Source = (typeof sources)[number]

/** Inside a sentence, for a source that gave nothing that could be named more closely. */
export const sourceNames: Readonly<Record<Source, string>> = {
  metadata: 'the metadata file',
  profile: 'a profile',
  environment: 'the environment',
  prompt: 'what was typed in',
  stdin: 'standard input',
}

/** What has been tried in vain. */
export interface Vain {
  readonly trouble: Failure
  /** One line for each attempt before, such as `profile base: CRED-006`. */
  readonly before: readonly string[]
}

/** Asks where credentials shall come from, and shows what is wrong with those that were tried. */
export async function chooseSource(
  context: RestoreContext,
  provider: Provider,
  vain: Vain | undefined,
): Promise<Source> {
  const options = await optionsFor[provider](context.environment)
  const usable = options.find(({ value, disabled }) => disabled === undefined && value !== 'metadata')
  // Another place is asked for then, and these may be good for it.
  const isPlaceInDoubt = vain?.trouble.code === 'CRED-008'
  const answer = await context.ask(
    choice(catalogue.credentials, {
      options,
      default: isPlaceInDoubt ? 'metadata' : (usable?.value ?? 'prompt'),
      ...(vain === undefined ? {} : shown(vain)),
    }),
  )
  return sources.find(source => source === answer) ?? 'prompt'
}

function shown({ trouble, before }: Vain) {
  const { byHand } = trouble
  return {
    failure: reportOf(trouble),
    ...(before.length === 0 ? {} : { details: [`Tried before: ${before.join(', ')}`] }),
    ...(byHand === undefined ? {} : { byHand }),
  }
}

/** A failure as the question about it shows it. */
export function reportOf({ code, message, remedy, evidence }: Failure): FailureReport {
  return { code, message, remedy, evidence }
}

const metadata: Option = {
  value: 'metadata',
  label: 'The metadata file again',
  hint: 'edited, or for another place',
}
const stdin: Option = {
  value: 'stdin',
  label: 'One JSON document on standard input',
  disabled: 'only with --no-input',
}

const optionsFor: Readonly<Record<Provider, (environment: Environment) => Promise<readonly Option[]>>> = {
  async aws(environment) {
    const profiles = await listAwsProfiles(environment)
    const profile = { value: 'profile', label: 'A profile of ~/.aws' }
    return [
      profiles.length === 0
        ? { ...profile, disabled: 'there is none' }
        : { ...profile, hint: counted(profiles.length, 'profile') },
      {
        value: 'environment',
        label: 'The environment',
        hint:
          keysOfVariables(environment) === undefined
            ? 'role of this pod or instance'
            : 'AWS_ACCESS_KEY_ID is set',
      },
      { value: 'prompt', label: 'Type them in', hint: 'they stay in memory' },
      metadata,
      stdin,
    ]
  },

  azure: environment =>
    Promise.resolve([
      signIn(environment.AZURE_CLIENT_SECRET, 'AZURE_CLIENT_SECRET', 'managed identity, Azure CLI'),
      { value: 'prompt', label: 'A client secret, typed in', hint: 'it stays in memory' },
      metadata,
      stdin,
    ]),

  gcp: environment =>
    Promise.resolve([
      signIn(
        environment.GOOGLE_APPLICATION_CREDENTIALS,
        'GOOGLE_APPLICATION_CREDENTIALS',
        'application default credentials',
      ),
      { value: 'prompt', label: 'The key of a service account', hint: 'its file, or pasted' },
      metadata,
      stdin,
    ]),
}

/** The environment as a source: a variable of it, or the sign-in of the machine. */
function signIn(value: string | undefined, variable: string, otherwise: string): Option {
  return {
    value: 'environment',
    label: 'The sign-in of this machine',
    hint: value ? `${variable} is set` : otherwise,
  }
}
