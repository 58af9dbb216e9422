import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestDatabase } from '../../../test/support/test-database.ts'
import { openTestDatabase } from '../../../test/support/test-database.ts'
import { createFence } from './index.ts'

let database: TestDatabase
let admin: Client

beforeAll(async () => {
  database = await openTestDatabase()
  admin = new Client({ connectionString: database.adminUrl })
  await admin.connect()
})

afterAll(async () => {
  await admin.end()
  await database.close()
})

describe('a fence', () => {
  it('lets its holder act while the lease is held, and gives back what was done', async () => {
    const done = await createFence(database.appUrl).hold('test', 'a-1', async (lease) => {
      await lease.check()
      return 'done'
    })
    expect(done).toBe('done')
  })

  it('stops a holder whose connection the database ended', async () => {
    const acting = createFence(database.appUrl).hold('test', 'a-1', async (lease) => {
      await lease.check()
      await cut('drover fence a-1')
      await lease.check()
    })
    await expect(acting).rejects.toMatchObject({ code: 'fence.lost' })
  })

  it('stops a holder although another took the lease meanwhile', async () => {
    const fence = createFence(database.appUrl)
    const order: string[] = []
    const zombie = fence.hold('test', 'zombie', async (lease) => {
      await cut('drover fence zombie')
      await fence.hold('test', 'heir', async (theirs) => {
        await theirs.check()
        order.push('heir acted')
        await expect(lease.check()).rejects.toMatchObject({ code: 'fence.lost' })
      })
      await lease.check()
      order.push('zombie acted')
    })
    await expect(zombie).rejects.toMatchObject({ code: 'fence.lost' })
    expect(order).toEqual(['heir acted'])
  })

  it('makes a second holder wait for the first', async () => {
    const fence = createFence(database.appUrl)
    const order: string[] = []
    let second: Promise<void> = Promise.resolve()
    await fence.hold('test', 'first', async () => {
      second = fence.hold('test', 'second', async () => void order.push('second'))
      await untilWaiting()
      order.push('first')
    })
    await second
    expect(order).toEqual(['first', 'second'])
  })

  it('names who holds it to a second holder that waited long enough', async () => {
    const fence = createFence(database.appUrl, { waitMs: 50 })
    await fence.hold('test', 'a-1', async () => {
      await expect(fence.hold('test', 'a-2', async () => undefined)).rejects.toMatchObject({
        code: 'fence.busy',
        isRetryable: true,
        message: expect.stringContaining('drover fence a-1'),
      })
    })
  })

  it('keeps environments apart', async () => {
    const fence = createFence(database.appUrl, { waitMs: 50 })
    await fence.hold('test', 'a-1', () => fence.hold('production', 'a-2', (lease) => lease.check()))
  })

  it('is free again after its holder failed', async () => {
    const fence = createFence(database.appUrl, { waitMs: 5000 })
    await expect(fence.hold('test', 'a-1', () => Promise.reject(new Error('import failed')))).rejects.toThrow('import failed')
    await fence.hold('test', 'a-2', (lease) => lease.check())
  })

  it('says that the database does not answer', async () => {
    const fence = createFence('postgresql://x:y@127.0.0.1:1/none')
    await expect(fence.hold('test', 'a-1', async () => undefined)).rejects.toMatchObject({ code: 'fence.unreachable', isRetryable: true })
  })
})

async function cut(applicationName: string): Promise<void> {
  const { rowCount } = await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [
    applicationName,
  ])
  expect(rowCount).toBe(1)
}

async function untilWaiting(): Promise<void> {
  for (;;) {
    const { rowCount } = await admin.query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    if (rowCount === 1) return
  }
}
