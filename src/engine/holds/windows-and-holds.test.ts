import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EnvironmentId, Instant, PromotionId } from '#domain/kernel'
import { DroverError, toId } from '#domain/kernel'
import type { Freeze } from '#domain/pipeline'
import type { Attempt } from '#domain/promotion'
import type { Release } from '#domain/release'
import { sweep } from '#engine'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import type { Dying, PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, kill, openPromotionWorld } from '../../../test/support/promotion-world.ts'

const hourMs = 3_600_000
const prod = toId<EnvironmentId>('prod')

let world: PromotionWorld
let minor = 0
/** How far the clock of the product goes ahead of the real one. */
let aheadMs = 0

beforeAll(async () => {
  world = await openPromotionWorld()
  const now = (): Instant => toId<Instant>(new Date(Date.now() + aheadMs).toISOString())
  // All of the engine reads the one clock of its dependencies.
  Object.assign(world.deps, { clock: { now } })
})
afterAll(() => world.close())

function ferries(): HandMade {
  minor++
  return { name: 'Permits', version: `1.${minor}.0.0`, tables: [{ name: 'hand_ferry', columns: [{ name: `hand_log${minor}` }] }] }
}

/** A freeze of the only stage, in hours from now; without one it takes promotions at all times. */
async function freeze(fromHours?: number, toHours?: number): Promise<void> {
  const configuration = (await world.engine.loadConfiguration())?.configuration
  if (configuration === undefined) throw new Error('no configuration')
  const wall = (hours: number) => new Date(Date.now() + aheadMs + hours * hourMs).toISOString().slice(0, 16)
  const freezes: Freeze[] =
    fromHours === undefined || toHours === undefined
      ? []
      : [{ name: 'stocktaking', from: wall(fromHours), to: wall(toHours), reason: 'all count' }]
  const pipelines = configuration.pipelines.map((pipeline) => ({
    ...pipeline,
    stages: pipeline.stages.map(({ freezes: _before, ...stage }) => (freezes.length === 0 ? stage : { ...stage, freezes })),
  }))
  // Past the rules of applying: what is in force is what the test says.
  const events = [
    { type: 'configuration-applied', data: { configuration: { ...configuration, timeZone: 'Etc/UTC', pipelines }, changes: [] } },
  ]
  await world.deps.ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events })
}

async function approved(release?: Release): Promise<PromotionId> {
  const { promotion } = await world.request(release ?? (await world.seal(ferries())))
  const { promotionId } = promotion.request
  granted(await world.approve(promotionId))
  return promotionId
}

async function stateOf(promotionId: PromotionId): Promise<string> {
  return (await world.view(promotionId)).promotion.status.state
}

async function attemptOf(promotionId: PromotionId): Promise<Attempt> {
  const { status } = (await world.view(promotionId)).promotion
  if (!('attempt' in status)) throw new Error(`it is ${status.state}`)
  return status.attempt
}

function at(step: string, phase: 'before' | 'after', then: () => void): Dying {
  let isDone = false
  return (name, when) => {
    if (isDone || name !== step || when !== phase) return
    isDone = true
    then()
  }
}

const typesOf = async (promotionId: PromotionId) => (await world.events(promotionId)).map(({ type }) => type)

describe('a promotion into a frozen stage', () => {
  it('waits with its reasons, and starts by itself when the freeze is over', async () => {
    await freeze(-1, 2)
    const promotionId = await approved()
    const gate = (await world.view(promotionId)).gates.find(({ kind }) => kind === 'change-window')
    expect(gate).toMatchObject({ state: 'pending', reasons: [{ message: expect.stringContaining('stocktaking (all count)') as string }] })
    await sweep(world.deps)
    expect(await stateOf(promotionId)).toBe('pending')
    aheadMs += 2 * hourMs
    await sweep(world.deps)
    expect([await world.work(), await stateOf(promotionId)]).toEqual(['done', 'succeeded'])
  })

  it('that was asked for before the freeze was declared waits as well', async () => {
    await freeze()
    const { promotion } = await world.request(await world.seal(ferries()))
    const { promotionId } = promotion.request
    await freeze(-1, 2)
    granted(await world.approve(promotionId))
    expect(await stateOf(promotionId)).toBe('pending')
    await freeze()
    await sweep(world.deps)
    expect([await world.work(), await stateOf(promotionId)]).toEqual(['done', 'succeeded'])
  })
})

