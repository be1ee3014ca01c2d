import type { Operation } from '../operation.ts'
import type { ValueOf } from '../shape.ts'
import type { OperationName } from '../ttlv/enumerations.ts'
import { activate } from './activate.ts'
import { addAttribute } from './add-attribute.ts'
import { check } from './check.ts'
import { create } from './create.ts'
import { decrypt } from './decrypt.ts'
import { deleteAttribute } from './delete-attribute.ts'
import { destroy } from './destroy.ts'
import { discoverVersions } from './discover-versions.ts'
import { encrypt } from './encrypt.ts'
import { getAttributeList } from './get-attribute-list.ts'
import { getAttributes } from './get-attributes.ts'
import { get } from './get.ts'
import { locate } from './locate.ts'
import { modifyAttribute } from './modify-attribute.ts'
import { query } from './query.ts'
import { register } from './register.ts'
import { revoke } from './revoke.ts'

/** The operations that this library has, in the order of their numbers. A new one: its file, and its row here. */
export const operations = {
  Create: create,
  Register: register,
  Locate: locate,
  Check: check,
  Get: get,
  GetAttributes: getAttributes,
  GetAttributeList: getAttributeList,
  AddAttribute: addAttribute,
  ModifyAttribute: modifyAttribute,
  DeleteAttribute: deleteAttribute,
  Activate: activate,
  Revoke: revoke,
  Destroy: destroy,
  Query: query,
  DiscoverVersions: discoverVersions,
  Encrypt: encrypt,
  Decrypt: decrypt,
} as const satisfies Partial<Record<OperationName, Operation<unknown, unknown>>>

export type KnownOperation = keyof typeof operations
/** What is asked with an operation, as data. */
export type RequestOf<N extends KnownOperation> = ValueOf<(typeof operations)[N]['request']>
/** What an operation is answered with, as data. */
export type ResponseOf<N extends KnownOperation> = ValueOf<(typeof operations)[N]['response']>
