import { atLeast, type Figure } from './figure.ts'
import { compare, type Compared, type Measure } from './pairs.ts'
import { openLine, type Line, type Peer } from './round-trip.ts'

/** Milliseconds of one measurement. */
const slice = 800

/**
 * How many Gets a second one connection can ask, each after the answer to the one before. Where both processors are idle,
 * half of a round trip is the waking up of two processes, for the bare echo as for ours: only the ratio to it is stable.
 */
export async function getsPerSecond(ours: Peer, pykmip: Peer, echo: Peer): Promise<readonly Figure[]> {
  const lines = { ours: await openLine(ours), pykmip: await openLine(pykmip), echo: await openLine(echo) }
  // What is compiled while it runs is compiled before it is measured.
  for (const line of Object.values(lines)) await rate(line)()
  const toEcho = await compare(9, { ours: rate(lines.ours), theirs: rate(lines.echo) })
  const toPykmip = await compare(9, { ours: rate(lines.ours), theirs: rate(lines.pykmip) })
  for (const line of Object.values(lines)) await line.close()
  return [
    { ...figureOf('bare node:tls echo', toEcho), goal: atLeast(0.75) },
    { ...figureOf('PyKMIP’s server', toPykmip), goal: atLeast(30) },
  ]
}

function figureOf(peer: string, { ours, theirs, ratio }: Compared): Figure {
  const against = { peer, value: theirs, ratio }
  return { figure: 'KMIP Gets on one open connection', value: ours, unit: '/s', against }
}

function rate(line: Line): Measure {
  return async () => {
    const began = performance.now()
    let answers = 0
    let now = began
    while (now - began < slice) {
      await line.ask()
      answers += 1
      now = performance.now()
    }
    return answers / ((now - began) / 1000)
  }
}