describe('an attempt whose window closes while it prepares', () => {
  it.each([
    ['', undefined],
    [', whose worker is killed before that is recorded', 'before'],
    [', whose worker is killed after that is recorded', 'after'],
  ] as const)(
    'ends before it changed anything, and the promotion goes in when the stage opens again, with what people said%s',
    async (_how, death) => {
      await freeze(1, 3)
      const promotionId = await approved()
      const late = at('stage', 'after', () => (aheadMs += 2 * hourMs))
      const dies = death === undefined ? () => undefined : at('window-before-import', death, kill)
      expect(
        await world.work((name, phase) => {
          late(name, phase)
          dies(name, phase)
        }),
      ).toBe(death === undefined ? 'done' : 'killed')
      if (death === 'after') {
        // The stage is open again before the worker is back: what ended in the ledger does not go on.
        expect(await stateOf(promotionId)).toBe('pending')
        aheadMs += 2 * hourMs
      }
      expect(await world.work()).toBe('done')
      expect(await stateOf(promotionId)).toBe('pending')
      const types = await typesOf(promotionId)
      expect([types.filter((type) => type === 'attempt-postponed').length, types.includes('job-recorded')]).toEqual([1, false])
      if (death !== 'after') aheadMs += 2 * hourMs
      await sweep(world.deps)
      expect([await world.work(), await stateOf(promotionId)]).toEqual(['done', 'succeeded'])
      expect((await world.view(promotionId)).promotion.decisions).toHaveLength(1)
    },
  )

  it('goes on to its end once the import was sent, and says by how much it outlasted the window', async () => {
    await freeze(1, 30)
    const promotionId = await approved()
    expect(await world.work(at('start-import-0', 'after', () => (aheadMs += 2 * hourMs)))).toBe('done')
    expect(await stateOf(promotionId)).toBe('succeeded')
    const outlasted = (await attemptOf(promotionId)).outlasted
    expect(outlasted?.byMs, JSON.stringify(outlasted)).toBeGreaterThan(hourMs - 120_000)
    expect((await typesOf(promotionId)).slice(-3)).toEqual(['window-outlasted', 'attempt-succeeded', 'promotion-tagged'])
  })
})

async function holds() {
  return granted(await world.engine.loadEnvironmentRecord(prod)).holds ?? []
}

const breaks = () =>
  at('begin-verify', 'before', () => {
    throw new DroverError('unexpected', 'The disk is full.')
  })

