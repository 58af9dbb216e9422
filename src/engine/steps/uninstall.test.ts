import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EnvironmentRecord } from '#domain/drift'
import type { PromotionId } from '#domain/kernel'
import { DroverError, toId } from '#domain/kernel'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { followOperation, rowsOf } from '../../../test/conformance/organisation.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import type { Dying, PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, kill, laneIn, openPromotionWorld } from '../../../test/support/promotion-world.ts'

let world: PromotionWorld
let minor = 0

beforeAll(async () => {
  world = await openPromotionWorld({ isAdministered: true })
})
afterAll(() => world.close())

/** A first release that shall be taken away, with everything that this takes. */
async function agreed(): Promise<PromotionId> {
  minor++
  const permits: HandMade = { name: 'Permits', version: `1.${minor}.0.0`, tables: [{ name: 'hand_boat' }] }
  const forward = (await world.request(await world.seal(permits))).promotion.request.promotionId
  granted(await world.approve(forward))
  expect([await world.work(), await stateOf(forward)]).toEqual(['done', 'succeeded'])
  const asked = { environmentId: toId('prod'), solution: 'Permits', reason: 'Nobody wants it.', actor: personId('maria') } as const
  const command = { ...asked, way: 'uninstall', typedName: 'prod' } as const
  const { promotionId } = granted(await world.engine.rollback(command as Parameters<typeof world.engine.rollback>[0])).promotion.request
  granted(await world.approve(promotionId))
  return promotionId
}

async function stateOf(promotionId: PromotionId): Promise<string> {
  const { status } = (await world.view(promotionId)).promotion
  return status.state === 'failed' ? `failed: ${status.refusal.message} ${JSON.stringify(status.refusal.reasons)}` : status.state
}

async function countUninstallations(): Promise<number> {
  return rowsOf(await world.organisation.call('GET', `asyncoperations?$filter=messagename eq 'UninstallSolutionAsync'&$select=name`)).length
}

async function isInstalled(): Promise<boolean> {
  return rowsOf(await world.organisation.call('GET', `solutions?$filter=uniquename eq 'Permits'&$select=version`)).length > 0
}

const at =
  (step: string, phase: 'before' | 'after', then: () => void): Dying =>
  (name, when) => {
    if (name === step && when === phase) then()
  }

describe('a solution that is to be taken away', () => {
  it('and is gone already, by the hand of somebody else, is not taken away again', async () => {
    const promotionId = await agreed()
    expect(await world.work(at('look-before-uninstall', 'before', kill))).toBe('killed')
    const started = await world.organisation.call('POST', 'UninstallSolutionAsync', { body: { SolutionUniqueName: 'Permits' } })
    await followOperation(world.organisation, String(started.json['AsyncOperationId']))
    const before = await countUninstallations()
    expect([await world.work(), await stateOf(promotionId), await countUninstallations()]).toEqual(['done', 'succeeded', before])
  })

  it('and went in an attempt that broke afterwards is seen to be gone by the next one, which sends nothing and ends well', async () => {
    const promotionId = await agreed()
    const before = await countUninstallations()
    const breaks = at('read-uninstall-result', 'after', () => {
      throw new DroverError('unexpected', 'The disk is full.')
    })
    await world.work(breaks)
    expect([await stateOf(promotionId), await isInstalled()]).toEqual(['errored', false])
    granted(await world.engine.resumePromotion({ promotionId, reason: 'There is room again.', actor: personId('maria') }))
    expect([await world.work(), await stateOf(promotionId), await countUninstallations()]).toEqual(['done', 'succeeded', before + 1])
    const { rehearsals = [], holds = [] } = (await world.deps.readModel.load<EnvironmentRecord>('environment', laneIn(world))) ?? {}
    expect(rehearsals[0]).toMatchObject({ way: 'uninstall', outcome: 'succeeded', sandboxId: 'prod' })
    expect(holds[0]).toMatchObject({ promotionId, resumed: { reason: 'There is room again.' } })
  })
})
