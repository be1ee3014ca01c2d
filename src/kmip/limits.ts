/** What a server bears with. Times are milliseconds. */
export interface Limits {
  /** Connections at once; one more is closed at once. */
  readonly connections: number
  /** Until the TLS handshake is done. */
  readonly handshakeTimeout: number
  /** Between the first and the last byte of a request, and until a response is taken off. */
  readonly requestTimeout: number
  /** Between two requests. */
  readonly idleTimeout: number
}

/**
 * Clients give connecting, handshake and first exchange some five seconds together, so one that is slower with a single
 * one of them has given up itself. Those that keep a connection and poll do so every quarter of an hour.
 */
export const defaultLimits: Limits = {
  connections: 800,
  handshakeTimeout: 5_000,
  requestTimeout: 5_000,
  idleTimeout: 20 * 60_000,
}
