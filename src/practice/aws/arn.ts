/** arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE; IAM's have no region. */
export interface Arn {
  readonly region: string
  readonly account: string
  /** `user/alice`, `key/1234abcd-…` */
  readonly resource: string
}

/** The parts of an ARN, or undefined for anything else, such as the 24 hex digits of an Atlas `roleId`. */
export function parseArn(text: string): Arn | undefined {
  const match = /^arn:[\w-]+:\w+:(?<region>[\w-]*):(?<account>\d{12}):(?<resource>.+)$/.exec(text)
  const { region, account, resource } = match?.groups ?? {}
  return region === undefined || account === undefined || resource === undefined
    ? undefined
    : { region, account, resource }
}

/** The twelve digits of the account that owns what the ARN names. */
export function accountOf(arn: string): string | undefined {
  return parseArn(arn)?.account
}
