import type { KmsFailure } from '../../kms/failure.ts'
import type { Circumstances, Diagnose, Diagnosis } from '../diagnosis.ts'
import { assumeRolePolicy, decryptPolicy, keyPolicyStatement, trustPolicy } from './advice.ts'
import { keyIn, regionIn } from './circumstances.ts'
import { denialIn, type DenyingPolicy } from './denial.ts'

// Who may do what: AWS knows the caller, and refuses all the same.

/** AWS refuses an operation to a caller. */
export const notAllowed: Diagnose = (failure, circumstances) =>
  failure.operation === 'kms:Decrypt'
    ? mayNotDecrypt(failure, circumstances)
    : mayNotAssume(failure, circumstances)

/** What to do, and which policy is shown for it: one for the caller, or one for the key or the role. */
type Advice = Readonly<
  Record<DenyingPolicy, { readonly remedy: string; readonly shows?: 'own' | 'resource' }>
>

const orOthers = 'or use credentials that may: --credentials SOURCE, --assume-role ARN'

const decryptAdvice: Advice = {
  own: {
    remedy: `AWS says that no policy of the caller’s own allows it: add the one shown by hand, ${orOthers}`,
    shows: 'own',
  },
  'of-the-resource': {
    remedy: `AWS says that the key’s policy does not allow it: add the statement shown by hand to it, ${orOthers}`,
    shows: 'resource',
  },
  forbidding: {
    remedy: `AWS says that a policy forbids it, and no permission outdoes that: have it changed, ${orOthers}`,
  },
  unsaid: {
    remedy: `Have kms:Decrypt on the key granted to it, by the policy shown by hand, ${orOthers}`,
    shows: 'own',
  },
}

function mayNotDecrypt(failure: KmsFailure, circumstances: Circumstances): Diagnosis {
  const { caller, keyName } = circumstances
  const { resource, policy } = denialIn(failure.message)
  const keyArn = [resource, keyName].find(name => name?.startsWith('arn:'))
  const who =
    caller === undefined
      ? `Access key ${keyIn(circumstances)}`
      : `The credentials are valid, but ${caller.principal}`
  return {
    code: 'CRED-006',
    message: `${who} is not allowed to kms:Decrypt with ${keyArn ?? keyName ?? 'the key'}`,
    ...advised(decryptAdvice[policy], {
      own: decryptPolicy({ keyArn, region: regionIn(circumstances) }),
      resource: caller === undefined ? undefined : keyPolicyStatement(caller),
    }),
  }
}

const assumeAdvice: Advice = {
  own: {
    remedy: 'AWS says that no policy of the caller’s own allows it: add the one shown by hand',
    shows: 'own',
  },
  'of-the-resource': {
    remedy: 'AWS says that the role’s trust policy does not allow it: add the statement shown by hand to it',
    shows: 'resource',
  },
  forbidding: {
    remedy: 'AWS says that a policy forbids it, and no permission outdoes that: take another role',
  },
  unsaid: {
    remedy:
      'The role’s trust policy needs the statement shown by hand. What else it may ask for: --external-id ID, --mfa-serial ARN with --mfa-code N',
    shows: 'resource',
  },
}

/** Most often AWS says the same of a role that does not exist, of one that does not trust the caller, and of an external ID that is wrong or missing. */
function mayNotAssume({ operation, message }: KmsFailure, { caller, role }: Circumstances): Diagnosis {
  const { policy } = denialIn(message)
  const what = role === undefined ? `do ${operation}` : `assume ${role.arn}`
  const why =
    policy === 'unsaid'
      ? ': the role does not exist, does not trust the caller, or asks for another external ID or for MFA'
      : ''
  return {
    code: 'CRED-014',
    message: `AWS does not let ${caller?.principal ?? 'the caller'} ${what}${why}`,
    ...advised(assumeAdvice[policy], {
      own: role === undefined ? undefined : assumeRolePolicy(role.arn),
      resource: role === undefined || caller === undefined ? undefined : trustPolicy(caller, role),
    }),
  }
}

function advised(
  { remedy, shows }: Advice[DenyingPolicy],
  policies: Readonly<Record<'own' | 'resource', string | undefined>>,
): Pick<Diagnosis, 'remedy' | 'byHand'> {
  const byHand = shows === undefined ? undefined : policies[shows]
  return { remedy, ...(byHand === undefined ? {} : { byHand }) }
}

/** AWS gives one answer to three questions. What is known of the key and the caller decides, where it can. */
export const elsewhereOrDenied: Diagnose = (failure, circumstances) => {
  const { caller, keyName } = circumstances
  const region = regionIn(circumstances)
  if (regionOf(keyName) === region) return mayNotDecrypt(failure, circumstances)
  return (
    elsewhere(circumstances) ?? {
      code: 'CRED-008',
      message: `AWS does not say which: the key is in another region than ${region}, does not exist any more, or is closed to ${caller?.principal ?? 'the caller'}`,
      remedy: 'See the region first: --region R. Told the key’s ARN, AWS can say more: --kms-key ARN',
    }
  )
}

export const keyNotFound: Diagnose = (_, circumstances) =>
  elsewhere(circumstances) ?? {
    code: 'CRED-008',
    message: `There is no key ${circumstances.keyName ?? ''} in ${regionIn(circumstances)}`,
    remedy: 'Give the region of the customer master key: --region R',
  }

function elsewhere(circumstances: Circumstances): Diagnosis | undefined {
  const { keyName } = circumstances
  const keyRegion = regionOf(keyName)
  const region = regionIn(circumstances)
  if (keyRegion === undefined || keyRegion === region) return undefined
  return {
    code: 'CRED-008',
    message: `The key ${keyName} is in ${keyRegion}, and ${region} was asked`,
    remedy: `Ask there: --region ${keyRegion}`,
  }
}

/** arn:aws:kms:REGION:ACCOUNT:key/ID; a key may also be named by its id alone. */
function regionOf(keyName: string | undefined): string | undefined {
  return keyName?.split(':')[3]
}
