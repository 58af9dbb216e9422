import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createEnvironments } from '#adapters/dataverse'
import type { UpgradeDeed } from '#domain/environment'
import { DroverError } from '#domain/kernel'
import type { UpgradeJob } from '#domain/promotion'
import type { DurableContext, OpenEnvironment } from '#engine/ports'
import { dependencies, environmentAt } from '../../adapters/dataverse/testing/local-server.ts'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { bring } from '../../../test/conformance/life-of-solutions.ts'
import type { Organisation } from '../../../test/conformance/organisation.ts'
import { openLocal, rowsOf } from '../../../test/conformance/organisation.ts'
import { version } from '../../../test/support/domain-builders.ts'
import { workUpgrade } from './work-upgrade.ts'

let organisation: Organisation
let count = 0
/** A table and a solution of each test's own. */
let table: string
let solution: string

beforeAll(async () => {
  organisation = await openLocal()
})
afterAll(() => organisation.close())
beforeEach(() => {
  count++
  table = `hand_barge${count}`
  solution = `Barges${count}`
})

function open(): OpenEnvironment {
  const { url, tokenUrl, clientId, clientSecret } = organisation
  const credentials = { tokenUrl, clientId, clientSecret: { kind: 'environment', variable: 'SECRET' } } as const
  return createEnvironments(dependencies({ secrets: { resolve: async () => clientSecret } })).open(environmentAt(url, { credentials }))
}

function barges(number: string, columns: readonly string[]): HandMade {
  return { name: solution, version: number, isManaged: true, tables: [{ name: table, columns: columns.map((name) => ({ name })) }] }
}

/** Version 2 waits; applied, it drops `hand_log`, in which there is a value. */
async function stageUpgrade(): Promise<void> {
  await bring(organisation, barges('1.0.0.0', ['hand_log', 'hand_port']))
  await organisation.call('POST', `${table}s`, { body: { hand_name: 'Ada', hand_log: 'fog' } })
  await bring(organisation, barges('2.0.0.0', ['hand_port']), { HoldingSolution: true })
}

const killed = new Error('kill -9')

/** A worker's memory and records, both of which outlive it; each run of it is a new process. */
function world(deed: UpgradeDeed, targetOf: (target: OpenEnvironment) => Partial<OpenEnvironment> = () => ({})) {
  const recorded = new Map<string, unknown>()
  const facts = new Map<string, UpgradeJob>()
  const real = open()
  const target = { ...real, ...targetOf(real) }
  const pace = { pollMs: 10, settleMs: 80, operationTimeoutMs: 300_000, startAttempts: 3, retryMs: 5, turnedAwayMs: 5_000 }
  const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
  async function run(die: (step: string, phase: 'before' | 'after') => void = () => undefined) {
    const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
      if (recorded.has(name)) return recorded.get(name) as T // recorded by the same step before
      die(name, 'before')
      const result = await work()
      die(name, 'after')
      recorded.set(name, JSON.parse(JSON.stringify(result ?? null)))
      return result
    }
    const ctx = { step, sleep: wait } as unknown as DurableContext // nothing else is used of it
    return workUpgrade(
      {
        deps: { clock: { now: () => new Date().toISOString() as never }, pause: wait },
        ctx,
        pace,
        environment: { name: 'Test' },
        target,
        checkLease: async () => undefined,
        async record(key, job) {
          if (facts.has(key)) return false
          facts.set(key, job)
          return true
        },
      },
      { solution, version: version('2.0.0.0'), deed },
    )
  }
  return { run, recorded, facts }
}

async function operations(message: 'DeleteAndPromoteAsync' | 'UninstallSolutionAsync'): Promise<number> {
  return rowsOf(await organisation.call('GET', `asyncoperations?$select=asyncoperationid&$filter=messagename eq '${message}'`)).length
}

async function value(): Promise<unknown> {
  return rowsOf(await organisation.call('GET', `${table}s`))[0]?.['hand_log']
}

async function installed(): Promise<unknown> {
  const { base, holding } = await open().findUpgrade(solution, 'apply')
  return [base, holding]
}

