import { expect, it } from 'vitest'
import { servedKeys } from '../../src/snapshot/served-ids.ts'

const key = (keyId: string) => ({
  keyId,
  provider: 'aws' as const,
  metadataPath: `/dbpath/${keyId}.aws.metadata`,
})

it('serves the key that key.store is named for, and not the others', () => {
  const served = servedKeys({ keys: [key('old'), key('new')], keystoreIds: ['new'] })
  expect(served).toEqual([{ key: key('new'), ids: ['new'] }])
})

it('serves the only key under the name of key.store as well', () => {
  expect(servedKeys({ keys: [key('k1')], keystoreIds: ['uid-7'] })).toEqual([
    { key: key('k1'), ids: ['k1', 'uid-7'] },
  ])
  expect(servedKeys({ keys: [key('k1')], keystoreIds: [] })).toEqual([{ key: key('k1'), ids: ['k1'] }])
})

it('offers each of several keys where none has the name of key.store', () => {
  const candidates = servedKeys({ keys: [key('k1'), key('k2')], keystoreIds: ['uid-7'] })
  expect(candidates.map(({ ids }) => ids)).toEqual([
    ['k1', 'uid-7'],
    ['k2', 'uid-7'],
  ])
})
