import type { Named } from './enumeration.ts'
import { enumeration } from './enumeration.ts'

// The enumerations of KMIP 1.4, section 9.1.3.2, in its order and under the version that added each value. Those are left
// out that only objects and operations use which this library does not have: certificates, key pairs, split keys, signatures.
// Names are those of the OASIS XML encoding: without spaces and marks, leading digits moved behind the word (3DES: DES3).

/** 9.1.3.2.1 Credential Type */
export const CredentialType = enumeration({
  '1.0': { UsernameAndPassword: 0x1 },
  '1.1': { Device: 0x2 },
  '1.2': { Attestation: 0x3 },
})

/** 9.1.3.2.2 Key Compression Type */
export const KeyCompressionType = enumeration({
  '1.0': {
    ECPublicKeyTypeUncompressed: 0x1,
    ECPublicKeyTypeX9_62CompressedPrime: 0x2,
    ECPublicKeyTypeX9_62CompressedChar2: 0x3,
    ECPublicKeyTypeX9_62Hybrid: 0x4,
  },
})

/** 9.1.3.2.3 Key Format Type */
export const KeyFormatType = enumeration({
  '1.0': {
    Raw: 0x1,
    Opaque: 0x2,
    PKCS_1: 0x3,
    PKCS_8: 0x4,
    X_509: 0x5,
    ECPrivateKey: 0x6,
    TransparentSymmetricKey: 0x7,
    TransparentDSAPrivateKey: 0x8,
    TransparentDSAPublicKey: 0x9,
    TransparentRSAPrivateKey: 0xa,
    TransparentRSAPublicKey: 0xb,
    TransparentDHPrivateKey: 0xc,
    TransparentDHPublicKey: 0xd,
    TransparentECDSAPrivateKey: 0xe,
    TransparentECDSAPublicKey: 0xf,
    TransparentECDHPrivateKey: 0x10,
    TransparentECDHPublicKey: 0x11,
    TransparentECMQVPrivateKey: 0x12,
    TransparentECMQVPublicKey: 0x13,
  },
  '1.3': { TransparentECPrivateKey: 0x14, TransparentECPublicKey: 0x15 },
  '1.4': { PKCS_12: 0x16 },
})

/** 9.1.3.2.4 Wrapping Method */
export const WrappingMethod = enumeration({
  '1.0': { Encrypt: 0x1, MACSign: 0x2, EncryptThenMACSign: 0x3, MACSignThenEncrypt: 0x4, TR_31: 0x5 },
})

/** 9.1.3.2.5 Recommended Curve */
export const RecommendedCurve = enumeration({
  '1.0': {
    P_192: 0x1,
    K_163: 0x2,
    B_163: 0x3,
    P_224: 0x4,
    K_233: 0x5,
    B_233: 0x6,
    P_256: 0x7,
    K_283: 0x8,
    B_283: 0x9,
    P_384: 0xa,
    K_409: 0xb,
    B_409: 0xc,
    P_521: 0xd,
    K_571: 0xe,
    B_571: 0xf,
  },
  '1.3': {
    SECP112R1: 0x10,
    SECP112R2: 0x11,
    SECP128R1: 0x12,
    SECP128R2: 0x13,
    SECP160K1: 0x14,
    SECP160R1: 0x15,
    SECP160R2: 0x16,
    SECP192K1: 0x17,
    SECP224K1: 0x18,
    SECP256K1: 0x19,
    SECT113R1: 0x1a,
    SECT113R2: 0x1b,
    SECT131R1: 0x1c,
    SECT131R2: 0x1d,
    SECT163R1: 0x1e,
    SECT193R1: 0x1f,
    SECT193R2: 0x20,
    SECT239K1: 0x21,
    ANSIX9P192V2: 0x22,
    ANSIX9P192V3: 0x23,
    ANSIX9P239V1: 0x24,
    ANSIX9P239V2: 0x25,
    ANSIX9P239V3: 0x26,
    ANSIX9C2PNB163V1: 0x27,
    ANSIX9C2PNB163V2: 0x28,
    ANSIX9C2PNB163V3: 0x29,
    ANSIX9C2PNB176V1: 0x2a,
    ANSIX9C2TNB191V1: 0x2b,
    ANSIX9C2TNB191V2: 0x2c,
    ANSIX9C2TNB191V3: 0x2d,
    ANSIX9C2PNB208W1: 0x2e,
    ANSIX9C2TNB239V1: 0x2f,
    ANSIX9C2TNB239V2: 0x30,
    ANSIX9C2TNB239V3: 0x31,
    ANSIX9C2PNB272W1: 0x32,
    ANSIX9C2PNB304W1: 0x33,
    ANSIX9C2TNB359V1: 0x34,
    ANSIX9C2PNB368W1: 0x35,
    ANSIX9C2TNB431R1: 0x36,
    BRAINPOOLP160R1: 0x37,
    BRAINPOOLP160T1: 0x38,
    BRAINPOOLP192R1: 0x39,
    BRAINPOOLP192T1: 0x3a,
    BRAINPOOLP224R1: 0x3b,
    BRAINPOOLP224T1: 0x3c,
    BRAINPOOLP256R1: 0x3d,
    BRAINPOOLP256T1: 0x3e,
    BRAINPOOLP320R1: 0x3f,
    BRAINPOOLP320T1: 0x40,
    BRAINPOOLP384R1: 0x41,
    BRAINPOOLP384T1: 0x42,
    BRAINPOOLP512R1: 0x43,
    BRAINPOOLP512T1: 0x44,
  },
})

