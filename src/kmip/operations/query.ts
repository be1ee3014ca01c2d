import type { Context } from '../operation.ts'
import { operation } from '../operation.ts'
import type { ValueOf } from '../shape.ts'
import { anything, boolean, many, named, optional, structure, text } from '../shape.ts'
import { rngParameters } from '../structures.ts'
import type { Named } from '../ttlv/enumeration.ts'
import {
  AttestationType,
  ClientRegistrationMethod,
  DestroyAction,
  ObjectType,
  Operation,
  QueryFunction,
  RNGMode,
  ShreddingAlgorithm,
  UnwrapMode,
} from '../ttlv/enumerations.ts'
import { Tag } from '../ttlv/tags.ts'
import { profileInformation, servedProfiles } from './query-profiles.ts'

/** 2.1.21 Capability Information */
const capabilityInformation = structure({
  streamingCapability: optional(Tag.StreamingCapability, boolean),
  asynchronousCapability: optional(Tag.AsynchronousCapability, boolean),
  attestationCapability: optional(Tag.AttestationCapability, boolean),
  batchUndoCapability: optional(Tag.BatchUndoCapability, boolean),
  batchContinueCapability: optional(Tag.BatchContinueCapability, boolean),
  unwrapMode: optional(Tag.UnwrapMode, named(UnwrapMode)),
  destroyAction: optional(Tag.DestroyAction, named(DestroyAction)),
  shreddingAlgorithm: optional(Tag.ShreddingAlgorithm, named(ShreddingAlgorithm)),
  rngMode: optional(Tag.RNGMode, named(RNGMode)),
})

const response = structure({
  operations: many(Tag.Operation, named(Operation)),
  objectTypes: many(Tag.ObjectType, named(ObjectType)),
  vendorIdentification: optional(Tag.VendorIdentification, text),
  serverInformation: optional(Tag.ServerInformation, anything),
  applicationNamespaces: many(Tag.ApplicationNamespace, text),
  extensionInformation: many(Tag.ExtensionInformation, anything),
  attestationTypes: many(Tag.AttestationType, named(AttestationType)),
  rngParameters: many(Tag.RNGParameters, rngParameters),
  profileInformation: many(Tag.ProfileInformation, profileInformation),
  validationInformation: many(Tag.ValidationInformation, anything),
  capabilityInformation: many(Tag.CapabilityInformation, capabilityInformation),
  clientRegistrationMethods: many(Tag.ClientRegistrationMethod, named(ClientRegistrationMethod)),
})
type Answer = ValueOf<typeof response>

/** 4.25 Query */
export const query = operation({
  request: structure({ queryFunctions: many(Tag.QueryFunction, named(QueryFunction)) }),
  response,
  perform({ queryFunctions }, context) {
    const { minor } = context.version
    // A function that is younger than the version, or than this library, has no answer that its client could expect here:
    // kmip-go asks for those of 2.x under 1.4.
    const known = queryFunctions.filter(one => typeof one === 'string' && QueryFunction.isKnownTo(one, minor))
    return known.reduce<Answer>(
      (answer, one) => ({ ...answer, ...answers[one as QueryFunctionName](context) }),
      nothing,
    )
  },
})

type QueryFunctionName = Named<typeof QueryFunction>

const nothing: Answer = {
  operations: [],
  objectTypes: [],
  applicationNamespaces: [],
  extensionInformation: [],
  attestationTypes: [],
  rngParameters: [],
  profileInformation: [],
  validationInformation: [],
  capabilityInformation: [],
  clientRegistrationMethods: [],
}

/** What each function is answered with: the server's truth about itself. */
const answers: Readonly<Record<QueryFunctionName, (context: Context) => Partial<Answer>>> = {
  QueryOperations: ({ policy }) => ({
    operations: Operation.names.filter(name => policy.operations.has(name)),
  }),
  QueryObjects: () => ({ objectTypes: ['SymmetricKey', 'SecretData'] }),
  QueryServerInformation: () => ({ vendorIdentification: 'snapthaw' }),
  QueryApplicationNamespaces: () => ({}),
  QueryExtensionList: () => ({}),
  QueryExtensionMap: () => ({}),
  QueryAttestationTypes: () => ({}),
  // OpenSSL's generator, by way of node:crypto: CTR_DRBG with AES-256 (NIST SP 800-90A).
  QueryRNGs: () => ({
    rngParameters: [
      { rngAlgorithm: 'DRBG', cryptographicAlgorithm: 'AES', cryptographicLength: 256, drbgAlgorithm: 'CTR' },
    ],
  }),
  QueryValidations: () => ({}),
  QueryProfiles: ({ policy, version }) => ({ profileInformation: servedProfiles(policy, version.minor) }),
  QueryCapabilities: ({ version }) => ({
    capabilityInformation: [
      {
        streamingCapability: true,
        asynchronousCapability: false,
        attestationCapability: false,
        ...(version.minor >= 4 ? { batchUndoCapability: false, batchContinueCapability: true } : {}),
        unwrapMode: 'NotProcessed',
        destroyAction: 'KeyMaterialShredded',
        shreddingAlgorithm: 'Unspecified',
        rngMode: 'SharedInstantiation',
      },
    ],
  }),
  QueryClientRegistrationMethods: () => ({ clientRegistrationMethods: ['Unspecified'] }),
}
