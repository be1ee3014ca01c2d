import type { OperationName } from './ttlv/enumerations.ts'

/** What clients may do. An operation that this library has and a policy does not is PermissionDenied. */
export interface Policy {
  readonly name: string
  readonly operations: ReadonlySet<OperationName>
  /**
   * Which keys Activate succeeds for. To a client that only reads, activating an active key changes nothing; the
   * specification itself has it that a key is activated once.
   */
  readonly activates: 'active keys' | 'pre-active keys'
}

/** Read-only: the keys that were put there, and nothing else. */
export const restorePolicy: Policy = {
  name: 'restore',
  operations: new Set<OperationName>([
    'Locate',
    'Get',
    'GetAttributes',
    'GetAttributeList',
    'Activate',
    'Query',
    'DiscoverVersions',
    'Encrypt',
    'Decrypt',
  ]),
  activates: 'active keys',
}

/** Everything, for practice and tests. Objects live in memory only. */
export const labPolicy: Policy = {
  name: 'lab',
  operations: new Set<OperationName>([
    ...restorePolicy.operations,
    'Create',
    'Register',
    'Check',
    'AddAttribute',
    'ModifyAttribute',
    'DeleteAttribute',
    'Revoke',
    'Destroy',
  ]),
  activates: 'pre-active keys',
}
