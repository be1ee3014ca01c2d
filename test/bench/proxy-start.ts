import type { InstantCloud } from './cloud.ts'
import { atMost, type Figure } from './figure.ts'
import { compare } from './pairs.ts'
import { startKeyProxy } from './peers.ts'
import { bareNode } from './programs.ts'

/** From the start of the key proxy's process until it serves, with a cloud that answers at once. */
export async function proxyStart(cloud: InstantCloud, folder: string): Promise<readonly Figure[]> {
  const start = (keys: number) => async () => {
    const ids = Array.from({ length: keys }, (_, index) => `key-${index}`)
    const serving = await startKeyProxy(cloud, folder, ids)
    await serving.stop()
    return serving.millis
  }
  const toNode = await compare(15, { ours: start(1), theirs: bareNode })
  const toOneKey = await compare(7, { ours: start(100), theirs: start(1) })
  return [
    {
      figure: 'key proxy: start to serving',
      value: toNode.ours,
      unit: 'ms',
      against: { peer: 'node -e 0', value: toNode.theirs, ratio: toNode.ratio },
      goal: atMost(3),
    },
    {
      figure: 'key proxy with 100 keys: start to serving',
      value: toOneKey.ours,
      unit: 'ms',
      against: { peer: 'with 1 key', value: toOneKey.theirs, ratio: toOneKey.ratio },
    },
  ]
}
