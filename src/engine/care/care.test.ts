import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { environmentStream } from '#domain/drift'
import type { EnvironmentId, Instant, PromotionId, Result } from '#domain/kernel'
import { DroverError, toId } from '#domain/kernel'
import { shippedPolicy } from '#domain/policy'
import type { Biography } from '#engine'
import type { EnvironmentAdministration } from '#engine/ports'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, laneIn, openPromotionWorld } from '../../../test/support/promotion-world.ts'

type Take = EnvironmentAdministration['takeRestorePoint']

const environmentId = toId<EnvironmentId>('prod')
/** Whether the way back is known is another question. */
const recovery = { value: { kind: 'none' }, source: 'this test', status: 'ours' as const } as const
const policy = { ...shippedPolicy, tiers: { ...shippedPolicy.tiers, 2: { ...shippedPolicy.tiers[2], recovery } } }

let world: PromotionWorld
let administration: EnvironmentAdministration
let platformId: string
let take: (real: Take) => Take = (real) => real

beforeAll(async () => {
  world = await openPromotionWorld({
    policy,
    isAdministered: true,
    administrations: ({ open }) => ({
      open(environment) {
        const real = open(environment)
        return { ...real, takeRestorePoint: (id, label) => take(real.takeRestorePoint)(id, label) }
      },
    }),
  })
  const { configuration } = (await world.engine.loadConfiguration()) ?? {}
  const pet = configuration?.environments.find(({ id }) => id === environmentId)
  if (pet === undefined) throw new Error('there is no prod')
  administration = world.deps.administrations.open(pet)
  platformId = (await administration.listEnvironments()).find(({ url }) => url === pet.url)?.platformId ?? ''
})
afterAll(() => world.close())

