import { describe, expect, it } from 'vitest'
import { activeAesKey, ObjectStore } from '../../src/kmip/objects.ts'
import { operations } from '../../src/kmip/operations/table.ts'
import { labPolicy, restorePolicy } from '../../src/kmip/policy.ts'
import { Secret } from '../../src/lib/secret.ts'

describe('a store of objects', () => {
  it('serves one key under several ids', () => {
    const store = new ObjectStore()
    const key = new Secret(Buffer.alloc(32, 3))
    activeAesKey(store, { uniqueIdentifier: ['one', 'two'], key, name: 'master' })
    expect(store.uniqueIdentifiers).toEqual(['one', 'two'])
    for (const id of ['one', 'two']) {
      expect(store.get(id)!.attributes.get('Unique Identifier')).toBe(id)
      expect(store.get(id)!.material!.bytes).toBe(key)
      expect(store.get(id)!.attributes.get('Name')).toEqual({
        nameValue: 'master',
        nameType: 'UninterpretedTextString',
      })
    }
  })

  it('takes no key of another length, and no id twice', () => {
    const store = new ObjectStore()
    const key = (length: number) => new Secret(Buffer.alloc(length))
    expect(() => activeAesKey(store, { uniqueIdentifier: 'a', key: key(31) })).toThrow('32 bytes')
    activeAesKey(store, { uniqueIdentifier: 'a', key: key(32) })
    expect(() => activeAesKey(store, { uniqueIdentifier: 'a', key: key(32) })).toThrow('already')
  })

  it('overwrites its keys when it is wiped', () => {
    const store = new ObjectStore()
    const key = new Secret(Buffer.alloc(32, 3))
    const bytes = key.revealBytes()
    activeAesKey(store, { uniqueIdentifier: ['one', 'two'], key })
    store.wipe()
    expect(bytes).toEqual(Buffer.alloc(32))
    expect(store.uniqueIdentifiers).toEqual([])
  })

  it('does not show a key to whoever prints it', () => {
    const store = new ObjectStore()
    activeAesKey(store, { uniqueIdentifier: 'a', key: new Secret('canary-canary-canary-canary-cana') })
    expect(JSON.stringify(store.get('a'))).not.toContain('canary')
  })
})

describe('the policies', () => {
  it('let through operations that there are: lab all, restore those that change nothing', () => {
    expect([...labPolicy.operations].toSorted()).toEqual(Object.keys(operations).toSorted())
    const changing = [
      'Create',
      'Register',
      'AddAttribute',
      'ModifyAttribute',
      'DeleteAttribute',
      'Revoke',
      'Destroy',
    ]
    expect([...restorePolicy.operations].filter(name => changing.includes(name))).toEqual([])
  })
})
