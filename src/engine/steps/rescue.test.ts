import { describe, expect, it } from 'vitest'
import type { Digest } from '#domain/kernel'
import { DroverError, toId } from '#domain/kernel'
import type { DurableContext } from '#engine/ports'
import type { AttemptFacts, AttemptRun } from '../promotion/run.ts'
import { rescue } from './rescue.ts'

const facts: AttemptFacts = { before: null, uploadId: '', importJobId: '', earlierImport: null }

describe('a worker that lost its lease while it saved', () => {
  it('deletes nothing: whoever has the lease now goes on with what it had saved', async () => {
    const { run, removed } = runOf({ leaseIsLostAfter: 1 })
    await expect(rescue(run, facts)).rejects.toMatchObject({ code: 'fence.lost' })
    expect(removed).toEqual([])
  })

  it('deletes what it saved where the lease still is its own and saving broke', async () => {
    const { run, removed } = runOf({ breaksAt: 1 })
    await expect(rescue(run, facts)).rejects.toMatchObject({ code: 'rescue.full' })
    expect(removed).toEqual(['sha256:0'])
  })
})

/** An attempt that saves two tables. */
function runOf(of: { readonly leaseIsLostAfter?: number; readonly breaksAt?: number }) {
  const removed: Digest[] = []
  let checks = 0
  let puts = 0
  const ctx: DurableContext = {
    // Nothing has begun to destroy yet: that is recorded.
    step: async <T>(name: string, fn: () => Promise<T>) => (name === 'rescue-look' ? (null as T) : fn()),
    sleep: async () => undefined,
    now: async () => '2026-11-21T12:00:00.000Z',
    id: async () => 'id',
  }
  const rescues = {
    async put() {
      if (puts === of.breaksAt) throw new DroverError('rescue.full', 'There is no room.')
      return { digest: toId<Digest>(`sha256:${puts++}`), size: 1 }
    },
    async remove(digest: Digest) {
      removed.push(digest)
    },
  }
  const items = ['hand_boat', 'hand_ship'].map((table) => ({ table, columns: undefined }))
  async function checkLease(): Promise<void> {
    if (of.leaseIsLostAfter !== undefined && checks++ >= of.leaseIsLostAfter) throw new DroverError('fence.lost', 'The lease is gone.')
  }
  // Nothing else of an attempt is needed until all tables are saved.
  const request = { plan: { rescue: items } }
  const target = { fetchShape: async () => ({ isThere: true, contents: [], unread: [], joins: [] }) }
  const run = { ctx, attemptId: toId('a-1'), promotionId: toId('p-1'), request, deps: { rescues }, target, checkLease }
  return { run: run as unknown as AttemptRun, removed }
}
