/** A profile of ~/.aws with keys of its own. */
export interface Profile {
  readonly name: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

// https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html

const label = '# Written by snapthaw practice: these keys are good for its own stand-ins only.\n'

/** The content of AWS_CONFIG_FILE. */
export function configFile(profiles: readonly Profile[]): string {
  return label + profiles.map(({ name, region }) => section(`profile ${name}`, { region })).join('')
}

/** The content of AWS_SHARED_CREDENTIALS_FILE. */
export function credentialsFile(profiles: readonly Profile[]): string {
  return (
    label +
    profiles
      .map(({ name, accessKeyId, secretAccessKey, sessionToken }) =>
        section(name, {
          aws_access_key_id: accessKeyId,
          aws_secret_access_key: secretAccessKey,
          ...(sessionToken === undefined ? {} : { aws_session_token: sessionToken }),
        }),
      )
      .join('')
  )
}

function section(name: string, values: Readonly<Record<string, string>>): string {
  const lines = Object.entries(values).map(([key, value]) => `${key} = ${value}\n`)
  return `\n[${name}]\n${lines.join('')}`
}
