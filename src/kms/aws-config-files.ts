import { homedir } from 'node:os'
import { join } from 'node:path'
import { readIfPresent } from '../lib/atomic-file.ts'
import type { Environment } from '../lib/environment.ts'

/** The settings of one section, by name in lower case. Among them keys and tokens: read by the files beside this one only. */
export type AwsSettings = ReadonlyMap<string, string>

/** What the two files of ~/.aws say together. */
export interface AwsConfigFiles {
  readonly configPath: string
  readonly credentialsPath: string
  /** By name of the profile; a setting in the credentials file outdoes the same one in the config file. */
  readonly profiles: ReadonlyMap<string, AwsSettings>
  readonly ssoSessions: ReadonlyMap<string, AwsSettings>
}

/** `~/.aws` of this environment. */
export function awsFolder(environment: Environment): string {
  return join(home(environment), '.aws')
}

/**
 * Reads the files that `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` name, or `~/.aws/config` and
 * `~/.aws/credentials`. A file that does not exist is an empty one; other system errors are thrown.
 * https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
export async function readAwsConfigFiles(environment: Environment): Promise<AwsConfigFiles> {
  const configPath = pathFrom(environment, 'AWS_CONFIG_FILE', 'config')
  const credentialsPath = pathFrom(environment, 'AWS_SHARED_CREDENTIALS_FILE', 'credentials')
  const config = sectionsOf((await readIfPresent(configPath)) ?? '')
  const credentials = sectionsOf((await readIfPresent(credentialsPath)) ?? '')

  const profiles = new Map<string, AwsSettings>()
  const ssoSessions = new Map<string, AwsSettings>()
  for (const [section, settings] of config) {
    const [, kind, name = ''] = /^(profile|sso-session)\s+["']?(.+?)["']?$/.exec(section) ?? []
    if (kind === 'sso-session') ssoSessions.set(name, settings)
    else if (kind === 'profile') profiles.set(name, settings)
    // `[profile default]` outdoes `[default]`.
    else if (section === 'default' && !config.has('profile default')) profiles.set(section, settings)
  }
  for (const [name, settings] of credentials) {
    profiles.set(name, new Map([...(profiles.get(name) ?? []), ...settings]))
  }
  return { configPath, credentialsPath, profiles, ssoSessions }
}

/** The sections of an INI file as AWS writes it: `#` and `;` begin comments, an indented line belongs to the empty setting above it. */
function sectionsOf(text: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>()
  let settings: Map<string, string> | undefined
  let insideSetting = false
  for (const line of text.split(/\r?\n/)) {
    const content = line.replace(/(^|\s)[;#].*$/, '').trim()
    const section = /^\[(.+)\]$/.exec(content)?.[1]?.trim()
    if (section !== undefined) {
      settings = sections.get(section) ?? new Map<string, string>()
      sections.set(section, settings)
      insideSetting = false
      continue
    }
    const [, name, value = ''] = /^([^=]+?)\s*=\s*(.*)$/.exec(content) ?? []
    if (name === undefined) continue
    if (insideSetting && /^\s/.test(line)) continue
    insideSetting = value === ''
    if (!insideSetting) settings?.set(name.toLowerCase(), value)
  }
  return sections
}

function pathFrom(environment: Environment, variable: string, name: string): string {
  const given = environment[variable]
  if (given === undefined || given === '') return join(awsFolder(environment), name)
  return given.startsWith('~/') ? join(home(environment), given.slice(2)) : given
}

function home(environment: Environment): string {
  return (
    [environment.HOME, environment.USERPROFILE].find(each => each !== undefined && each !== '') ?? homedir()
  )
}
