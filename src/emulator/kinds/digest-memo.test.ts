import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { ComponentPart } from '#format'
import { element } from '#format'
import type { ReadTransaction, Transaction } from '../store/store.ts'
import { putPart, readPart } from './content.ts'
import { memoByDigest } from './digest-memo.ts'

function storeOfBlobs(): Transaction & ReadTransaction {
  const blobs = new Map<string, Uint8Array>()
  const tx = {
    putBlob(bytes: Uint8Array) {
      const digest = createHash('sha256').update(bytes).digest('hex')
      blobs.set(digest, bytes)
      return digest
    },
    blob: (digest: string) => blobs.get(digest),
  }
  // Parts need only the blobs of a transaction.
  return tx as unknown as Transaction & ReadTransaction
}

function role(name: string): ComponentPart {
  const xml = element('Role', { name }, [])
  return { kind: 'Role', key: name, displayName: name, parent: undefined, section: ['Roles'], xml, files: [] }
}

describe('facts remembered by digest', () => {
  it('are derived once for each content, also when the fact is that there is none', () => {
    const tx = storeOfBlobs()
    const asked: string[] = []
    const nothing = memoByDigest((part): undefined => {
      asked.push(part.key)
    })
    const digests = ['Clerk', 'Auditor'].map((name) => putPart(tx, role(name)))
    for (const digest of [...digests, ...digests]) expect(nothing(tx, digest)).toBe(undefined)
    expect(asked).toEqual(['Clerk', 'Auditor'])
  })

  it('follow a component to its new content', () => {
    const tx = storeOfBlobs()
    const nameOf = memoByDigest((part) => part.displayName)
    expect([role('Clerk'), role('Auditor')].map((part) => nameOf(tx, putPart(tx, part)))).toEqual(['Clerk', 'Auditor'])
  })
})

describe('a stored part', () => {
  it('reads the same right after it was stored and when many others were stored since', () => {
    const tx = storeOfBlobs()
    const part = { ...role('Clerk'), files: [{ path: 'Roles/Clerk.txt', bytes: Buffer.from('all that a clerk may') }] }
    const digest = putPart(tx, part)
    const fresh = readPart(tx, digest)
    for (let at = 0; at < 100; at++) putPart(tx, role(`Role ${at}`))
    expect(readPart(tx, digest)).not.toBe(fresh)
    expect(readPart(tx, digest)).toEqual(fresh)
  })
})
