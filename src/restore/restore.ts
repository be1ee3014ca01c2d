import type { RestoreContext } from './context.ts'
import { checkData } from './steps/check.ts'
import { openKeys } from './steps/credentials.ts'
import { handOver, type RestoredDatabase } from './steps/handover.ts'
import { startMongod } from './steps/mongod.ts'
import { startProxy } from './steps/proxy.ts'
import { chooseSnapshot } from './steps/snapshot.ts'

/**
 * From a downloaded, encrypted snapshot to a running, checked mongod: the procedure of the MongoDB Atlas page
 * “Access an Encrypted Snapshot”, in its order. Throws `Failure` for everything foreseen.
 */
export async function restore(context: RestoreContext): Promise<RestoredDatabase> {
  const snapshot = await context.step('snapshot', () => chooseSnapshot(context))
  const access = await context.step('credentials', () => openKeys(context, snapshot))
  const proxy = await context.step('proxy', () => startProxy(context, snapshot, access))
  const mongod = await context.step('mongod', () => startMongod(context, snapshot, proxy))
  const health = await context.step('check', () => checkData(context, mongod))
  const restored = await context.step('handover', () =>
    handOver(context, { snapshot, proxy, mongod, health }),
  )
  if (restored.damage !== undefined) throw restored.damage
  return restored
}
