import { createHash } from 'node:crypto'
import { basename, join } from 'node:path'
import { readIfPresent } from '../lib/atomic-file.ts'
import type { Environment } from '../lib/environment.ts'
import { masked } from '../lib/secret.ts'
import { awsFolder, readAwsConfigFiles, type AwsConfigFiles, type AwsSettings } from './aws-config-files.ts'

/** Where a profile's keys come from. `none`: it has settings, but nothing that leads to keys. */
export type AwsProfileKind = 'keys' | 'role' | 'sso' | 'process' | 'web-identity' | 'login' | 'none'

/** A profile of ~/.aws as it is offered. Holds no secret. */
export interface AwsProfile {
  readonly name: string
  readonly kind: AwsProfileKind
  /** One line, such as `role arn:aws:iam::111122223333:role/restore through base`. */
  readonly description: string
  readonly region: string | undefined
  /** SSO: until when the sign-in lasts, in the past where it is over; undefined where nobody signed in. */
  readonly signedInUntil: Date | undefined
}

/** The profiles of ~/.aws, by name. */
export async function listAwsProfiles(environment: Environment): Promise<AwsProfile[]> {
  const files = await readAwsConfigFiles(environment)
  const profiles = await Promise.all(
    [...files.profiles].map(async ([name, settings]): Promise<AwsProfile> => {
      const kind = profileKind(settings)
      const signedInUntil = kind === 'sso' ? await ssoExpiry(settings, files, environment) : undefined
      return {
        name,
        kind,
        description: describe[kind](settings),
        region: settings.get('region'),
        signedInUntil,
      }
    }),
  )
  return profiles.sort((a, b) => a.name.localeCompare(b.name))
}

/** In the order in which AWS's SDKs look: a role outdoes keys, which are then those that assume it. */
export function profileKind(settings: AwsSettings): AwsProfileKind {
  const has = (...names: string[]) => names.every(name => settings.has(name))
  if (has('role_arn') && (has('source_profile') || has('credential_source'))) return 'role'
  if (has('aws_access_key_id', 'aws_secret_access_key')) return 'keys'
  if (has('role_arn', 'web_identity_token_file')) return 'web-identity'
  if (has('credential_process')) return 'process'
  if (has('sso_account_id', 'sso_role_name')) return 'sso'
  if (has('login_session')) return 'login'
  return 'none'
}

const describe: Readonly<Record<AwsProfileKind, (settings: AwsSettings) => string>> = {
  role: settings => {
    const through = settings.get('source_profile') ?? settings.get('credential_source')
    return `role ${settings.get('role_arn')} through ${through}${settings.has('mfa_serial') ? ', with an MFA code' : ''}`
  },
  keys: settings => {
    const life = settings.has('aws_session_token') ? 'temporary' : 'long-term'
    return `access key ${masked(settings.get('aws_access_key_id') ?? '')}, ${life}`
  },
  'web-identity': settings => `role ${settings.get('role_arn')} through a web identity token`,
  // The program's arguments stay out of sight: some take a password there.
  process: settings => `program ${basename(settings.get('credential_process')?.split(/\s/)[0] ?? '')}`,
  sso: settings => `SSO role ${settings.get('sso_role_name')} of account ${settings.get('sso_account_id')}`,
  login: () => 'console sign-in (aws login)',
  none: () => 'no credentials',
}

/** `aws sso login` writes its token to a file that is named for the SSO session, or for the start URL where there is none. */
async function ssoExpiry(
  settings: AwsSettings,
  files: AwsConfigFiles,
  environment: Environment,
): Promise<Date | undefined> {
  const session = settings.get('sso_session')
  const startUrl = settings.get('sso_start_url') ?? files.ssoSessions.get(session ?? '')?.get('sso_start_url')
  const id = session ?? startUrl
  if (id === undefined) return undefined
  const name = `${createHash('sha1').update(id).digest('hex')}.json`
  const token = await readIfPresent(join(awsFolder(environment), 'sso', 'cache', name))
  // Only the date is looked at: the token's own validity is the SDK's business.
  const [, expiresAt = ''] = /"expiresAt"\s*:\s*"([^"]+)"/.exec(token ?? '') ?? []
  const expiry = new Date(expiresAt.replace(/UTC$/, 'Z'))
  return Number.isNaN(expiry.getTime()) ? undefined : expiry
}
