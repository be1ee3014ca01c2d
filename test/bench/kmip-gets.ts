import { atLeast, type Figure } from './figure.ts'
import { compare, type Measure } from './pairs.ts'
import { openLine, type Line, type Peer } from './round-trip.ts'

/** Milliseconds of one measurement. */
const slice = 800
const together = 16

/**
 * How many Gets a second one connection can ask. One at a time, most of a round trip on an idle machine is the waking up
 * of two processes, for the bare echo as well; several at a time show what the servers themselves take.
 */
export async function getsPerSecond(ours: Peer, pykmip: Peer, echo: Peer): Promise<readonly Figure[]> {
  const lines = { ours: await openLine(ours), pykmip: await openLine(pykmip), echo: await openLine(echo) }
  // What is compiled while it runs is compiled before it is measured.
  for (const line of Object.values(lines)) await rate(line, 1)()
  const compared = async (pairs: number, theirs: Line, atOnce: number) =>
    compare(pairs, { ours: rate(lines.ours, atOnce), theirs: rate(theirs, atOnce) })
  const toEcho = await compared(9, lines.echo, 1)
  const toPykmip = await compared(5, lines.pykmip, 1)
  const toPykmipTogether = await compared(5, lines.pykmip, together)
  for (const line of Object.values(lines)) await line.close()
  const against = (peer: string, { ours: value, theirs, ratio }: typeof toEcho) => {
    return { value, unit: '/s', against: { peer, value: theirs, ratio } }
  }
  const figure = 'KMIP Gets on one open connection'
  return [
    { figure, ...against('bare node:tls echo', toEcho), goal: atLeast(0.75) },
    { figure, ...against('PyKMIP’s server', toPykmip), goal: atLeast(30) },
    { figure: `${figure}, ${together} at a time`, ...against('PyKMIP’s server', toPykmipTogether) },
  ]
}

function rate(line: Line, atOnce: number): Measure {
  return async () => {
    const began = performance.now()
    let answers = 0
    let now = began
    while (now - began < slice) {
      await Promise.all(Array.from({ length: atOnce }, () => line.ask()))
      answers += atOnce
      now = performance.now()
    }
    return answers / ((now - began) / 1000)
  }
}
