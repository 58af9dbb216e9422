import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EnvironmentRecord } from '#domain/drift'
import type { RestorePoint } from '#domain/environment'
import type { PromotionId } from '#domain/kernel'
import { DroverError } from '#domain/kernel'
import { shippedPolicy } from '#domain/policy'
import type { EnvironmentAdministration } from '#engine/ports'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { rowsOf } from '../../../test/conformance/organisation.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, kill, laneIn, openPromotionWorld } from '../../../test/support/promotion-world.ts'

type Take = EnvironmentAdministration['takeRestorePoint']

const demand = { value: 'wanted' as 'wanted' | 'required', source: 'this test', status: 'ours' as const }
/** Whether the way back is known is another question. */
const recovery = { value: { kind: 'none' }, source: 'this test', status: 'ours' as const } as const
const policy = { ...shippedPolicy, tiers: { ...shippedPolicy.tiers, 2: { ...shippedPolicy.tiers[2], restorePoint: demand, recovery } } }

let world: PromotionWorld
let major = 0
/** How the platform takes being asked for a restore point, and for its environments. */
let take: (real: Take) => Take
let isForbidden: boolean

beforeAll(async () => {
  world = await openPromotionWorld({
    policy,
    isAdministered: true,
    administrations: ({ open }) => ({
      open(environment) {
        const real = open(environment)
        return {
          ...real,
          takeRestorePoint: (platformId, label) => take(real.takeRestorePoint)(platformId, label),
          listEnvironments: () => (isForbidden ? Promise.reject(forbidden()) : real.listEnvironments()),
        }
      },
    }),
  })
})
afterAll(() => world.close())

beforeEach(() => {
  major++
  demand.value = 'wanted'
  take = (real) => real
  isForbidden = false
})

