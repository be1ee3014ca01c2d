import type { Happening } from '../event.ts'
import { printable } from '../event.ts'
import type { RequestItem, ResponseItem } from '../messages.ts'
import { requestItem } from '../messages.ts'
import type { Context, Operation } from '../operation.ts'
import type { KnownOperation } from '../operations/table.ts'
import { operations } from '../operations/table.ts'
import { KmipError } from '../result.ts'
import type { UnknownFields } from '../shape.ts'
import { TtlvError } from '../ttlv/decode.ts'
import { Operation as OperationCode } from '../ttlv/enumerations.ts'
import type { Field } from '../ttlv/field.ts'
import { childOf } from '../ttlv/field.ts'
import { Tag } from '../ttlv/tags.ts'
import { failure } from './write-response.ts'

/** Carries out one batch item, and tells how that went. Throws nothing, whatever the item. */
export function respondToItem(
  field: Field,
  unknownFields: UnknownFields,
  context: Context,
  tell: (happening: Happening) => void,
): ResponseItem {
  const { operation, uniqueBatchItemId, uniqueIdentifier } = identify(field)
  try {
    const { name, responsePayload } = perform(requestItem.read(field, unknownFields), unknownFields, context)
    tell({
      type: 'served',
      operation: name,
      uniqueIdentifier: shown(uniqueIdentifier ?? context.placeholder),
    })
    return { operation, uniqueBatchItemId, resultStatus: 'Success', responsePayload }
  } catch (thrown) {
    const error = asKmipError(thrown)
    tellRefusal(error, { operation, uniqueIdentifier }, context, tell)
    return { operation, uniqueBatchItemId, ...failure(error, context.version.minor) }
  }
}

interface Identified {
  readonly operation?: RequestItem['operation'] | undefined
  readonly uniqueBatchItemId?: Buffer | undefined
  readonly uniqueIdentifier?: string | undefined
}

/** What an item is about, even if the rest of it cannot be read: a response that fails echoes it all the same. */
function identify(field: Field): Identified {
  const operation = childOf(field, Tag.Operation)
  const itemId = childOf(field, Tag.UniqueBatchItemID)
  const payload = childOf(field, Tag.RequestPayload)
  const identifier = payload && childOf(payload, Tag.UniqueIdentifier)
  return {
    operation:
      operation?.type === 'Enumeration'
        ? (OperationCode.name(operation.value) ?? operation.value)
        : undefined,
    uniqueBatchItemId: itemId?.type === 'ByteString' ? itemId.value : undefined,
    uniqueIdentifier: identifier?.type === 'TextString' ? identifier.value : undefined,
  }
}

function perform(
  { operation: name, requestPayload, messageExtension }: RequestItem,
  unknownFields: UnknownFields,
  context: Context,
): { readonly name: KnownOperation; readonly responsePayload: Field } {
  if (messageExtension?.criticalityIndicator === true) {
    throw new KmipError('FeatureNotSupported', 'The message extension is critical, and not known here')
  }
  if (!isKnownOperation(name)) throw new KmipError('OperationNotSupported', 'The operation is not supported')
  if (!context.policy.operations.has(name)) {
    throw new KmipError('PermissionDenied', `The policy of this server does not allow ${name}`)
  }
  const operation: Operation<unknown, unknown> = operations[name]
  const request = operation.request.read(requestPayload, unknownFields)
  return {
    name,
    responsePayload: operation.response.write(Tag.ResponsePayload, operation.perform(request, context)),
  }
}

function isKnownOperation(name: string | number): name is KnownOperation {
  return Object.hasOwn(operations, name)
}

/** Everything that a request can bring about, as an error of the protocol. Anything unforeseen is the server's own fault. */
export function asKmipError(thrown: unknown): KmipError {
  if (thrown instanceof KmipError) return thrown
  if (thrown instanceof TtlvError) return new KmipError('InvalidMessage', thrown.message)
  return new KmipError('GeneralFailure', 'The server failed to carry out the request')
}

function tellRefusal(
  { resultReason: reason, message }: KmipError,
  { operation, uniqueIdentifier }: Identified,
  { policy, store }: Context,
  tell: (happening: Happening) => void,
): void {
  if ((operation === 'Create' || operation === 'Register') && !policy.operations.has(operation)) {
    tell({ type: 'new-key-asked', operation })
  }
  if (
    reason === 'ItemNotFound' &&
    uniqueIdentifier !== undefined &&
    store.get(uniqueIdentifier) === undefined
  ) {
    tell({ type: 'unknown-key-asked', uniqueIdentifier: printable(uniqueIdentifier) })
  }
  tell({ type: 'refused', operation, reason, message, uniqueIdentifier: shown(uniqueIdentifier) })
}

function shown(uniqueIdentifier: string | undefined): string | undefined {
  return uniqueIdentifier === undefined ? undefined : printable(uniqueIdentifier)
}
