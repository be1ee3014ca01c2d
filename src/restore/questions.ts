import type { StepName } from '../lib/failure.ts'
import type {
  ChoiceQuestion,
  ConfirmQuestion,
  Danger,
  FailureReport,
  Option,
  PathQuestion,
  Question,
  SecretQuestion,
  TextQuestion,
} from './interview.ts'

/**
 * How a question is answered from the command line: `--id VALUE`, `--id`/`--no-id`, the argument PATH, or not at all. A
 * flag that may be given `several` times answers with one line for each.
 */
type Flag =
  | { readonly value: string; readonly values?: readonly string[]; readonly times?: 'once' | 'several' }
  | 'switch'
  | 'argument'
  | 'none'

/** One question of the wizard and the flag of the same name. */
export interface Definition {
  readonly id: string
  readonly step: StepName
  readonly prompt: string
  readonly flag: Flag
  /** One line for `--help`. */
  readonly help: string
  /** Whether a session writes the answer down. Secrets, codes that work once and ways out of a failure are not. */
  readonly remembered: 'yes' | 'no'
}

const remembered = 'yes'
const forgotten = 'no'

/**
 * The one catalogue of questions and flags. The id of a question is the name of its flag and of its lesson.
 */
export const catalogue = {
  path: {
    id: 'path',
    step: 'snapshot',
    prompt: 'Where is the extracted snapshot?',
    flag: 'argument',
    help: 'a dbpath, or a folder that holds one',
    remembered,
  },
  dbpath: {
    id: 'dbpath',
    step: 'snapshot',
    prompt: 'Which of these is the snapshot to restore?',
    flag: { value: 'PATH' },
    help: 'which dbpath, where PATH holds several',
    remembered,
  },
  resume: {
    id: 'resume',
    step: 'snapshot',
    prompt: 'There is an unfinished restore of this snapshot. Go on with it?',
    flag: 'none',
    help: '',
    remembered: forgotten,
  },
  provider: {
    id: 'provider',
    step: 'credentials',
    prompt: 'Which cloud holds the key?',
    flag: { value: 'P', values: ['aws', 'azure', 'gcp'] },
    help: 'which cloud, where the snapshot has keys of several',
    remembered,
  },
  keyId: {
    id: 'key-id',
    step: 'credentials',
    prompt: 'Which key does the snapshot need?',
    flag: { value: 'ID' },
    help: 'which key, where the snapshot has several',
    remembered,
  },
  wrappedKey: {
    id: 'wrapped-key',
    step: 'credentials',
    prompt: 'Which file holds the wrapped master key?',
    flag: { value: 'ID=FILE', times: 'several' },
    help: 'the wrapped master key of a key id, where the search does not find it; once for each key',
    remembered,
  },
  kmsKey: {
    id: 'kms-key',
    step: 'credentials',
    prompt: 'Which customer master key wrapped it? As the cloud names it',
    flag: { value: 'NAME' },
    help: 'the customer master key as its cloud names it: ARN, key identifier (Azure), resource (Google)',
    remembered,
  },
  credentials: {
    id: 'credentials',
    step: 'credentials',
    prompt: 'Which credentials shall open the key?',
    flag: { value: 'SOURCE', values: ['metadata', 'profile', 'environment', 'stdin', 'prompt'] },
    help: 'where credentials come from: metadata, profile, environment, stdin (one JSON document), prompt',
    remembered,
  },
  profile: {
    id: 'profile',
    step: 'credentials',
    prompt: 'Which AWS profile?',
    flag: { value: 'NAME' },
    help: 'the profile of ~/.aws to use',
    remembered,
  },
  accessKeyId: {
    id: 'aws-access-key-id',
    step: 'credentials',
    prompt: 'Access key ID',
    flag: 'none',
    help: '',
    remembered: forgotten,
  },
  secretAccessKey: {
    id: 'aws-secret-access-key',
    step: 'credentials',
    prompt: 'Secret access key',
    flag: 'none',
    help: '',
    remembered: forgotten,
  },
  sessionToken: {
    id: 'aws-session-token',
    step: 'credentials',
    prompt: 'Session token (empty for long-term keys)',
    flag: 'none',
    help: '',
    remembered: forgotten,
  },
  region: {
    id: 'region',
    step: 'credentials',
    prompt: 'In which AWS region is the customer master key?',
    flag: { value: 'R' },
    help: 'the region of the customer master key, as us-east-1 or US_EAST_1',
    remembered,
  },
  assumeRole: {
    id: 'assume-role',
    step: 'credentials',
    prompt: 'Assume an IAM role with these credentials? Its ARN, or none',
    flag: { value: 'ARN' },
    help: 'an IAM role to assume through STS on top of the credentials; several, each through the one before: ARN,ARN',
    remembered,
  },
  roleSessionName: {
    id: 'role-session-name',
    step: 'credentials',
    prompt: 'Name of the session of the role',
    flag: { value: 'NAME' },
    help: 'the session’s name in CloudTrail, where the role asks for a certain one',
    remembered,
  },
  durationSeconds: {
    id: 'duration-seconds',
    step: 'credentials',
    prompt: 'For how many seconds shall the role be assumed?',
    flag: { value: 'N' },
    help: 'how long the role’s credentials last (3600; at least 900)',
    remembered,
  },
  externalId: {
    id: 'external-id',
    step: 'credentials',
    prompt: 'External ID that the role’s trust policy asks for, or none',
    flag: { value: 'ID' },
    help: 'the external ID that the role’s trust policy asks for',
    remembered,
  },
  mfaSerial: {
    id: 'mfa-serial',
    step: 'credentials',
    prompt: 'ARN of your MFA device, or none where the role asks for no code',
    flag: { value: 'ARN' },
    help: 'the MFA device, where the role asks for one',
    remembered,
  },
  mfaCode: {
    id: 'mfa-code',
    step: 'credentials',
    prompt: 'The code that your MFA device shows now',
    flag: { value: 'N' },
    help: 'the code of the MFA device; each works once',
    remembered: forgotten,
  },
  azureTenantId: {
    id: 'azure-tenant-id',
    step: 'credentials',
    prompt: 'Tenant ID (directory ID)',
    flag: { value: 'ID' },
    help: 'the tenant of the application whose client secret is typed in',
    remembered,
  },
  azureClientId: {
    id: 'azure-client-id',
    step: 'credentials',
    prompt: 'Client ID (application ID)',
    flag: { value: 'ID' },
    help: 'the application whose client secret is typed in',
    remembered,
  },
  azureClientSecret: {
    id: 'azure-client-secret',
    step: 'credentials',
    prompt: 'Client secret (its value, not its ID)',
    flag: 'none',
    help: '',
    remembered: forgotten,
  },
  gcpKeyFile: {
    id: 'gcp-key-file',
    step: 'credentials',
    prompt: 'Which file is the key of the service account? Or paste, to paste its JSON',
    flag: { value: 'FILE' },
    help: 'the key document of a Google service account, with --credentials prompt',
    remembered,
  },
  gcpKey: {
    id: 'gcp-key',
    step: 'credentials',
    prompt: 'Key document of the service account, as JSON',
    flag: 'none',
    help: '',
    remembered: forgotten,
  },
  engine: {
    id: 'engine',
    step: 'credentials',
    prompt: 'Who shall unwrap the master key and serve it?',
    flag: { value: 'WHICH', values: ['embedded', 'official'] },
    help: 'the key proxy: embedded (default), or official: MongoDB’s kmipProxyStandalone',
    remembered,
  },
  mend: {
    id: 'mend',
    step: 'credentials',
    prompt: 'Keep the working credentials in memory, or write them to the metadata file too?',
    flag: { value: 'WHERE', values: ['memory', 'file'] },
    help: 'where mended credentials go: memory (default) or file',
    remembered,
  },
  writeMetadata: {
    id: 'write-metadata',
    step: 'credentials',
    prompt: 'Write this change to the metadata file?',
    flag: 'switch',
    help: 'write the change that --mend file shows, without asking',
    remembered: forgotten,
  },
  kmipPort: {
    id: 'kmip-port',
    step: 'proxy',
    prompt: 'Start the key proxy on which port?',
    flag: { value: 'N' },
    help: 'port of the key proxy (0: a free one)',
    remembered,
  },
  officialProxy: {
    id: 'official-proxy',
    step: 'proxy',
    prompt: 'Where is kmipProxyStandalone?',
    flag: { value: 'PATH' },
    help: 'the kmipProxyStandalone to start with --engine official',
    remembered,
  },
  lendMetadata: {
    id: 'lend-metadata',
    step: 'proxy',
    prompt: 'Write the credentials to the metadata file while that proxy runs?',
    flag: 'switch',
    help: 'with --engine official: write the credentials to the metadata file while it runs, without asking',
    remembered: forgotten,
  },
  secretsInArgv: {
    id: 'secrets-in-argv',
    step: 'proxy',
    prompt: 'Give the credentials on the command line, where all users of this machine see them?',
    flag: 'switch',
    help: 'with --engine official: let it have keys that no file can hold on its command line, for all to see',
    remembered: forgotten,
  },
  mongod: {
    id: 'mongod',
    step: 'mongod',
    prompt: 'Which mongod shall open the data?',
    flag: { value: 'PATH' },
    help: 'the mongod to start',
    remembered,
  },
  mongodPort: {
    id: 'mongod-port',
    step: 'mongod',
    prompt: 'Start mongod on which port?',
    flag: { value: 'N' },
    help: 'port of mongod (0: a free one)',
    remembered,
  },
  startMongod: {
    id: 'start-mongod',
    step: 'mongod',
    prompt: 'mongod will open and change these files. Start it?',
    flag: 'switch',
    help: 'start mongod without asking',
    remembered,
  },
  check: {
    id: 'check',
    step: 'check',
    prompt: 'How thoroughly shall the data be checked?',
    flag: { value: 'HOW', values: ['quick', 'deep'] },
    help: 'quick: count and read each collection; deep: validate each as well',
    remembered,
  },
  then: {
    id: 'then',
    step: 'handover',
    prompt: 'The data is there. And now?',
    flag: { value: 'WHAT', values: ['leave', 'stop'] },
    help: 'leave mongod and the key proxy running, or stop them',
    remembered: forgotten,
  },
  recover: {
    id: 'recover',
    step: 'handover',
    prompt: 'What now?',
    flag: 'none',
    help: '',
    remembered: forgotten,
  },
  leaveRunning: {
    id: 'leave-running',
    step: 'handover',
    prompt: 'The key proxy or mongod is still running. Leave it running, or stop it?',
    flag: 'none',
    help: '',
    remembered: forgotten,
  },
} as const satisfies Record<string, Definition>

