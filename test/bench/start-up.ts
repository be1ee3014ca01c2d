import { atMost, type Figure } from './figure.ts'
import { compare } from './pairs.ts'
import { bareNode, cli, wallTime } from './programs.ts'

/** How long a program takes that only says something about itself. */
export async function startUp(): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const flag of ['--version', '--help']) {
    const { ours, theirs, ratio } = await compare(21, { ours: () => wallTime([cli, flag]), theirs: bareNode })
    const against = { peer: 'node -e 0', value: theirs, ratio }
    figures.push({ figure: `\`snapthaw ${flag}\``, value: ours, unit: 'ms', against, goal: atMost(1.3) })
  }
  return figures
}
