import type { BsonDocument } from '../encrypted-store/catalog.ts'
import { isDocument } from './bson-document.ts'
import { CommandFailure, notSimulated } from './commands/command-failure.ts'
import { compileFilter } from './filter.ts'

export type Documents = AsyncIterable<BsonDocument>

type Stage = (specification: unknown) => (documents: Documents) => Documents

/** The stages that drivers, shells and the view of the practice snapshot need. */
const stages: Readonly<Record<string, Stage>> = {
  $match: specification => {
    if (!isDocument(specification))
      throw new CommandFailure('BadValue', 'the match filter must be an expression in an object')
    const matches = compileFilter(specification)
    return async function* (documents) {
      for await (const document of documents) if (matches(document)) yield document
    }
  },
  $skip: specification => {
    const count = Number(specification)
    return async function* (documents) {
      let seen = 0
      for await (const document of documents) if (seen++ >= count) yield document
    }
  },
  $limit: specification => {
    const count = Number(specification)
    return async function* (documents) {
      let seen = 0
      for await (const document of documents) {
        yield document
        if (++seen >= count) return
      }
    }
  },
  $count: specification => {
    if (typeof specification !== 'string')
      throw new CommandFailure('BadValue', 'the count field must be a non-empty string')
    return documents => counted(documents, count => ({ [specification]: count }))
  },
  /** Only the form by which drivers count: `{ _id: <constant>, n: { $sum: 1 } }`. */
  $group: specification => {
    const { _id: id, ...sums } = isDocument(specification) ? specification : {}
    const [field, ...others] = Object.keys(sums)
    const isCount = field !== undefined && others.length === 0 && isSumOfOnes(sums[field])
    if (!isCount || (id !== null && typeof id !== 'number')) throw notSimulated('this $group: only counting')
    return documents => counted(documents, count => ({ _id: id, [field]: count }))
  },
}

/** Compiles a pipeline. Throws `CommandFailure` before anything is read when a stage is not known. */
export function compilePipeline(pipeline: readonly unknown[]): (documents: Documents) => Documents {
  const compiled = pipeline.map(stage => {
    const [name, ...others] = isDocument(stage) ? Object.keys(stage) : []
    if (name === undefined || others.length > 0) {
      throw new CommandFailure(
        'BadValue',
        'A pipeline stage specification object must contain exactly one field.',
      )
    }
    const known = stages[name]
    if (known === undefined) throw notSimulated(`the pipeline stage ${name}`)
    return known((stage as BsonDocument)[name])
  })
  return documents => compiled.reduce((soFar, stage) => stage(soFar), documents)
}

function isSumOfOnes(accumulator: unknown): boolean {
  return isDocument(accumulator) && Object.keys(accumulator).length === 1 && Number(accumulator.$sum) === 1
}

/** As with mongod, nothing at all comes out where nothing went in. */
async function* counted(documents: Documents, result: (count: number) => BsonDocument): Documents {
  const count = await countOf(documents)
  if (count > 0) yield result(count)
}

/** How many there are; each is read, and so decrypted. */
export async function countOf(documents: Documents): Promise<number> {
  const iterator = documents[Symbol.asyncIterator]()
  let count = 0
  while ((await iterator.next()).done !== true) count++
  return count
}
