import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PromotionId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { StageAccess } from '#domain/settings'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { rowsOf } from '../../../test/conformance/organisation.ts'
import { emptySettings, personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, kill, openPromotionWorld } from '../../../test/support/promotion-world.ts'
import type { ConfigurationVersion } from '../engine.ts'

let world: PromotionWorld
let configuration: ConfigurationVersion['configuration']
let major = 0

const inspectors = '00000000-0000-4000-8000-00000000e001'
const guests = '00000000-0000-4000-8000-00000000e002'
const roleId = '00000000-0000-4000-8000-00000000b001'
const profileId = '00000000-0000-4000-8000-00000000d001'

beforeAll(async () => {
  world = await openPromotionWorld()
  configuration = granted(await current())
})
afterAll(() => world.close())

async function current() {
  const loaded = await world.engine.loadConfiguration()
  return loaded === undefined
    ? { ok: false as const, refusal: { code: 'none', message: '', hint: '', reasons: [] } }
    : { ok: true as const, value: loaded.configuration }
}

/** Past the rules of applying: what is in force is what the test says. */
async function declare(access: Partial<StageAccess>): Promise<void> {
  const settings = { [toId('to-prod') as string]: { ...emptySettings, access: { teams: [], apps: [], flows: [], ...access } } }
  const solutions = configuration.solutions.map((one) => (one.uniqueName === 'Permits' ? { ...one, settings } : one))
  const events = [{ type: 'configuration-applied', data: { configuration: { ...configuration, solutions }, changes: [] } }]
  await world.deps.ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events })
}

function permits(): HandMade {
  major++
  return {
    name: 'Permits',
    version: `${major}.0.0.0`,
    tables: [{ name: 'hand_boat' }],
    roles: [{ id: roleId, name: 'Harbour Clerk', tables: ['hand_boat'] }],
    profiles: [{ id: profileId, name: 'Reads fees' }],
    canvasApps: [{ name: 'hand_inspections', title: 'Inspections', tables: ['hand_boat'] }],
  }
}

async function ask(): Promise<PromotionId> {
  return (await world.request(await world.seal(permits()))).promotion.request.promotionId
}

async function rolesOf(groupId: string): Promise<readonly unknown[]> {
  const [team] = rowsOf(await world.organisation.call('GET', `teams?$filter=azureactivedirectoryobjectid eq ${groupId}`))
  if (team === undefined) return ['no team']
  const roles = rowsOf(await world.organisation.call('GET', `teams(${String(team['teamid'])})/teamroles_association?$select=name`))
  const profiles = rowsOf(await world.organisation.call('GET', `teams(${String(team['teamid'])})/teamprofiles_association?$select=name`))
  return [...roles, ...profiles].map((each) => each['name']).sort()
}

describe('access that a stage declares', () => {
  it('is shown to approvers, bound to their word, given with the release that brings the role, and read back', async () => {
    await declare({
      teams: [{ name: 'Inspectors', groupId: inspectors, roles: ['Harbour Clerk', 'Basic User'], columnSecurityProfiles: ['Reads fees'] }],
      apps: [{ app: 'Inspections', groupId: inspectors, role: 'CanView' }],
    })
    const id = await ask()
    const { plan, boundTo } = (await world.view(id)).promotion.request
    expect(plan.steps).toContain('grant-access')
    const told = plan.lines.filter(({ subject }) => subject === 'team Inspectors' || subject === 'Inspections')
    expect(told.map(({ effect, certainty, message }) => [effect, certainty, message.slice(0, 34)])).toEqual([
      ['create', 'assumed', 'Is made for the Entra group 000000'],
      ['set', 'assumed', 'Gets the role Harbour Clerk, which'],
      ['set', 'known', 'Gets the role Basic User.'],
      ['set', 'assumed', 'Gets the column security profile R'],
      ['warn', 'known', 'Sharing the app with group 0000000'],
    ])
    granted(await world.approve(id))
    // Killed after the team is made and before that is recorded, and again inside the second grant.
    for (const [step, phase] of [
      ['access-0', 'after'],
      ['access-1', 'after'],
      ['access-verify', 'before'],
    ] as const)
      expect(await world.work((at, when) => (at === step && when === phase ? kill() : undefined))).toBe('killed')
    expect(await world.work()).toBe('done')
    const { status } = (await world.view(id)).promotion
    expect(status, JSON.stringify(status)).toMatchObject({ state: 'succeeded' })
    expect(await rolesOf(inspectors)).toEqual(['Basic User', 'Harbour Clerk', 'Reads fees'])
    expect(boundTo.settings).not.toBe('')
  })

  it('names what a team holds besides, and takes it only where only the declared is to be', async () => {
    await declare({ teams: [{ name: 'Inspectors', groupId: inspectors, roles: ['Harbour Clerk'] }] })
    const kept = await ask()
    expect((await world.view(kept)).promotion.request.plan.access?.teams).toMatchObject([
      { beyond: { roles: ['Basic User'], profiles: ['Reads fees'] }, takes: { roles: [] } },
    ])
    granted(await world.engine.withdrawPromotion({ promotionId: kept, actor: personId('maria') }))
    await declare({ teams: [{ name: 'Inspectors', groupId: inspectors, roles: ['Harbour Clerk'], onlyThese: true }] })
    const id = await ask()
    granted(await world.approve(id))
    await world.work()
    expect((await world.view(id)).promotion.status).toMatchObject({ state: 'succeeded' })
    expect(await rolesOf(inspectors)).toEqual(['Harbour Clerk'])
  })

  it.each([
    ['a role that nobody has', { teams: [{ name: 'Guests', groupId: guests, roles: ['Harbour Clark'] }] }, 'access.unknown'],
    [
      'a profile that nobody has',
      { teams: [{ name: 'Guests', groupId: guests, roles: [], columnSecurityProfiles: ['Reads all'] }] },
      'access.unknown',
    ],
    [
      'a person in the place of a group',
      { teams: [{ name: 'Guests', groupId: '22222222-0000-4222-8222-222222222222', roles: [] }] },
      'TOP-17',
    ],
    ['an app for a person', { apps: [{ app: 'A', groupId: '22222222-0000-4222-8222-222222222222', role: 'CanView' }] }, 'TOP-17'],
    [
      'a flow that is not there',
      { teams: [{ name: 'Guests', groupId: guests, roles: [] }], flows: [{ flow: 'Remind', team: 'Guests' }] },
      'access.unknown',
    ],
    ['a flow for a team that is not declared', { flows: [{ flow: 'Remind', team: 'Nobody' }] }, 'access.unknown'],
  ] satisfies [string, Partial<StageAccess>, string][])('is refused before anybody is asked: %s', async (_what, access, code) => {
    await declare(access)
    const release = await world.seal(permits())
    const asked = await world.engine.requestPromotion({ releaseId: release.id, stageId: toId('to-prod'), actor: personId('maria') })
    expect(asked.ok).toBe(false)
    expect(JSON.stringify(asked)).toContain(code)
  })
})