/** 9.1.3.2.7 Digital Signature Algorithm */
export const DigitalSignatureAlgorithm = enumeration({
  '1.1': {
    MD2WithRSAEncryption: 0x1,
    MD5WithRSAEncryption: 0x2,
    SHA_1WithRSAEncryption: 0x3,
    SHA_224WithRSAEncryption: 0x4,
    SHA_256WithRSAEncryption: 0x5,
    SHA_384WithRSAEncryption: 0x6,
    SHA_512WithRSAEncryption: 0x7,
    RSASSA_PSS: 0x8,
    DSAWithSHA_1: 0x9,
    DSAWithSHA224: 0xa,
    DSAWithSHA256: 0xb,
    ECDSAWithSHA_1: 0xc,
    ECDSAWithSHA224: 0xd,
    ECDSAWithSHA256: 0xe,
    ECDSAWithSHA384: 0xf,
    ECDSAWithSHA512: 0x10,
  },
  '1.4': {
    SHA3_256WithRSAEncryption: 0x11,
    SHA3_384WithRSAEncryption: 0x12,
    SHA3_512WithRSAEncryption: 0x13,
  },
})

/** 9.1.3.2.9 Secret Data Type */
export const SecretDataType = enumeration({ '1.0': { Password: 0x1, Seed: 0x2 } })

/** 9.1.3.2.11 Name Type */
export const NameType = enumeration({ '1.0': { UninterpretedTextString: 0x1, URI: 0x2 } })

/** 9.1.3.2.12 Object Type */
export const ObjectType = enumeration({
  '1.0': {
    Certificate: 0x1,
    SymmetricKey: 0x2,
    PublicKey: 0x3,
    PrivateKey: 0x4,
    SplitKey: 0x5,
    Template: 0x6,
    SecretData: 0x7,
    OpaqueObject: 0x8,
  },
  '1.2': { PGPKey: 0x9 },
})

/** 9.1.3.2.13 Cryptographic Algorithm */
export const CryptographicAlgorithm = enumeration({
  '1.0': {
    DES: 0x1,
    DES3: 0x2,
    AES: 0x3,
    RSA: 0x4,
    DSA: 0x5,
    ECDSA: 0x6,
    HMAC_SHA1: 0x7,
    HMAC_SHA224: 0x8,
    HMAC_SHA256: 0x9,
    HMAC_SHA384: 0xa,
    HMAC_SHA512: 0xb,
    HMAC_MD5: 0xc,
    DH: 0xd,
    ECDH: 0xe,
    ECMQV: 0xf,
    Blowfish: 0x10,
    Camellia: 0x11,
    CAST5: 0x12,
    IDEA: 0x13,
    MARS: 0x14,
    RC2: 0x15,
    RC4: 0x16,
    RC5: 0x17,
    SKIPJACK: 0x18,
    Twofish: 0x19,
  },
  '1.2': { EC: 0x1a },
  '1.3': { OneTimePad: 0x1b },
  '1.4': {
    ChaCha20: 0x1c,
    Poly1305: 0x1d,
    ChaCha20Poly1305: 0x1e,
    SHA3_224: 0x1f,
    SHA3_256: 0x20,
    SHA3_384: 0x21,
    SHA3_512: 0x22,
    HMAC_SHA3_224: 0x23,
    HMAC_SHA3_256: 0x24,
    HMAC_SHA3_384: 0x25,
    HMAC_SHA3_512: 0x26,
    SHAKE_128: 0x27,
    SHAKE_256: 0x28,
  },
})

