import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Unseen } from '#domain/environment'
import { toId } from '#domain/kernel'

import type { OpenEnvironment } from '#engine/ports'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { bring } from '../../../test/conformance/life-of-solutions.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, openPromotionWorld } from '../../../test/support/promotion-world.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { planRelease } from './plan-release.ts'

let world: PromotionWorld

beforeAll(async () => {
  world = await openPromotionWorld()
  await bring(world.organisation, { ...boats('1.0.0.0', ['hand_sail', 'hand_note']), isManaged: true })
})
afterAll(() => world.close())

function boats(version: string, columns: readonly string[]): HandMade {
  return { name: 'Permits', version, tables: [{ name: 'hand_boat', columns: columns.map((name) => ({ name })) }] }
}

describe('what a plan could not see', () => {
  it('is named only where it concerns what the plan touches', async () => {
    const hidden = ['Report', 'Entity'].map((kind) => ({ what: `changes of ${kind}`, why: 'The role may not read them.', kind }))
    const release = await world.seal(boats('2.0.0.0', ['hand_sail', 'hand_note']))
    const planned = await planRelease(blindTo(hidden), { releaseId: release.id, stageId: toId('to-prod') })
    expect(granted(planned).plan.unseen).toMatchObject([{ what: 'changes of Entity' }])
  })
})

/** The world's environments, which do not let all changes be seen. */
function blindTo(hidden: readonly Unseen[]): EngineDependencies {
  const { environments } = world.deps
  function open(...of: Parameters<typeof environments.open>): OpenEnvironment {
    const target = environments.open(...of)
    return {
      ...target,
      fetchChanged: async (since) => {
        const answer = await target.fetchChanged(since)
        return { ...answer, unseen: [...answer.unseen, ...hidden] }
      },
    }
  }
  return { ...world.deps, environments: { open } }
}
