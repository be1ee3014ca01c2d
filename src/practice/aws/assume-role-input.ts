import { refusal } from './refusal.ts'

export interface AssumeRoleInput {
  readonly roleArn: string
  readonly roleSessionName: string
  readonly durationSeconds: number
  readonly externalId: string | undefined
  readonly serialNumber: string | undefined
  readonly tokenCode: string | undefined
}

/** Reads the parameters of sts:AssumeRole that are known here. Throws `Refusal` when one breaks its constraints. */
export function readAssumeRoleInput(parameters: URLSearchParams): AssumeRoleInput {
  const values = {
    roleArn: parameters.get('RoleArn') ?? '',
    roleSessionName: parameters.get('RoleSessionName') ?? '',
    durationSeconds: parameters.get('DurationSeconds') ?? '3600',
    externalId: parameters.get('ExternalId') ?? undefined,
    serialNumber: parameters.get('SerialNumber') ?? undefined,
    tokenCode: parameters.get('TokenCode') ?? undefined,
  }
  const broken = constraints.flatMap(({ parameter, must, holds }) => {
    const value = values[parameter]
    return value === undefined || holds(value) ? [] : [complaint(parameter, value, must)]
  })
  if (broken.length > 0) {
    const errors = broken.length === 1 ? 'error' : 'errors'
    throw refusal('sts', 'invalid', `${broken.length} validation ${errors} detected: ${broken.join('; ')}`)
  }
  return { ...values, durationSeconds: Number(values.durationSeconds) }
}

interface Constraint {
  readonly parameter: keyof AssumeRoleInput
  readonly must: string
  readonly holds: (value: string) => boolean
}

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html#API_AssumeRole_RequestParameters
const constraints: readonly Constraint[] = [
  hasLengthFrom('roleArn', 20),
  matches('roleSessionName', String.raw`[\w+=,.@-]*`),
  hasLengthFrom('roleSessionName', 2),
  hasLengthTo('roleSessionName', 64),
  {
    parameter: 'durationSeconds',
    must: 'have value greater than or equal to 900',
    holds: value => Number(value) >= 900,
  },
  {
    parameter: 'durationSeconds',
    must: 'have value less than or equal to 43200',
    holds: value => Number(value) <= 43_200,
  },
  matches('tokenCode', String.raw`[\d]*`),
  hasLengthFrom('tokenCode', 6),
  hasLengthTo('tokenCode', 6),
]

function matches(parameter: keyof AssumeRoleInput, pattern: string): Constraint {
  return {
    parameter,
    must: `satisfy regular expression pattern: ${pattern}`,
    holds: value => new RegExp(`^${pattern}$`).test(value),
  }
}

function hasLengthFrom(parameter: keyof AssumeRoleInput, length: number): Constraint {
  return {
    parameter,
    must: `have length greater than or equal to ${length}`,
    holds: value => value.length >= length,
  }
}

function hasLengthTo(parameter: keyof AssumeRoleInput, length: number): Constraint {
  return {
    parameter,
    must: `have length less than or equal to ${length}`,
    holds: value => value.length <= length,
  }
}

/** In the words of https://github.com/newscorpaus/consigliere/issues/18 */
function complaint(parameter: string, value: string, must: string): string {
  return `Value '${value}' at '${parameter}' failed to satisfy constraint: Member must ${must}`
}
