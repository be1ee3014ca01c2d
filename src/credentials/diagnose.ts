import type { KmsFailure, KmsFailureClass } from '../kms/failure.ts'
import type { Provider } from '../kms/key-service.ts'
import { cancelled, Failure } from '../lib/failure.ts'
import { awsDiagnoses } from './aws/diagnoses.ts'
import { azureDiagnoses } from './azure/diagnoses.ts'
import { cloudNames } from './clouds.ts'
import type { Circumstances, Diagnose } from './diagnosis.ts'
import { gcpDiagnoses } from './gcp/diagnoses.ts'
import { sharedDiagnoses } from './shared-diagnoses.ts'

type Table = Readonly<Record<string, Diagnose>>

/** By the reason of the failure, for each provider. What is not there is told by its class. */
const tables: Readonly<Record<Provider, Table>> = {
  aws: awsDiagnoses,
  azure: azureDiagnoses,
  gcp: gcpDiagnoses,
}
const shared: Table = sharedDiagnoses

/**
 * What a failure of a cloud means for this key: code, message and next step, with what the cloud said as evidence. The
 * failure itself goes along as the cause; it holds no secret.
 */
export function diagnose(
  failure: KmsFailure,
  circumstances: Circumstances,
  evidence: readonly string[] = [],
): Failure {
  if (failure.reason === 'cancelled') return cancelled()
  const row = tables[failure.provider][failure.reason] ?? shared[failure.reason] ?? byClass(failure)
  const said = `${failure.operation}: ${failure.message}`
  return new Failure({
    ...row(failure, circumstances),
    evidence: [said, ...evidence],
    backTo: 'credentials',
    cause: failure,
  })
}

function byClass({ class: kind }: KmsFailure): Diagnose {
  return ({ provider, message }) => ({
    ...classDiagnoses[kind],
    message: `${cloudNames[provider]} refuses: ${message}`,
  })
}

const classDiagnoses: Readonly<Record<KmsFailureClass, Pick<ReturnType<Diagnose>, 'code' | 'remedy'>>> = {
  stale: { code: 'CRED-003', remedy: 'Give the credentials of today: --credentials SOURCE' },
  missing: { code: 'CRED-013', remedy: 'Give credentials: --credentials SOURCE' },
  permission: { code: 'CRED-006', remedy: 'Have the permission to decrypt with the key granted' },
  'key-state': { code: 'CRED-007', remedy: 'Have the key’s administrator enable it' },
  configuration: {
    code: 'CRED-008',
    remedy: 'See that the metadata file and the flags name the key where it is',
  },
  clock: { code: 'CRED-009', remedy: 'Set the clock of this machine' },
  transient: { code: 'CRED-010', remedy: 'Try again' },
  data: {
    code: 'CRED-012',
    remedy: 'Name the file of the wrapped key (--wrapped-key ID=FILE), or use --engine official',
  },
}
