import { atMost, type Figure } from './figure.ts'
import { compare, type Measure } from './pairs.ts'
import { roundTrip, type Peer } from './round-trip.ts'

const connections = 40

/** A client as mongod is one: it connects, gets its key, and closes. */
export async function connectGetClose(ours: Peer, echo: Peer): Promise<readonly Figure[]> {
  const { ours: value, theirs, ratio } = await compare(15, { ours: each(ours), theirs: each(echo) })
  return [
    {
      figure: 'TLS handshake, KMIP Get, close',
      value,
      unit: 'ms',
      against: { peer: 'bare node:tls echo', value: theirs, ratio },
      goal: atMost(1.3),
    },
  ]
}

/** Milliseconds for one. */
function each(peer: Peer): Measure {
  return async () => {
    const began = performance.now()
    for (let connection = 0; connection < connections; connection++) await roundTrip(peer)
    return (performance.now() - began) / connections
  }
}