describe('a restore point by hand', () => {
  it('is for whoever answers for the environment, and has a label of its own', async () => {
    expect(codeOf(await takeOne('month-end', 'maria'))).toBe('promotion.not-allowed')
    expect(codeOf(await takeOne('month-end', 'nobody'))).toBe('promotion.unknown-person')
    expect(codeOf(await takeOne(' '))).toBe('restore-point.label-needed')
    expect(codeOf(await takeOne('drover a-1'))).toBe('restore-point.label-reserved')
    expect(await administration.listRestorePoints(platformId)).toEqual([])
  })

  it('is one, also where the process died between the platform and the ledger', async () => {
    take = (real) => async (id, label) => {
      await real(id, label)
      throw new DroverError('dataverse.ambiguous', 'Nobody can tell.')
    }
    await expect(takeOne('month-end')).rejects.toMatchObject({ code: 'dataverse.ambiguous' })
    take = (real) => real
    const taken = granted(await takeOne('month-end'))
    expect(taken.message).toMatch(/time stamp: restoring it rewinds everybody's rows since .* it opens no gate/)
    expect((await administration.listRestorePoints(platformId)).map(({ label }) => label)).toEqual(['month-end'])
    expect(codeOf(await takeOne('month-end'))).toBe('restore-point.label-taken')
  })

  it('is listed beside those of others, and those that the platform no longer has are marked', async () => {
    await administration.takeRestorePoint(platformId, 'by somebody in the admin center')
    await recordPoint({ id: 'lost', label: 'lost', expiresAt: '2099-01-01T00:00:00.000Z' })
    await recordPoint({ id: 'old', label: 'old', expiresAt: '2020-01-01T00:00:00.000Z' })
    const { restorePoints } = granted(await world.engine.listRestorePoints({ environmentId }))
    expect(Object.fromEntries(restorePoints.map(({ label, isOurs, state }) => [label, [isOurs, state]]))).toEqual({
      'month-end': [true, 'kept'],
      'by somebody in the admin center': [false, 'kept'],
      lost: [true, 'gone'],
      old: [true, 'expired'],
    })
  })
})

describe('an incident', () => {
  it('is written by people who are known, in words', async () => {
    expect(codeOf(await world.engine.recordIncident({ environmentId, text: 'x', actor: personId('nobody') }))).toBe(
      'promotion.unknown-person',
    )
    expect(codeOf(await world.engine.recordIncident({ environmentId, text: '  ', actor: personId('olga') }))).toBe('incident.text-needed')
    expect(codeOf(await world.engine.recordIncident({ environmentId, text: 'x', actor: personId('carl') }))).toBe('promotion.not-allowed')
  })
})

describe('the biography of a pet', () => {
  it('tells releases and who approved them, restore points with their expiry, incidents and protection', async () => {
    const promotionId = await promote('1.0.0.0')
    const incident = granted(await world.engine.recordIncident({ environmentId, text: 'Approvals stood still.', actor: personId('ben') }))
    expect(codeOf(await protect('olga'))).toBe('protection.needs-second-person')
    granted(await protect('pat'))

    const { environment, entries } = await read({ limit: 100 })
    expect(environment).toMatchObject({ name: 'prod', owner: 'olga', careClass: 'pet' })
    expect(entries.map(({ at }) => at)).toEqual(
      entries
        .map(({ at }) => at)
        .sort()
        .reverse(),
    )
    expect(entries).toContainEqual(
      expect.objectContaining({ id: promotionId, kind: 'release', text: 'Permits 1.0.0.0 went in.', by: ['maria'], approvedBy: ['ben'] }),
    )
    expect(entries).toContainEqual(expect.objectContaining({ kind: 'restore-point', promotionId, isExpired: false }))
    expect(entries).toContainEqual(expect.objectContaining({ id: 'restore-point-old', isExpired: true }))
    expect(entries).toContainEqual(
      expect.objectContaining({ id: incident.id, kind: 'incident', text: 'Approvals stood still.', by: ['ben'] }),
    )
    expect(entries).toContainEqual(
      expect.objectContaining({ kind: 'protection', text: 'Unmanaged changes are blocked: only releases', by: ['olga', 'pat'] }),
    )
  })

  it('is read a page at a time, and what happens meanwhile moves nothing', async () => {
    const { entries: all } = await read({ limit: 100 })
    const paged: string[] = []
    let before: string | undefined
    do {
      const page = await read({ limit: 2, before })
      paged.push(...page.entries.map(({ id }) => id))
      before = page.next
      granted(await world.engine.recordIncident({ environmentId, text: 'meanwhile', actor: personId('ben') }))
    } while (before !== undefined)
    expect(paged).toEqual(all.map(({ id }) => id))
    expect(codeOf(await world.engine.loadBiography({ environmentId, limit: 2, before: 'nonsense' }))).toBe('request.invalid')
  })

  it('is not told of an environment that nobody knows', async () => {
    expect(codeOf(await world.engine.loadBiography({ environmentId: toId('nowhere'), limit: 2 }))).toBe('environment.unknown')
  })
})

function codeOf(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.refusal.code
}

function takeOne(label: string, actor = 'olga') {
  return world.engine.takeRestorePoint({ environmentId, label, actor: personId(actor) })
}

function protect(actor: string) {
  return world.engine.changeProtection({ environmentId: 'prod', isOn: true, reason: 'only releases', actor: personId(actor) })
}

async function read(asked: { readonly limit: number; readonly before?: string | undefined }): Promise<Biography> {
  return granted(await world.engine.loadBiography({ environmentId, ...asked }))
}

/** As if it had been taken earlier. */
async function recordPoint({
  expiresAt,
  ...point
}: {
  readonly id: string
  readonly label: string
  readonly expiresAt: string
}): Promise<void> {
  const rewindsTo = toId<Instant>('2019-12-25T00:00:00.000Z')
  const restorePoint = { ...point, rewindsTo, expiresAt, why: 'before a test' }
  const events = [{ type: 'restore-point-recorded', data: { environmentId, restorePoint } }]
  await world.deps.ledger.append({ stream: environmentStream(laneIn(world)), expectedVersion: undefined, actor: 'drover', events })
}

async function promote(version: string): Promise<PromotionId> {
  const ports: HandMade = { name: 'Permits', version, tables: [{ name: 'hand_port', columns: [] }] }
  const { promotionId } = (await world.request(await world.seal(ports))).promotion.request
  granted(await world.approve(promotionId))
  await world.work()
  return promotionId
}