describe('before a promotion into a pet', () => {
  it('one restore point is taken and recorded, whenever the power fails', async () => {
    const promotionId = await approved()
    const { plan } = (await world.view(promotionId)).promotion.request
    expect(plan.steps.slice(0, 2)).toEqual(['observe', 'restore-point'])
    expect(plan.lines).toContainEqual(
      expect.objectContaining({ certainty: 'assumed', message: expect.stringContaining('It opens no gate') as string }),
    )
    const cuts = new Set<string>()
    while ((await world.work((step, phase) => cut(cuts, `${step} ${phase}`))) === 'killed');
    expect(await stateOf(promotionId)).toBe('succeeded')
    expect([...cuts].filter((each) => each.startsWith('restore-point-1'))).toHaveLength(2)

    const label = await labelOf(promotionId)
    const [point, ...more] = await pointsLabelled(label)
    expect(more).toEqual([])
    const record = await recordOf()
    expect(record?.restorePoints?.filter((one) => one.label === label)).toEqual([
      { ...point, why: `before Permits ${major}.0.0.0`, promotionId, recordedAt: expect.any(String) as string },
    ])
    expect(await noteOf(promotionId)).toMatch(/is a time stamp: restoring it rewinds everybody's rows since .* UTC; it opens no gate\./)
  })

  it('it is looked for before it is asked for again, where nobody could tell whether the platform took it', async () => {
    let asked = 0
    take = (real) => async (platformId, label) => {
      asked++
      await real(platformId, label)
      throw new DroverError('dataverse.ambiguous', 'Nobody can tell.')
    }
    const promotionId = await promoted()
    expect(await stateOf(promotionId)).toBe('succeeded')
    expect(asked).toBe(1)
    expect(await pointsLabelled(await labelOf(promotionId))).toHaveLength(1)
  })

  it('a tier that only wants one goes on without it, and says so', async () => {
    take = () => () => Promise.reject(new DroverError('administration.refused', 'The platform has no space.'))
    const promotionId = await promoted()
    expect(await stateOf(promotionId)).toBe('succeeded')
    expect(await noteOf(promotionId)).toBe('No restore point was taken of prod: The platform has no space. Tier 2 goes on without one.')
  })

  it('a tier that requires one ends before anything was changed', async () => {
    demand.value = 'required'
    take = () => () => Promise.reject(new DroverError('administration.refused', 'The platform has no space.'))
    const before = await installed()
    const promotionId = await promoted()
    const { status } = (await world.view(promotionId)).promotion
    expect(status).toMatchObject({ state: 'failed', refusal: { code: 'restore-point.not-taken' }, isResumable: false })
    expect(await installed()).toEqual(before)
  })

  it('a tier that requires one waits for a platform that is busy', async () => {
    demand.value = 'required'
    let asked = 0
    take = (real) => (platformId, label) =>
      ++asked < 4 ? Promise.reject(new DroverError('administration.busy', 'At work.', { isRetryable: true })) : real(platformId, label)
    const promotionId = await promoted()
    expect(await stateOf(promotionId)).toBe('succeeded')
    expect(await pointsLabelled(await labelOf(promotionId))).toHaveLength(1)
  })

  it('a plan says that none can be had, blocks nothing, and keeps its approval when one can be had later', async () => {
    isForbidden = true
    demand.value = 'required'
    const promotionId = await approved()
    const { plan } = (await world.view(promotionId)).promotion.request
    expect(plan.steps).not.toContain('restore-point')
    expect(plan.lines).toContainEqual({
      subject: 'prod',
      effect: 'warn',
      message: 'No restore point is taken before: not let in',
      certainty: 'assumed',
    })
    isForbidden = false
    await world.work()
    expect(await stateOf(promotionId)).toBe('succeeded')
    expect(await pointsLabelled(await labelOf(promotionId))).toEqual([])
  })
})

function forbidden(): DroverError {
  return new DroverError('administration.forbidden', 'not let in')
}

function cut(cuts: Set<string>, here: string): void {
  if (cuts.has(here)) return
  cuts.add(here)
  kill()
}

async function approved(): Promise<PromotionId> {
  const ports: HandMade = { name: 'Permits', version: `${major}.0.0.0`, tables: [{ name: 'hand_port', columns: [] }] }
  const { promotion } = await world.request(await world.seal(ports))
  granted(await world.approve(promotion.request.promotionId))
  return promotion.request.promotionId
}

async function promoted(): Promise<PromotionId> {
  const promotionId = await approved()
  await world.work()
  return promotionId
}

async function stateOf(promotionId: PromotionId): Promise<string> {
  return (await world.view(promotionId)).promotion.status.state
}

async function labelOf(promotionId: PromotionId): Promise<string> {
  const started = (await world.events(promotionId)).find((event) => event.type === 'attempt-started')
  return `drover ${String(started?.data.attemptId)} before Permits ${major}.0.0.0`
}

async function noteOf(promotionId: PromotionId): Promise<string | undefined> {
  const ended = (await world.events(promotionId)).find((event) => event.type === 'step-finished' && event.data.step === 'restore-point')
  return ended?.type === 'step-finished' ? ended.data.note : undefined
}

async function pointsLabelled(label: string): Promise<readonly RestorePoint[]> {
  const configuration = await world.engine.loadConfiguration()
  const environment = configuration?.configuration.environments.find(({ id }) => id === 'prod')
  if (environment === undefined) throw new Error('there is no prod')
  const administration = world.deps.administrations.open(environment)
  const there = (await administration.listEnvironments()).find(({ url }) => url === environment.url)
  const points = await administration.listRestorePoints(there?.platformId ?? '')
  return points.filter((point) => point.label === label)
}

async function recordOf(): Promise<EnvironmentRecord | undefined> {
  return world.deps.readModel.load<EnvironmentRecord>('environment', laneIn(world))
}

async function installed(): Promise<readonly unknown[]> {
  return rowsOf(await world.organisation.call('GET', "solutions?$select=uniquename,version&$filter=uniquename eq 'Permits'"))
}