describe('applying a staged upgrade', () => {
  it('leaves the values of a dropped column until then, and takes them then', async () => {
    await stageUpgrade()
    expect(await value()).toBe('fog')
    const { run, facts } = world('apply')
    expect(await run()).toMatchObject({ end: 'done', note: expect.stringContaining('2.0.0.0 is applied') })
    expect([await value(), await installed()]).toEqual([undefined, ['2.0.0.0', undefined]])
    expect([...facts.values()].at(-1)).toMatchObject({ deed: 'apply', state: 'passed' })
  })

  it('is started exactly once, wherever power fails', async () => {
    await stageUpgrade()
    const before = await operations('DeleteAndPromoteAsync')
    const { run } = world('apply')
    const cuts = new Set<string>()
    for (;;) {
      // Each life comes a little further than the one before: it dies around the first step at which none has died yet.
      const end = await run((step, phase) => {
        const cut = `${step.replace(/-\d+$/, '')} ${phase}`
        if (cuts.has(cut)) return
        cuts.add(cut)
        throw killed
      }).catch((error: unknown) => {
        if (error === killed) return undefined
        throw error
      })
      if (end === undefined) continue
      expect(end.end).toBe('done')
      break
    }
    expect([...cuts]).toEqual(
      expect.arrayContaining(['look-before-apply after', 'start-apply before', 'start-apply after', 'follow-apply after']),
    )
    expect(await operations('DeleteAndPromoteAsync')).toBe(before + 1)
    expect(await installed()).toEqual(['2.0.0.0', undefined])
  })

  it('is sent after all when power failed between its mark and the request', async () => {
    await stageUpgrade()
    const before = await operations('DeleteAndPromoteAsync')
    const { run, facts } = world('apply')
    facts.set('apply-sent-0', { deed: 'apply', state: 'sent' })
    expect((await run()).end).toBe('done')
    expect([...facts.keys()].filter((key) => key.includes('sent'))).toEqual(['apply-sent-0', 'apply-sent-1'])
    expect(await operations('DeleteAndPromoteAsync')).toBe(before + 1)
  })

  it('is not sent again when its answer was lost: what stands, or the operation, tells that it arrived', async () => {
    await stageUpgrade()
    const before = await operations('DeleteAndPromoteAsync')
    const { run } = world('apply', (target) => ({
      startUpgradeApplication: async (name) => {
        await target.startUpgradeApplication(name)
        throw new DroverError('dataverse.ambiguous', 'the line broke')
      },
    }))
    expect((await run()).end).toBe('done')
    expect(await operations('DeleteAndPromoteAsync')).toBe(before + 1)
  })

  it('is held when the environment does not tell whether it arrived', async () => {
    await stageUpgrade()
    let isSent = false
    const { run } = world('apply', (target) => ({
      findUpgrade: async (...asked) => {
        if (isSent) throw new DroverError('dataverse.unreachable', 'nobody there', { isRetryable: true })
        return target.findUpgrade(...asked)
      },
      startUpgradeApplication: async () => {
        isSent = true
        throw new DroverError('dataverse.ambiguous', 'the line broke')
      },
    }))
    expect(await run()).toMatchObject({ end: 'indeterminate', message: expect.stringContaining('It is not sent again') })
    expect(await installed()).toEqual(['1.0.0.0', '2.0.0.0'])
  })

  it('is sent again when it certainly did not arrive, a few times', async () => {
    await stageUpgrade()
    let tries = 0
    const { run } = world('apply', (target) => ({
      startUpgradeApplication: async (name) => {
        if (tries++ < 2) throw new DroverError('dataverse.unreachable', 'nobody there', { isRetryable: true })
        return target.startUpgradeApplication(name)
      },
    }))
    expect((await run()).end).toBe('done')
    expect(tries).toBe(3)
  })

  it('fails with the words of the platform when something needs what would go; base and staged upgrade stay, with their data', async () => {
    const pier = `hand_pier${count}`
    const whole = (number: string, tables: HandMade['tables']): HandMade => ({
      name: solution,
      version: number,
      isManaged: true,
      ...(tables === undefined ? {} : { tables }),
    })
    await bring(organisation, whole('1.0.0.0', [{ name: table, columns: [{ name: 'hand_log' }] }, { name: pier }]))
    await organisation.call('POST', `${table}s`, { body: { hand_name: 'Ada', hand_log: 'fog' } })
    const needing = { name: `hand_rope${count}` }
    await bring(organisation, {
      name: `Ropes${count}`,
      version: '1.0.0.0',
      isManaged: true,
      tables: [needing],
      lookups: [{ from: needing.name, column: 'hand_bargeid', to: table }],
    })
    await bring(organisation, whole('2.0.0.0', [{ name: pier }]), { HoldingSolution: true })
    const { run, facts } = world('apply')
    expect(await run()).toMatchObject({
      end: 'failed',
      refusal: { code: 'upgrade.refused', message: expect.stringContaining('0x8004F01D') },
    })
    expect([...facts.values()].at(-1)).toMatchObject({ state: 'failed' })
    expect([await value(), await installed()]).toEqual(['fog', ['1.0.0.0', '2.0.0.0']])
    expect((await world('withdraw').run()).end).toBe('done')
    expect([await value(), await installed()]).toEqual(['fog', ['1.0.0.0', undefined]])
  })

  it('changes nothing when another version waits, or none', async () => {
    await bring(organisation, barges('1.0.0.0', ['hand_log']))
    expect(await world('apply').run()).toMatchObject({ end: 'failed', refusal: { code: 'upgrade.not-there' } })
    await bring(organisation, barges('3.0.0.0', ['hand_port']), { HoldingSolution: true })
    expect(await world('apply').run()).toMatchObject({ end: 'failed', refusal: { code: 'upgrade.not-there' } })
    expect(await installed()).toEqual(['1.0.0.0', '3.0.0.0'])
  })
})

describe('withdrawing a staged upgrade', () => {
  it('leaves the solution and its data as they were, and is started exactly once, wherever power fails', async () => {
    await stageUpgrade()
    const before = await operations('UninstallSolutionAsync')
    const { run } = world('withdraw')
    for (const step of ['look-before-withdraw', 'start-withdraw-0', 'record-withdraw-operation', 'read-withdraw-result'])
      for (const phase of ['before', 'after']) {
        const life = run((at, when) => {
          if (at === step && when === phase) throw killed
        })
        await expect(life).rejects.toBe(killed)
      }
    expect(await run()).toMatchObject({ end: 'done' })
    expect(await operations('UninstallSolutionAsync')).toBe(before + 1)
    expect([await value(), await installed()]).toEqual(['fog', ['1.0.0.0', undefined]])
  })

  it('is done already when nobody left anything to withdraw, and impossible when it was applied', async () => {
    await bring(organisation, barges('1.0.0.0', ['hand_log']))
    expect(await world('withdraw').run()).toMatchObject({ end: 'done' })
    await bring(organisation, barges('2.0.0.0', ['hand_log', 'hand_port']))
    expect(await world('withdraw').run()).toMatchObject({ end: 'failed', refusal: { code: 'upgrade.not-there' } })
  })
})
