import { afterEach, describe, expect, it } from 'vitest'
import { createEnvironments } from './environments.ts'
import { createGovernor } from './governor.ts'
import { defaultLimits } from './limits.ts'
import type { LocalServer } from './testing/local-server.ts'
import { api, dependencies, environmentAt, failureOf, openAt, startLocalServer } from './testing/local-server.ts'

const busy = { code: '0x80072322', message: 'Number of requests exceeded the limit of 6000 over time window of 300 seconds.' }
const noRows = { body: { value: [] } }

let server: LocalServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

/** Lets `count` requests through, each open for some milliseconds, and gives when each went and the most that were open at once. */
async function letThrough(count: number, limits: Partial<typeof defaultLimits>): Promise<{ readonly at: number[]; readonly most: number }> {
  const governor = createGovernor({ ...defaultLimits, ...limits })
  const at: number[] = []
  let open = 0
  let most = 0
  await Promise.all(
    Array.from({ length: count }, async () => {
      const leave = await governor.enter('read')
      at.push(performance.now())
      most = Math.max(most, ++open)
      await new Promise((resolve) => setTimeout(resolve, 2))
      open -= 1
      leave(false)
    }),
  )
  return { at, most }
}

describe('requests of one identity', () => {
  it('are never more in a window than the service allows, and use what it allows', async () => {
    const windowMs = 300
    // Half of what is allowed in a window would take seven of them. Both wait by timers of one loop, so a slow machine slows both.
    const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), 6 * windowMs))
    const through = letThrough(70, { requestsInWindow: 20, windowMs, shareOfReads: 1 })
    expect(await Promise.race([through, late])).not.toBe('late')
    const { at } = await through
    for (let i = 20; i < at.length; i += 1) expect((at[i] ?? 0) - (at[i - 20] ?? 0)).toBeGreaterThanOrEqual(windowMs - 0.01)
  })

  it('hold their place in the window from their answer on, since nobody knows when one that was slow arrived', async () => {
    const windowMs = 100
    const governor = createGovernor({ ...defaultLimits, requestsInWindow: 2, windowMs, shareOfReads: 1 })
    const [slow] = await Promise.all([governor.enter('read'), governor.enter('read').then((leave) => leave(false))])
    const gone: number[] = []
    const go = (): void => void governor.enter('read').then(() => gone.push(performance.now()))
    go()
    go()
    while (gone.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    await settled()
    expect(gone, 'one place is free, and the slow one holds the other').toHaveLength(1)
    const answeredAt = performance.now()
    slow(false)
    while (gone.length === 1) await new Promise((resolve) => setTimeout(resolve, 1))
    expect((gone[1] ?? 0) - answeredAt).toBeGreaterThanOrEqual(windowMs - 0.01)
  })

  it('leave of each window what promotions may need, when they are reads', async () => {
    const governor = createGovernor({ ...defaultLimits, requestsInWindow: 10, windowMs: 60_000, shareOfReads: 0.8 })
    const gone: string[] = []
    const go = (name: string, effect: 'read' | 'change'): void => void governor.enter(effect).then(() => gone.push(name))
    for (let i = 0; i < 9; i += 1) go(`read ${i}`, 'read')
    await settled()
    expect(gone).toHaveLength(8)
    go('change', 'change')
    await settled()
    expect(gone.at(-1)).toBe('change')
  })

  it('are never more at the same time than the service lets in', async () => {
    expect((await letThrough(40, { concurrentRequests: 6 })).most).toBe(6)
  })

  it('go before reads that wait, when they change something', async () => {
    const governor = createGovernor({ ...defaultLimits, concurrentRequests: 1 })
    const gone: string[] = []
    const leave = await governor.enter('read')
    void governor.enter('read').then(() => gone.push('read'))
    void governor.enter('change').then(() => gone.push('change'))
    leave(false)
    await settled()
    expect(gone).toEqual(['change'])
  })
})

describe('a refusal with Retry-After', () => {
  it('keeps everybody of that identity from sending until then, and they come back one by one', async () => {
    const arrivals: number[] = []
    let told: number | undefined
    const local = await startLocalServer(({ path }) => {
      if (!path.startsWith(api(''))) return undefined
      arrivals.push(performance.now())
      if (arrivals.length !== 12) return noRows
      told = performance.now()
      return { status: 429, headers: { 'retry-after': '1' }, body: { error: busy } }
    })
    server = local
    // Two environments of the configuration that are one to the service.
    const environments = createEnvironments(dependencies())
    const one = environments.open(environmentAt(local.url))
    const { credentials } = environmentAt(local.url)
    const other = environments.open(environmentAt(`${local.url}/`, { purpose: 'production', credentials }))
    const work = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? one : other).fetchSolution('Loans'))
    expect((await Promise.all(work)).every((found) => found === undefined)).toBe(true)

    // What was on its way already when the answer came cannot be called back, and is there long before, on a busy machine too.
    const afterwards = arrivals.filter((at) => at > (told ?? 0) + 500)
    expect(told).toBeDefined()
    expect((afterwards[0] ?? 0) - (told ?? 0)).toBeGreaterThanOrEqual(999)
    expect(arrivals).toHaveLength(61)
  })

  it('ends a change that was turned away, without sending it again, and holds those behind it', async () => {
    let patches = 0
    const local = await startLocalServer(({ path, method }) => {
      if (method === 'PATCH') return ++patches > 0 ? { status: 429, headers: { 'retry-after': '1' }, body: { error: busy } } : undefined
      return path.startsWith(api('')) ? noRows : undefined
    })
    server = local
    const environment = openAt(local.url)
    expect(await failureOf(environment.setFlowState('0f6e2d4a-0000-4000-8000-000000000001', 'on'))).toMatchObject({
      code: 'dataverse.throttled',
      retryAfterMs: 1000,
    })
    const before = performance.now()
    await environment.fetchSolution('Loans')
    expect(performance.now() - before).toBeGreaterThan(900)
    expect(patches).toBe(1)
  })

  it('that is longer than anybody would wait fails at once, without a request', async () => {
    let answers = 0
    const local = await startLocalServer(({ path }) => {
      if (!path.startsWith(api(''))) return undefined
      answers += 1
      return { status: 429, headers: { 'retry-after': '3600' }, body: { error: busy } }
    })
    server = local
    const environment = openAt(local.url)
    for (const _ of [1, 2, 3]) {
      expect(await failureOf(environment.fetchSolution('Loans'))).toMatchObject({ code: 'dataverse.throttled', isRetryable: true })
    }
    expect(answers).toBe(1)
  })

  it('lets one request go first, then two, then four', async () => {
    const governor = createGovernor({ ...defaultLimits, concurrentRequests: 8 })
    governor.hold(30)
    const leaves: ((isThrottled: boolean) => void)[] = []
    for (let i = 0; i < 20; i += 1) void governor.enter('read').then((leave) => leaves.push(leave))
    await new Promise((resolve) => setTimeout(resolve, 60))
    const rounds: number[] = []
    while (leaves.length > 0 && rounds.length < 4) {
      rounds.push(leaves.length)
      for (const leave of leaves.splice(0)) leave(false)
      await settled()
    }
    expect(rounds).toEqual([1, 2, 4, 8])
  })
})

async function settled(): Promise<void> {
  for (let i = 0; i < 5; i += 1) await Promise.resolve()
}