describe('a pet in which a promotion broke after its import', () => {
  beforeAll(() => freeze())

  it('is held: nothing else goes in, the ways back are offered, and the promotion that is resumed and goes well ends it', async () => {
    const promotionId = await approved()
    await world.work(breaks())
    expect(await stateOf(promotionId)).toBe('errored')
    const view = await world.view(promotionId)
    expect(view.hold).toMatchObject({ solution: 'Permits', promotionId })
    expect(view.offers.map(({ command }) => command)).toEqual([
      `drover promotion resume ${promotionId} --reason "…"`,
      ...view.offers
        .slice(1)
        .map(() => expect.stringMatching(/^drover (rollback|hotfix start|recovery restore) .*(prod|Permits)/) as string),
    ])
    expect(view.offers.length).toBeGreaterThan(1)
    expect((await world.engine.loadBoard()).pipelines[0]?.stagesWithState[0]?.holds).toMatchObject([{ promotionId }])
    const resumed = await world.engine.resumePromotion({ promotionId, reason: 'There is room again.', actor: personId('maria') })
    granted(resumed)
    expect([await world.work(), await stateOf(promotionId)]).toEqual(['done', 'succeeded'])
    expect((await holds())[0]).toMatchObject({ promotionId, resumed: { by: 'maria', reason: 'There is room again.' } })
    expect((await world.view(promotionId)).offers).toEqual([])
  })

  it('is held where an import that went through names components that failed', async () => {
    const { organisation, engine } = world
    // It adds only, so it goes in as an update.
    const [table] = ferries().tables ?? []
    const columns = [{ name: `hand_log${minor - 1}` }, ...(table?.columns ?? [])]
    const release = await world.seal({ name: 'Permits', version: `1.${minor}.0.0`, tables: [{ name: 'hand_ferry', columns }] })
    await organisation.control?.('POST', 'faults', { kind: 'component-failure', components: ['Attribute:*', 'Entity:*'] })
    const promotionId = await approved(release)
    await world.work()
    await organisation.control?.('DELETE', 'faults')
    const { hold, offers } = await world.view(promotionId)
    expect([await stateOf(promotionId), hold?.reason]).toEqual(['failed', expect.stringContaining('names failures')])
    expect(offers.map(({ kind }) => kind)).not.toContain('resume')
    granted(
      await engine.resumeStage({ environmentId: prod, solution: 'Permits', reason: 'The next one mends it.', actor: personId('olga') }),
    )
  })

  it.each(['hold', 'end'] as const)(
    'is held once, and the promotion has ended once, wherever the power fails: after the %s',
    async (after) => {
      const promotionId = await approved()
      const { append } = world.deps.ledger
      let isCut = false
      const cut = (stream: string, types: readonly string[]): boolean => {
        const meant = after === 'hold' ? types.includes('stage-held') : stream.startsWith('promotion/') && types.includes('attempt-errored')
        return meant && !isCut
      }
      world.deps.ledger.append = async (entry) => {
        const appended = await append(entry)
        if (
          cut(
            entry.stream,
            entry.events.map(({ type }) => type),
          )
        ) {
          isCut = true
          kill()
        }
        return appended
      }
      expect(await world.work(breaks())).toBe('killed')
      expect([isCut, (await holds()).filter((hold) => hold.promotionId === promotionId).length]).toEqual([true, 1])
      world.deps.ledger.append = append
      expect(await world.work(breaks())).toBe('done')
      expect([await stateOf(promotionId), (await holds()).filter((hold) => hold.promotionId === promotionId).length]).toEqual([
        'errored',
        1,
      ])
      granted(await world.engine.resumePromotion({ promotionId, reason: 'Again.', actor: personId('maria') }))
      expect([await world.work(), await stateOf(promotionId)]).toEqual(['done', 'succeeded'])
    },
  )

  it('takes the next release only when somebody who may has given it free', async () => {
    const failed = await approved()
    // The column of the release that broke is there by now: the next one is asked for after it.
    const refuse: Dying = at('begin-verify', 'before', () => {
      throw new DroverError('unexpected', 'The disk is full.')
    })
    await world.work(refuse)
    const lane = granted(await world.engine.loadEnvironmentRecord(prod)).lane
    // As if a person had given up on it: what is errored would itself keep others out.
    const events = [
      {
        type: 'attempt-failed',
        data: { attemptId: (await attemptOf(failed)).id, refusal: { code: 'x', message: '', hint: '', reasons: [] } },
      },
    ]
    await world.deps.ledger.append({ stream: `promotion/${failed}`, expectedVersion: undefined, actor: 'drover', events })
    const release = await world.seal(ferries())
    const ask = () => world.engine.requestPromotion({ releaseId: release.id, stageId: toId('to-prod'), actor: personId('maria') })
    expect(await ask()).toMatchObject({ ok: false, refusal: { code: 'stage.held' } })
    const resume = (actor: string, reason = 'Rows are checked.') =>
      world.engine.resumeStage({ environmentId: prod, solution: 'Permits', reason, actor: personId(actor) })
    expect(await resume('maria')).toMatchObject({ ok: false, refusal: { code: 'stage.may-not-resume' } })
    expect(await resume('olga', ' ')).toMatchObject({ ok: false, refusal: { code: 'stage.reason-needed' } })
    granted(await resume('olga'))
    expect((await holds())[0]).toMatchObject({ promotionId: failed, resumed: { by: 'olga', reason: 'Rows are checked.' } })
    expect(await resume('olga')).toMatchObject({ ok: false, refusal: { code: 'stage.not-held' } })
    const { promotionId } = granted(await ask()).promotion.request
    granted(await world.approve(promotionId))
    expect([await world.work(), await stateOf(promotionId), lane]).toMatchObject(['done', 'succeeded', lane])
  })
})
