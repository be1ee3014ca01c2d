import { DamagedRecord } from '../../encrypted-store/sealed-file.ts'
import type { StoredRecords } from '../../encrypted-store/open-store.ts'
import { requireCollection } from '../namespaces.ts'
import { collectionName, type Command } from './command.ts'

/** `validate`: decrypts every document, and compares with the indexes and with what the size storer says. */
export const validate: Command = async (request, { store }) => {
  const entry = await requireCollection(store, request.database, collectionName(request))
  const records = await store.records(entry)
  const damaged = damagedRecords(records)
  const keysPerIndex = Object.fromEntries(
    await Promise.all(
      entry.indexes.map(async index => [index.spec.name, await store.indexEntries(entry, index)] as const),
    ),
  )
  const inconsistent = Object.keys(keysPerIndex).filter(name => keysPerIndex[name] !== records.count)
  const expected = store.size(entry).records
  return {
    ns: entry.namespace,
    uuid: entry.uuid,
    nInvalidDocuments: damaged.length,
    nNonCompliantDocuments: 0,
    nrecords: records.count - damaged.length,
    nIndexes: entry.indexes.length,
    keysPerIndex,
    indexDetails: Object.fromEntries(
      Object.keys(keysPerIndex).map(name => [name, { valid: !inconsistent.includes(name) }]),
    ),
    valid: damaged.length === 0 && inconsistent.length === 0,
    repaired: false,
    readOnly: false,
    warnings:
      expected === records.count
        ? []
        : [`fast count ${expected} does not match number of records ${records.count}`],
    errors: [
      ...damaged.map(damage => damage.message),
      ...inconsistent.map(name => `number of entries in index ${name} does not match number of records`),
    ],
    extraIndexEntries: [],
    missingIndexEntries: [],
    corruptRecords: damaged.map(damage => damage.index + 1),
  }
}

function damagedRecords(records: StoredRecords): DamagedRecord[] {
  const damaged: DamagedRecord[] = []
  for (let index = 0; index < records.count; index++) {
    try {
      records.read(index)
    } catch (error) {
      if (!(error instanceof DamagedRecord)) throw error
      damaged.push(error)
    }
  }
  return damaged
}
