/** The command fails: `{ ok: 0, code, codeName, errmsg }`. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  readonly code: number
  readonly codeName: string

  constructor(codeName: keyof typeof errorCodes, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = errorCodes[codeName]
    this.codeName = codeName
  }
}

/** https://www.mongodb.com/docs/manual/reference/error-codes/ */
const errorCodes = {
  InternalError: 1,
  BadValue: 2,
  UnknownError: 8,
  Unauthorized: 13,
  TypeMismatch: 14,
  NamespaceNotFound: 26,
  CursorNotFound: 43,
  CommandNotFound: 59,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  CommandNotSupportedOnView: 166,
  NotImplemented: 238,
  UnsupportedOpQueryCommand: 352,
} as const

/** What a simulation leaves out, said plainly. */
export function notSimulated(what: string): CommandFailure {
  return new CommandFailure(
    'NotImplemented',
    `The simulated mongod of a snapthaw practice does not know ${what}`,
  )
}
