import { cloudNames, statusPages } from './clouds.ts'
import type { Diagnose } from './diagnosis.ts'
import { networkDiagnoses } from './network-diagnoses.ts'

const answers = {
  throttled: ({ provider }) => ({
    code: 'CRED-011',
    message: `${cloudNames[provider]} has been asked too often by this account and refuses for the moment`,
    remedy: 'Try again in a minute',
  }),
  'service-error': ({ provider, operation, httpStatus }) => ({
    code: 'CRED-010',
    message: `${cloudNames[provider]} cannot answer ${operation} at the moment${httpStatus === undefined ? '' : ` (HTTP ${httpStatus})`}`,
    remedy: `Try again; ${statusPages[provider]} shows whether the service is disturbed`,
  }),
  'proxy-refused': () => ({
    code: 'CRED-010',
    message: 'The proxy that HTTPS_PROXY names wants a name and a password',
    remedy: 'Put them into it: HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT',
  }),
  'not-the-cloud': ({ message }) => ({
    code: 'CRED-010',
    message,
    remedy: 'Sign in to the network, or see what HTTPS_PROXY and the endpoints lead to',
  }),
  'plain-http': ({ message }) => ({
    code: 'CRED-010',
    message,
    remedy: 'Give an https URL, or leave the endpoint to the cloud',
  }),
  'not-a-master-key': (_, { key }) => ({
    code: 'CRED-012',
    message: `What unwraps is not the master key of ${key.keyId}: a master key has 32 bytes`,
    remedy: 'Name its file (--wrapped-key ID=FILE), or use --engine official, which knows where it lies',
  }),
} as const satisfies Readonly<Record<string, Diagnose>>

/** Reasons that mean the same whichever cloud it is. */
export const sharedDiagnoses = { ...networkDiagnoses, ...answers }
export type SharedReason = keyof typeof sharedDiagnoses | 'cancelled'
