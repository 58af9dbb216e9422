import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PromotionId, Result } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Release } from '#domain/release'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { bring } from '../../../test/conformance/life-of-solutions.ts'
import { peopleGate, personId } from '../../../test/support/domain-builders.ts'
import { granted } from '../../../test/support/granted.ts'
import type { TrainWorld } from '../../../test/support/train-world.ts'
import { openTrainWorld } from '../../../test/support/train-world.ts'
import { sweepTrain } from './sweep-trains.ts'
import { createTrainCommands } from './train-commands.ts'

let world: TrainWorld
let major = 0
let harbours: Release
let boats: Release
let crews: Release

beforeAll(async () => {
  world = await openTrainWorld({ Harbours: 2, Boats: 2, Crews: 2 })
})
afterAll(() => world.close())

/** Crews point to boats, and boats to harbours: none goes in before what it points to. */
function solution(name: string, table: string, to?: string): HandMade {
  const lookups = to === undefined ? [] : [{ from: table, column: `${to}id`, to }]
  return { name, version: `${major}.0.0.0`, tables: [{ name: table, columns: [{ name: `hand_v${major}` }] }], lookups }
}

/** Boats add a column to the table of Harbours, which their file carries as its place alone. */
function boatsOf(column: string): HandMade {
  const own = solution('Boats', 'hand_boats', 'hand_harbours')
  return { ...own, tables: [...(own.tables ?? []), { name: 'hand_harbours', isWhole: false, columns: [{ name: column }] }] }
}

beforeEach(async () => {
  major++
  harbours = await world.seal(solution('Harbours', 'hand_harbours'))
  boats = await world.seal(boatsOf(`hand_berths${major}`), { Harbours: `${major}.0.0.0` })
  crews = await world.seal(solution('Crews', 'hand_crews', 'hand_boats'), { Boats: `${major}.0.0.0` })
})
afterEach(() => world.organisation.control?.('DELETE', 'faults'))

function codeOf(result: Result<unknown>): string {
  return result.ok ? '' : result.refusal.code
}

/** Nothing of the environment's third solution gets beyond staging. */
async function breakThird(): Promise<void> {
  const faults = [{ kind: 'server-error', id: 'third', path: 'StageSolution*', status: 500, after: 2 }]
  expect((await world.organisation.control?.('POST', 'faults', { faults }))?.status).toBe(201)
}

