import { counted } from '../../lib/format.ts'
import { checkData as checkMongod, type Health } from '../../mongod/health.ts'
import type { RestoreContext } from '../context.ts'
import type { DatabaseSummary } from '../interview.ts'
import { catalogue, choice } from '../questions.ts'
import type { StartedMongod } from './mongod.ts'

/** Reads from every collection, which proves that the data decrypts. What is unreadable is a finding. Throws CHECK-004. */
export async function checkData(context: RestoreContext, mongod: StartedMongod): Promise<Health> {
  const depth = await context.ask(
    choice(catalogue.check, {
      options: [
        { value: 'quick', label: 'Quick', hint: 'count every collection and read a document of it' },
        { value: 'deep', label: 'Deep', hint: 'validate every collection as well: reads all of the data' },
      ],
      default: 'quick',
    }),
  )
  const health = await checkMongod({
    port: mongod.port,
    depth: depth === 'deep' ? 'deep' : 'quick',
    argv: mongod.argv,
    onProgress: ({ done, total, namespace }) =>
      context.tell({
        type: 'progress',
        step: 'check',
        done,
        total,
        unit: 'collections',
        ...(namespace === undefined ? {} : { message: namespace }),
      }),
    signal: context.signal,
  })
  for (const finding of health.findings) context.tell({ type: 'finding', step: 'check', ...finding })
  if (health.argumentsLost.length > 0) {
    const lost = health.argumentsLost.join(' ')
    context.tell({
      type: 'note',
      step: 'check',
      message: `mongod does not report these words of its command: ${lost}`,
    })
  }
  context.tell({ type: 'step', step: 'check', status: 'done', summary: summaryOf(health) })
  return health
}

/** One row a database, as the `ready` event lists them. */
export function summariesOf({ databases }: Health): readonly DatabaseSummary[] {
  return databases.map(({ name, sizeOnDisk, collections }) => ({
    name,
    sizeOnDisk,
    collections: collections.length,
    documents: collections.reduce((sum, { count }) => sum + (count ?? 0), 0),
  }))
}

function summaryOf(health: Health): string {
  const databases = summariesOf(health)
  const collections = databases.reduce((sum, each) => sum + each.collections, 0)
  const documents = databases.reduce((sum, each) => sum + each.documents, 0)
  const problems = health.findings.filter(({ severity }) => severity === 'error').length
  return [
    counted(databases.length, 'database'),
    counted(collections, 'collection'),
    counted(documents, 'document'),
    problems === 0 ? 'all readable' : counted(problems, 'problem'),
  ].join(' · ')
}