/** 9.1.3.2.14 Block Cipher Mode */
export const BlockCipherMode = enumeration({
  '1.0': {
    CBC: 0x1,
    ECB: 0x2,
    PCBC: 0x3,
    CFB: 0x4,
    OFB: 0x5,
    CTR: 0x6,
    CMAC: 0x7,
    CCM: 0x8,
    GCM: 0x9,
    CBC_MAC: 0xa,
    XTS: 0xb,
    AESKeyWrapPadding: 0xc,
    NISTKeyWrap: 0xd,
    X9_102AESKW: 0xe,
    X9_102TDKW: 0xf,
    X9_102AKW1: 0x10,
    X9_102AKW2: 0x11,
  },
  '1.4': { AEAD: 0x12 },
})

/** 9.1.3.2.15 Padding Method */
export const PaddingMethod = enumeration({
  '1.0': {
    None: 0x1,
    OAEP: 0x2,
    PKCS5: 0x3,
    SSL3: 0x4,
    Zeros: 0x5,
    ANSIX9_23: 0x6,
    ISO10126: 0x7,
    PKCS1V1_5: 0x8,
    X9_31: 0x9,
    PSS: 0xa,
  },
})

/** 9.1.3.2.16 Hashing Algorithm */
export const HashingAlgorithm = enumeration({
  '1.0': {
    MD2: 0x1,
    MD4: 0x2,
    MD5: 0x3,
    SHA_1: 0x4,
    SHA_224: 0x5,
    SHA_256: 0x6,
    SHA_384: 0x7,
    SHA_512: 0x8,
    RIPEMD_160: 0x9,
    Tiger: 0xa,
    Whirlpool: 0xb,
  },
  '1.2': { SHA_512_224: 0xc, SHA_512_256: 0xd },
  '1.4': { SHA_3_224: 0xe, SHA_3_256: 0xf, SHA_3_384: 0x10, SHA_3_512: 0x11 },
})

/** 9.1.3.2.17 Key Role Type */
export const KeyRoleType = enumeration({
  '1.0': {
    BDK: 0x1,
    CVK: 0x2,
    DEK: 0x3,
    MKAC: 0x4,
    MKSMC: 0x5,
    MKSMI: 0x6,
    MKDAC: 0x7,
    MKDN: 0x8,
    MKCP: 0x9,
    MKOTH: 0xa,
    KEK: 0xb,
    MAC16609: 0xc,
    MAC97971: 0xd,
    MAC97972: 0xe,
    MAC97973: 0xf,
    MAC97974: 0x10,
    MAC97975: 0x11,
    ZPK: 0x12,
    PVKIBM: 0x13,
    PVKPVV: 0x14,
    PVKOTH: 0x15,
  },
  '1.4': { DUKPT: 0x16, IV: 0x17, TRKBK: 0x18 },
})

/** 9.1.3.2.18 State */
export const State = enumeration({
  '1.0': {
    PreActive: 0x1,
    Active: 0x2,
    Deactivated: 0x3,
    Compromised: 0x4,
    Destroyed: 0x5,
    DestroyedCompromised: 0x6,
  },
})

/** 9.1.3.2.19 Revocation Reason Code */
export const RevocationReasonCode = enumeration({
  '1.0': {
    Unspecified: 0x1,
    KeyCompromise: 0x2,
    CACompromise: 0x3,
    AffiliationChanged: 0x4,
    Superseded: 0x5,
    CessationOfOperation: 0x6,
    PrivilegeWithdrawn: 0x7,
  },
})

