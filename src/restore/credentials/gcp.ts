import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { credentialsFromDocument } from '../../credentials/document.ts'
import { credentialsFromValues } from '../../credentials/from-values.ts'
import { Failure, systemErrorCode } from '../../lib/failure.ts'
import { Secret } from '../../lib/secret.ts'
import { pastedPath } from '../../snapshot/pasted-path.ts'
import type { RestoreContext } from '../context.ts'
import { catalogue, path, secret } from '../questions.ts'
import { required } from './ask.ts'
import { noProfiles } from './azure.ts'
import type { Source } from './choose-source.ts'
import { fieldOf, fromMetadata } from './from-metadata.ts'
import { kmsKeyFor } from './kms-key.ts'
import { isPlaceInDoubt, overridesOf, unlimited, type Obtained, type Wanted } from './obtained.ts'

/** Google credentials from a source. Throws CRED-… and SNAP-012. */
export function obtainGcp(context: RestoreContext, source: Source, wanted: Wanted): Promise<Obtained> {
  return from[source](context, wanted)
}

const from: Readonly<Record<Source, (context: RestoreContext, wanted: Wanted) => Promise<Obtained>>> = {
  async metadata(context, wanted) {
    const overrides = overridesOf(context, wanted)
    const kmsKey = isPlaceInDoubt(wanted) ? await keyResourceOf(context, wanted) : overrides.kmsKey
    return unlimited(fromMetadata(wanted, { ...overrides, kmsKey }), 'the metadata file')
  },

  /** The key of a service account goes to the key proxy as it is; every other sign-in the key proxy finds by itself. */
  async environment(context, wanted) {
    const file = context.environment.GOOGLE_APPLICATION_CREDENTIALS
    const document = file ? await readKeyFile(file) : undefined
    const keyResource = await keyResourceOf(context, wanted)
    if (document !== undefined && isServiceAccount(document)) {
      const origin = 'GOOGLE_APPLICATION_CREDENTIALS'
      return ofKey(context, wanted, { key: document, keyResource, origin })
    }
    const message = `${file ? 'GOOGLE_APPLICATION_CREDENTIALS is no service account’s key' : 'GOOGLE_APPLICATION_CREDENTIALS is not set'}: application default credentials are looked for, those of gcloud first, then those of the machine`
    context.tell({ type: 'note', step: 'credentials', message })
    const { kmsEndpoint } = context
    const credentials = { provider: 'gcp', identity: { kind: 'ambient' }, keyResource, kmsEndpoint } as const
    return unlimited(credentials, 'the sign-in of this machine')
  },

  async prompt(context, wanted) {
    const answer = await context.ask(
      path(catalogue.gcpKeyFile, {
        wants: 'file',
        problem: given => (given.trim() === paste ? undefined : fileProblem(given)),
      }),
    )
    const isPasted = answer.trim() === paste
    const key = isPasted
      ? await context.ask(secret(catalogue.gcpKey, { problem: required }))
      : await readKeyFile(answer)
    const keyResource = await keyResourceOf(context, wanted)
    const origin = isPasted ? 'what was pasted' : `the key file ${answer}`
    return ofKey(context, wanted, { key, keyResource, origin })
  },

  async stdin(context, wanted) {
    const { credentials } = credentialsFromDocument(new Secret(await context.readStdin()), 'gcp', {
      ...overridesOf(context, wanted),
      kmsKeyElse: fieldOf(wanted, 'keyVersionResourceId'),
    })
    return unlimited(credentials, 'standard input')
  },

  profile: () => Promise.reject(noProfiles('Google Cloud')),
}

/** The answer for whoever has the key document on the clipboard and not in a file. */
const paste = 'paste'

interface Given {
  readonly key: Secret
  readonly keyResource: string
  readonly origin: string
}

function ofKey(context: RestoreContext, wanted: Wanted, { key, keyResource, origin }: Given): Obtained {
  const overrides = { ...overridesOf(context, wanted), kmsKey: keyResource }
  return unlimited(credentialsFromValues('gcp', { serviceAccountKey: key }, overrides, origin), origin)
}

/** Throws CRED-013, which says nothing of what stands in the file. */
async function readKeyFile(given: string): Promise<Secret> {
  const file = absolute(given)
  try {
    return new Secret(await readFile(file))
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === undefined) throw error
    throw new Failure({
      code: 'CRED-013',
      message: `The key file ${file} cannot be read (${code})`,
      remedy: 'Give the key document that was downloaded for the service account: --gcp-key-file FILE',
    })
  }
}

function fileProblem(given: string): Promise<string | undefined> {
  return readKeyFile(given).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
}

function absolute(given: string): string {
  return pastedPath(given, { home: homedir(), cwd: process.cwd() })
}

/** The file may as well be of a user, of an identity that is impersonated, or of another identity provider. */
function isServiceAccount(document: Secret): boolean {
  return /"type"\s*:\s*"service_account"/.test(document.reveal())
}

/** Where the key is. */
function keyResourceOf(context: RestoreContext, wanted: Wanted): Promise<string> {
  return kmsKeyFor(
    context,
    wanted,
    fieldOf(wanted, 'keyVersionResourceId'),
    'projects/P/locations/L/keyRings/R/cryptoKeys/K',
  )
}
