import { listAwsProfiles } from '../../kms/aws-profiles.ts'
import { keysOfVariables } from '../../kms/aws-environment-source.ts'
import type { Provider } from '../../kms/key-service.ts'
import type { Failure } from '../../lib/failure.ts'
import { counted } from '../../lib/format.ts'
import type { RestoreContext } from '../context.ts'
import type { Option } from '../interview.ts'
import { catalogue, choice } from '../questions.ts'

/** Where credentials can come from: the values of `--credentials`. */
export const sources = ['metadata', 'profile', 'environment', 'prompt', 'stdin'] as const
export type Source = (typeof sources)[number]

/** Asks where credentials shall come from, and shows what is wrong with those that were tried. */
export async function chooseSource(
  context: RestoreContext,
  provider: Provider,
  trouble: Failure | undefined,
): Promise<Source> {
  const options = await optionsFor(context, provider)
  const answer = await context.ask(
    choice(catalogue.credentials, {
      options,
      default:
        options.find(({ value, disabled }) => disabled === undefined && value !== 'metadata')?.value ??
        'prompt',
      ...(trouble === undefined
        ? {}
        : {
            failure: {
              code: trouble.code,
              message: trouble.message,
              remedy: trouble.remedy,
              evidence: trouble.evidence,
            },
          }),
    }),
  )
  return sources.find(source => source === answer) ?? 'prompt'
}

async function optionsFor(context: RestoreContext, provider: Provider): Promise<readonly Option[]> {
  const metadata = { value: 'metadata', label: 'The metadata file again', hint: 'after it was edited' }
  const prompt = { value: 'prompt', label: 'Type them in', hint: 'they stay in memory' }
  const stdin = {
    value: 'stdin',
    label: 'One JSON document on standard input',
    disabled: 'only with --no-input',
  }
  if (provider !== 'aws') return [ambientOption(provider), prompt, metadata, stdin]
  const profiles = await listAwsProfiles(context.environment)
  const profile = { value: 'profile', label: 'A profile of ~/.aws' }
  return [
    profiles.length === 0
      ? { ...profile, disabled: 'there is none' }
      : { ...profile, hint: counted(profiles.length, 'profile') },
    {
      value: 'environment',
      label: 'The environment',
      hint:
        keysOfVariables(context.environment) === undefined
          ? 'role of this instance or container'
          : 'AWS_ACCESS_KEY_ID is set',
    },
    prompt,
    metadata,
    stdin,
  ]
}

function ambientOption(provider: Provider): Option {
  const hint =
    provider === 'azure' ? 'Azure CLI sign-in, managed identity' : 'application default credentials'
  return { value: 'environment', label: 'The sign-in of this machine', hint }
}