/** 9.1.3.2.20 Link Type */
export const LinkType = enumeration({
  '1.0': {
    CertificateLink: 0x101,
    PublicKeyLink: 0x102,
    PrivateKeyLink: 0x103,
    DerivationBaseObjectLink: 0x104,
    DerivedKeyLink: 0x105,
    ReplacementObjectLink: 0x106,
    ReplacedObjectLink: 0x107,
  },
  '1.2': { ParentLink: 0x108, ChildLink: 0x109, PreviousLink: 0x10a, NextLink: 0x10b },
  '1.4': { PKCS12CertificateLink: 0x10c, PKCS12PasswordLink: 0x10d },
})

/** 9.1.3.2.24 Query Function */
export const QueryFunction = enumeration({
  '1.0': {
    QueryOperations: 0x1,
    QueryObjects: 0x2,
    QueryServerInformation: 0x3,
    QueryApplicationNamespaces: 0x4,
  },
  '1.1': { QueryExtensionList: 0x5, QueryExtensionMap: 0x6 },
  '1.2': { QueryAttestationTypes: 0x7 },
  '1.3': {
    QueryRNGs: 0x8,
    QueryValidations: 0x9,
    QueryProfiles: 0xa,
    QueryCapabilities: 0xb,
    QueryClientRegistrationMethods: 0xc,
  },
})

/** 9.1.3.2.27 Operation */
export const Operation = enumeration({
  '1.0': {
    Create: 0x1,
    CreateKeyPair: 0x2,
    Register: 0x3,
    Rekey: 0x4,
    DeriveKey: 0x5,
    Certify: 0x6,
    Recertify: 0x7,
    Locate: 0x8,
    Check: 0x9,
    Get: 0xa,
    GetAttributes: 0xb,
    GetAttributeList: 0xc,
    AddAttribute: 0xd,
    ModifyAttribute: 0xe,
    DeleteAttribute: 0xf,
    ObtainLease: 0x10,
    GetUsageAllocation: 0x11,
    Activate: 0x12,
    Revoke: 0x13,
    Destroy: 0x14,
    Archive: 0x15,
    Recover: 0x16,
    Validate: 0x17,
    Query: 0x18,
    Cancel: 0x19,
    Poll: 0x1a,
    Notify: 0x1b,
    Put: 0x1c,
  },
  '1.1': { RekeyKeyPair: 0x1d, DiscoverVersions: 0x1e },
  '1.2': {
    Encrypt: 0x1f,
    Decrypt: 0x20,
    Sign: 0x21,
    SignatureVerify: 0x22,
    MAC: 0x23,
    MACVerify: 0x24,
    RNGRetrieve: 0x25,
    RNGSeed: 0x26,
    Hash: 0x27,
    CreateSplitKey: 0x28,
    JoinSplitKey: 0x29,
  },
  '1.4': { Import: 0x2a, Export: 0x2b },
})
export type OperationName = Named<typeof Operation>

/** 9.1.3.2.28 Result Status */
export const ResultStatus = enumeration({
  '1.0': { Success: 0x0, OperationFailed: 0x1, OperationPending: 0x2, OperationUndone: 0x3 },
})

/** 9.1.3.2.29 Result Reason */
export const ResultReason = enumeration({
  '1.0': {
    ItemNotFound: 0x1,
    ResponseTooLarge: 0x2,
    AuthenticationNotSuccessful: 0x3,
    InvalidMessage: 0x4,
    OperationNotSupported: 0x5,
    MissingData: 0x6,
    InvalidField: 0x7,
    FeatureNotSupported: 0x8,
    OperationCanceledByRequester: 0x9,
    CryptographicFailure: 0xa,
    IllegalOperation: 0xb,
    PermissionDenied: 0xc,
    ObjectArchived: 0xd,
    IndexOutOfBounds: 0xe,
    ApplicationNamespaceNotSupported: 0xf,
    KeyFormatTypeNotSupported: 0x10,
    KeyCompressionTypeNotSupported: 0x11,
    GeneralFailure: 0x100,
  },
  '1.1': { EncodingOptionError: 0x12 },
  '1.2': { KeyValueNotPresent: 0x13, AttestationRequired: 0x14, AttestationFailed: 0x15 },
  '1.4': { Sensitive: 0x16, NotExtractable: 0x17, ObjectAlreadyExists: 0x18 },
})
export type ResultReasonName = Named<typeof ResultReason>