describe('a train', () => {
  it('goes in as its releases need each other, at one word of its approver', async () => {
    const asked = granted(await world.request(crews, harbours, boats))
    const { trainId } = asked.train
    expect(asked.train.members.map(({ solution }) => solution)).toEqual(['Harbours', 'Boats', 'Crews'])
    expect(asked.promotions.map(({ promotion }) => promotion.status.state)).toEqual(['pending', 'pending', 'pending'])
    await world.work()
    expect(await world.installed()).toEqual([])

    const [, second] = asked.promotions
    const promotionId = second?.promotion.request.promotionId ?? toId<PromotionId>('')
    const alone = { promotionId, gate: 'approval', verdict: 'approve', comment: '', actor: personId('ben') } as const
    expect(codeOf(await world.engine.decideApproval(alone))).toBe('train.together')
    expect(codeOf(await world.engine.withdrawPromotion({ promotionId, actor: personId('maria') }))).toBe('train.together')
    expect(codeOf(await world.approve(trainId, 'maria'))).toBe('PIP-10')

    granted(await world.approve(trainId))
    await world.work()
    const after = await world.view(trainId)
    expect(after.promotions.map(({ promotion }) => promotion.status.state)).toEqual(['succeeded', 'succeeded', 'succeeded'])
    expect(after.train.state).toBe('arrived')
    expect(await world.installed()).toEqual(['Boats 1.0.0.0', 'Crews 1.0.0.0', 'Harbours 1.0.0.0'])
    const decided = after.promotions.map(({ promotion }) => promotion.decisions.map(({ by, trainId: of }) => `${by} ${of}`))
    expect(decided).toEqual([[`ben ${trainId}`], [`ben ${trainId}`], [`ben ${trainId}`]])
    const order = (await world.deps.ledger.readAll(0, 10_000)).filter(
      ({ type }) => type === 'attempt-started' || type === 'attempt-succeeded',
    )
    expect(order.map(({ type }) => type)).toEqual(Array.from({ length: 3 }, () => ['attempt-started', 'attempt-succeeded']).flat())
  })

  it('stops at the first that fails, holds what follows, says the way back, and goes on when that one is resumed', async () => {
    const { trainId } = granted(await world.request(harbours, boats, crews)).train
    granted(await world.approve(trainId))
    await breakThird()
    await world.work()
    const stopped = await world.view(trainId)
    expect(stopped.promotions.map(({ promotion }) => promotion.status.state)).toEqual(['succeeded', 'succeeded', 'errored'])
    expect(stopped.wayBack.map(({ solution, deed }) => `${solution} ${deed}`)).toEqual(['Crews look', 'Boats go-back', 'Harbours go-back'])
    await world.organisation.control?.('DELETE', 'faults')
    expect(codeOf(await world.engine.resumeTrain({ trainId, reason: '', actor: personId('maria') }))).toBe('promotion.reason-needed')
    granted(await world.engine.resumeTrain({ trainId, reason: 'the service is back', actor: personId('maria') }))
    await world.work()
    expect((await world.view(trainId)).train.state).toBe('arrived')
  })

  it('that is withdrawn leaves what is in, and takes nothing further', async () => {
    const { trainId } = granted(await world.request(harbours, boats, crews)).train
    granted(await world.approve(trainId))
    await breakThird()
    await world.work()
    expect(codeOf(await world.engine.withdrawTrain({ trainId, reason: 'no', actor: personId('ben') }))).toBe('promotion.may-not-act')
    granted(await world.engine.withdrawTrain({ trainId, reason: 'crews wait for a mend', actor: personId('maria') }))
    await world.work()
    const after = await world.view(trainId)
    expect(after.promotions.map(({ promotion }) => promotion.status.state)).toEqual(['succeeded', 'succeeded', 'withdrawn'])
    expect([after.train.state, after.train.endedAt === undefined]).toEqual(['withdrawn', false])
  })

  it('that one person says no to goes nowhere', async () => {
    const { trainId } = granted(await world.request(harbours, boats, crews)).train
    const no = { trainId, gate: 'approval', verdict: 'reject', comment: 'not before Monday', actor: personId('anna') } as const
    const after = granted(await world.engine.decideTrain(no))
    expect(after.promotions.map(({ promotion }) => promotion.status.state)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(codeOf(await world.approve(trainId))).toBe('train.not-standing')
  })

  it('is asked about again when the target changes under one of its releases, and says which', async () => {
    const { trainId } = granted(await world.request(harbours, boats, crews)).train
    // By hand, beside Drover: what the approver was shown of Crews would go over another version.
    await bring(world.organisation, { ...solution('Crews', 'hand_crews', 'hand_boats'), version: `${major}.0.0.0`, isManaged: true })
    const answer = await world.approve(trainId)
    expect([codeOf(answer), answer.ok ? [] : answer.refusal.reasons.map(({ subject }) => subject.split(':')[0])]).toEqual([
      'promotion.plan-changed',
      expect.arrayContaining([`Crews ${major}.0.0.0`]),
    ])
    granted(await world.engine.withdrawTrain({ trainId, reason: 'somebody works there', actor: personId('remy') }))
  })

  it('that cannot wait goes in at the word of a second person, and each of its releases owes what it went past', async () => {
    const { configuration } = world
    const withUat = configuration.pipelines.map((pipeline) => ({
      ...pipeline,
      stages: pipeline.stages.map((stage) => ({ ...stage, gates: [peopleGate('uat', ['anna']), ...stage.gates] })),
    }))
    await world.apply({ ...configuration, pipelines: withUat })
    const ask = { releaseIds: [harbours.id, boats.id], stageId: toId<never>('to-prod'), emergency: { reason: 'Boats are lost' } }
    expect(codeOf(await world.engine.requestTrain({ ...ask, actor: personId('maria') }))).toBe('promotion.not-allowed')
    const { trainId } = granted(await world.engine.requestTrain({ ...ask, actor: personId('olga') })).train
    granted(await world.approve(trainId))
    await world.work()
    const waiting = await world.view(trainId)
    expect(waiting.promotions.map(({ promotion }) => promotion.status.state)).toEqual(['pending', 'pending'])
    expect(waiting.promotions.map(({ promotion }) => promotion.request.intent?.kind)).toEqual(['emergency', 'emergency'])
    const second = { trainId, gate: 'emergency', verdict: 'approve', comment: '' } as const
    expect(codeOf(await world.engine.decideTrain({ ...second, actor: personId('ben') }))).toBe('approval.not-named')
    granted(await world.engine.decideTrain({ ...second, actor: personId('carl') }))
    await world.work()
    const after = await world.view(trainId)
    expect(after.promotions.map(({ promotion }) => promotion.status.state)).toEqual(['succeeded', 'succeeded'])
    const { owed } = granted(await world.engine.listOwed())
    expect(owed.map(({ solution, gate, intent }) => [solution, gate, intent]).sort()).toEqual([
      ['Boats', 'uat', 'emergency'],
      ['Harbours', 'uat', 'emergency'],
    ])
    await world.apply(configuration)
  })

  it('that is put together by two at once is put together, at whichever question the other overtakes and stops short of its end', async () => {
    const { deps } = world
    const ledger: typeof deps.ledger = {
      ...deps.ledger,
      append: async (append) => {
        if (append.events.some(({ type }) => type === 'train-assembled')) throw new Error('kill -9')
        return deps.ledger.append(append)
      },
    }
    const ids = [harbours, boats, crews].map(({ id }) => id)
    for (let at = 0, isOvertaken = true; isOvertaken; at++) {
      isOvertaken = false
      let questions = 0
      const readModel: typeof deps.readModel = {
        ...deps.readModel,
        listSummaries: async (...asked) => {
          const [train] = await world.engine.listTrains()
          if (train?.state === 'assembling' && questions++ === at) {
            isOvertaken = true
            await expect(sweepTrain({ ...deps, ledger }, train)).rejects.toThrow('kill -9')
          }
          return deps.readModel.listSummaries(...asked)
        },
      }
      const overtaken = createTrainCommands({ ...deps, readModel })
      const asked = granted(await overtaken.requestTrain({ releaseIds: ids, stageId: toId('to-prod'), actor: personId('maria') }))
      expect(asked.promotions.map(({ promotion }) => promotion.status.state)).toEqual(['pending', 'pending', 'pending'])
      const { trainId } = asked.train
      granted(await world.engine.withdrawTrain({ trainId, reason: 'practice', actor: personId('maria') }))
      expect(isOvertaken || at >= ids.length).toBe(true)
    }
  })

  it('is whole or not there, wherever the process dies that asks for it or that writes a word on it', async () => {
    const events = (await world.deps.ledger.readAll(0, 10_000)).length
    const { deps } = world
    let trains = (await world.engine.listTrains()).length
    for (let allowed = 0; ; allowed++) {
      let left = allowed
      const ledger: typeof deps.ledger = {
        ...deps.ledger,
        append: async (append) => {
          if (left-- === 0) throw new Error('kill -9')
          return deps.ledger.append(append)
        },
      }
      const dying = createTrainCommands({ ...deps, ledger })
      const ids = [harbours, boats, crews].map(({ id }) => id)
      const asked = await dying.requestTrain({ releaseIds: ids, stageId: toId('to-prod'), actor: personId('maria') }).catch(() => undefined)
      if (asked !== undefined) expect(asked.ok).toBe(true)
      await world.work()
      const [newest, ...older] = await world.engine.listTrains()
      // Killed before the train was recorded: there is none of it.
      if (older.length < trains) continue
      trains = older.length + 1
      const trainId = newest?.trainId ?? ''
      const standing = await world.view(trainId)
      expect(standing.promotions.map(({ promotion }) => promotion.status.state)).toEqual(['pending', 'pending', 'pending'])
      const no = { trainId, gate: 'approval', verdict: 'reject', comment: 'practice', actor: personId('anna') } as const
      const said = await dying.decideTrain(no).catch(() => undefined)
      const isRecorded = (await world.view(trainId)).train.state === 'rejected'
      if (!isRecorded) granted(await world.engine.decideTrain(no))
      await world.work()
      const after = await world.view(trainId)
      expect(after.promotions.map(({ promotion }) => promotion.status.state)).toEqual(['rejected', 'rejected', 'rejected'])
      expect(after.train.endedAt).toBeDefined()
      if (said !== undefined) break
    }
    expect((await world.deps.ledger.readAll(0, 10_000)).length).toBeGreaterThan(events)
    const order = (await world.deps.ledger.readAll(0, 10_000)).slice(events).filter(({ type }) => type === 'attempt-started')
    expect(order).toEqual([])
  })
})
