import { describe, expect, it } from 'vitest'
import { element } from '#format'
import type { ReadTransaction, Transaction } from '../store/store.ts'
import { putPart } from './content.ts'
import { memoByDigest } from './digest-memo.ts'

function blobsInMemory() {
  const blobs = new Map<string, Uint8Array>()
  const reads: string[] = []
  const tx = {
    putBlob(bytes: Uint8Array) {
      const digest = `digest-${blobs.size}`
      blobs.set(digest, bytes)
      return digest
    },
    blob(digest: string) {
      reads.push(digest)
      return blobs.get(digest)
    },
  }
  // Parts need only the blobs of a transaction.
  return { tx: tx as unknown as Transaction & ReadTransaction, reads }
}

function role(name: string) {
  const xml = element('Role', { name }, [])
  return { kind: 'Role', key: name, displayName: name, parent: undefined, section: ['Roles'], xml, files: [] }
}

describe('facts remembered by digest', () => {
  it('read each definition once, however often they are asked for, also when the fact is that there is none', () => {
    const { tx, reads } = blobsInMemory()
    const nothing = memoByDigest((): undefined => undefined)
    const digest = putPart(tx, role('Clerk'))
    expect([nothing(tx, digest), nothing(tx, digest), nothing(tx, digest)]).toEqual([undefined, undefined, undefined])
    expect(reads).toEqual([digest])
  })

  it('follow a component to its new content', () => {
    const { tx } = blobsInMemory()
    const nameOf = memoByDigest((part) => part.displayName)
    expect([role('Clerk'), role('Auditor')].map((part) => nameOf(tx, putPart(tx, part)))).toEqual(['Clerk', 'Auditor'])
  })
})