/** 9.1.3.2.30 Batch Error Continuation Option */
export const BatchErrorContinuationOption = enumeration({ '1.0': { Continue: 0x1, Stop: 0x2, Undo: 0x3 } })

/** 9.1.3.2.31 Usage Limits Unit */
export const UsageLimitsUnit = enumeration({ '1.0': { Byte: 0x1, Object: 0x2 } })

/** 9.1.3.2.32 Encoding Option */
export const EncodingOption = enumeration({ '1.1': { NoEncoding: 0x1, TTLVEncoding: 0x2 } })

/** 9.1.3.2.33 Object Group Member */
export const ObjectGroupMember = enumeration({ '1.1': { GroupMemberFresh: 0x1, GroupMemberDefault: 0x2 } })

/** 9.1.3.2.34 Alternative Name Type */
export const AlternativeNameType = enumeration({
  '1.2': {
    UninterpretedTextString: 0x1,
    URI: 0x2,
    ObjectSerialNumber: 0x3,
    EmailAddress: 0x4,
    DNSName: 0x5,
    X_500DistinguishedName: 0x6,
    IPAddress: 0x7,
  },
})

/** 9.1.3.2.35 Key Value Location Type */
export const KeyValueLocationType = enumeration({ '1.2': { UninterpretedTextString: 0x1, URI: 0x2 } })

/** 9.1.3.2.36 Attestation Type */
export const AttestationType = enumeration({
  '1.2': { TPMQuote: 0x1, TCGIntegrityReport: 0x2, SAMLAssertion: 0x3 },
})

/** 9.1.3.2.37 RNG Algorithm */
export const RNGAlgorithm = enumeration({
  '1.3': { Unspecified: 0x1, FIPS186_2: 0x2, DRBG: 0x3, NRBG: 0x4, ANSIX9_31: 0x5, ANSIX9_62: 0x6 },
})

/** 9.1.3.2.38 DRBG Algorithm */
export const DRBGAlgorithm = enumeration({
  '1.3': { Unspecified: 0x1, Dual_EC: 0x2, Hash: 0x3, HMAC: 0x4, CTR: 0x5 },
})

/** 9.1.3.2.39 FIPS186 Variation */
export const FIPS186Variation = enumeration({
  '1.3': {
    Unspecified: 0x1,
    GPXOriginal: 0x2,
    GPXChangeNotice: 0x3,
    XOriginal: 0x4,
    XChangeNotice: 0x5,
    KOriginal: 0x6,
    KChangeNotice: 0x7,
  },
})

/** 9.1.3.2.43 Unwrap Mode */
export const UnwrapMode = enumeration({ '1.3': { Unspecified: 0x1, Processed: 0x2, NotProcessed: 0x3 } })

/** 9.1.3.2.44 Destroy Action */
export const DestroyAction = enumeration({
  '1.3': {
    Unspecified: 0x1,
    KeyMaterialDeleted: 0x2,
    KeyMaterialShredded: 0x3,
    MetaDataDeleted: 0x4,
    MetaDataShredded: 0x5,
    Deleted: 0x6,
    Shredded: 0x7,
  },
})

/** 9.1.3.2.45 Shredding Algorithm */
export const ShreddingAlgorithm = enumeration({
  '1.3': { Unspecified: 0x1, Cryptographic: 0x2, Unsupported: 0x3 },
})

/** 9.1.3.2.46 RNG Mode */
export const RNGMode = enumeration({
  '1.3': { Unspecified: 0x1, SharedInstantiation: 0x2, NonSharedInstantiation: 0x3 },
})

/** 9.1.3.2.47 Client Registration Method */
export const ClientRegistrationMethod = enumeration({
  '1.3': {
    Unspecified: 0x1,
    ServerPreGenerated: 0x2,
    ServerOnDemand: 0x3,
    ClientGenerated: 0x4,
    ClientRegistered: 0x5,
  },
})

/** 9.1.3.2.48 Key Wrap Type */
export const KeyWrapType = enumeration({ '1.4': { NotWrapped: 0x1, AsRegistered: 0x2 } })

/** 9.1.3.2.49 Mask Generator */
export const MaskGenerator = enumeration({ '1.4': { MGF1: 0x1 } })
