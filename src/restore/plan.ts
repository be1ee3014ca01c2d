import { mongodArguments } from '../mongod/arguments.ts'
import type { RestoreContext } from './context.ts'
import { openKeys } from './steps/credentials.ts'
import { chooseBinary, settle, showCommand } from './steps/mongod.ts'
import { planProxy } from './steps/proxy.ts'
import { chooseSnapshot } from './steps/snapshot.ts'

/**
 * What a restore would do, told by the same steps: the snapshot is looked at and the cloud is asked, but nothing is
 * started, written or changed. Throws what `restore` throws up to there.
 */
export async function planRestore(context: RestoreContext): Promise<void> {
  const snapshot = await context.step('snapshot', () => chooseSnapshot(context))
  const access = await context.step('credentials', () => openKeys(context, snapshot))
  const proxy = await context.step('proxy', async () => {
    const plan = await planProxy(context, snapshot, access)
    context.tell({
      type: 'step',
      step: 'proxy',
      status: 'skipped',
      summary: `would listen on 127.0.0.1:${plan.port}`,
    })
    return plan
  })
  await context.step('mongod', async () => {
    const binary = await chooseBinary(context, snapshot)
    const settings = await settle(context, snapshot, proxy, binary)
    showCommand(context, binary, mongodArguments(settings))
    context.tell({
      type: 'step',
      step: 'mongod',
      status: 'skipped',
      summary: `would listen on 127.0.0.1:${settings.port}`,
    })
  })
  context.tell({
    type: 'note',
    step: 'handover',
    message: 'This was a dry run: nothing has been started or changed',
  })
}