export const definitions: readonly Definition[] = Object.values(catalogue)

/** What a question shows that only the moment knows. */
interface Shown {
  readonly details?: readonly string[]
  readonly byHand?: string
}

export function choice(
  definition: Definition,
  shown: Shown & {
    readonly options: readonly Option[]
    readonly default?: string
    readonly failure?: FailureReport
    readonly step?: StepName
  },
): ChoiceQuestion {
  return { ...base(definition), kind: 'choice', ...shown }
}

export function text(
  definition: Definition,
  shown: Shown & Pick<TextQuestion, 'default' | 'placeholder' | 'problem'>,
): TextQuestion {
  return { ...base(definition), kind: 'text', ...shown }
}

export function path(
  definition: Definition,
  shown: Shown & Pick<PathQuestion, 'default' | 'wants' | 'problem'>,
): PathQuestion {
  return { ...base(definition), kind: 'path', ...shown }
}

export function secret(
  definition: Definition,
  shown: Shown & Pick<SecretQuestion, 'problem'> = {},
): SecretQuestion {
  return { ...base(definition), kind: 'secret', ...shown }
}

export function confirm(
  definition: Definition,
  shown: Shown & { readonly default: boolean; readonly danger: Danger },
): ConfirmQuestion {
  return { ...base(definition), kind: 'confirm', ...shown }
}

/** The question with another default, such as the answer that it was given before. */
export function withDefault<Q extends Question>(question: Q, answer: string | boolean): Q {
  return question.kind === 'secret' ? question : { ...question, default: answer }
}

function base({ id, step, prompt }: Definition) {
  return { id, step, prompt, lesson: id }
}
