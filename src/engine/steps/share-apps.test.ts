import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PromotionId } from '#domain/kernel'
import { DroverError, toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { AppAccess } from '#domain/settings'
import type { Administrations, EnvironmentAdministration } from '#engine/ports'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { handMade } from '../../../test/conformance/hand-made.ts'
import { importSolution, rowsOf, send } from '../../../test/conformance/organisation.ts'
import { emptySettings } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, kill, openPromotionWorld } from '../../../test/support/promotion-world.ts'

const inspectors = '00000000-0000-4000-8000-00000000e001'
const clerks = '00000000-0000-4000-8000-00000000e002'
const bosses = '00000000-0000-4000-8000-00000000e003'
const pia = '00000000-0000-4000-8000-00000000f001'

let world: PromotionWorld
let major = 0
/** Each share that Drover sent: group and role. */
let sent: string[] = []
let read: (real: EnvironmentAdministration['listAppShares']) => EnvironmentAdministration['listAppShares'] = (real) => real

const watched = ({ open }: Administrations): Administrations => ({
  open(environment) {
    const real = open(environment)
    return {
      ...real,
      listAppShares: (platformId, appId) => read(real.listAppShares)(platformId, appId),
      async shareApp(platformId, share) {
        sent.push(`${share.groupId} ${share.role}`)
        await real.shareApp(platformId, share)
      },
    }
  },
})

beforeEach(() => {
  sent = []
  read = (real) => real
})

/** Past the rules of applying: what is in force is what the test says. */
async function declare(
  in_: PromotionWorld,
  apps: readonly AppAccess[],
  teams: readonly { name: string; groupId: string; roles: string[] }[] = [],
) {
  const loaded = await in_.engine.loadConfiguration()
  if (loaded === undefined) throw new Error('there is no configuration')
  const { configuration } = loaded
  const settings = { [toId('to-prod') as string]: { ...emptySettings, access: { teams, apps, flows: [] } } }
  const solutions = configuration.solutions.map((one) => (one.uniqueName === 'Permits' ? { ...one, settings } : one))
  const events = [{ type: 'configuration-applied', data: { configuration: { ...configuration, solutions }, changes: [] } }]
  await in_.deps.ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events })
}

function permits(): HandMade {
  major++
  const canvasApps = [{ name: 'hand_inspections_1a2b3', title: 'Inspections', tables: ['hand_boat'] }]
  return { name: 'Permits', version: `${major}.0.0.0`, tables: [{ name: 'hand_boat' }], canvasApps }
}

async function ask(in_ = world): Promise<PromotionId> {
  return (await in_.request(await in_.seal(permits()))).promotion.request.promotionId
}

async function toldOf(id: PromotionId, in_ = world) {
  const { plan } = (await in_.view(id)).promotion.request
  return plan.lines.filter(({ subject }) => subject === 'Inspections').map(({ effect, certainty, message }) => [effect, certainty, message])
}

async function carryOut(id: PromotionId, in_ = world) {
  granted(await in_.approve(id))
  await in_.work()
  return stateOf(id, in_)
}

async function stateOf(id: PromotionId, in_ = world) {
  return (await in_.view(id)).promotion.status
}

/** As a person of the tenant who administers it, past Drover. */
async function administer(method: string, path: string, body?: unknown) {
  const { tokenUrl, clientId, clientSecret, url } = world.organisation
  const scope = 'https://service.powerapps.com/.default'
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope }
  const { json } = await send(tokenUrl, { method: 'POST', form })
  const authorization = `Bearer ${String(json['access_token'])}`
  const request = { method, headers: { authorization }, ...(body === undefined ? {} : { body }) }
  return send(`${new URL(url).origin}/providers/${path}`, request)
}

async function pathOfApp(): Promise<string> {
  const seen = rowsOf(await administer('GET', 'Microsoft.BusinessAppPlatform/scopes/admin/environments'))
  const environment = seen.find((each) => JSON.stringify(each).includes(`${world.organisation.url}`))
  const [app] = rowsOf(await world.organisation.call('GET', "canvasapps?$filter=name eq 'hand_inspections_1a2b3'"))
  return `Microsoft.PowerApps/scopes/admin/environments/${String(environment?.['name'])}/apps/${String(app?.['canvasappid'])}`
}

async function sharedByHand(id: string, type: string, roleName: string): Promise<void> {
  const put = [{ properties: { roleName, principal: { id, type, email: `${roleName}@contoso.example` } } }]
  expect((await administer('POST', `${await pathOfApp()}/modifyPermissions`, { put })).status).toBe(200)
}

async function shares(): Promise<readonly string[]> {
  const listed = rowsOf(await administer('GET', `${await pathOfApp()}/permissions`))
  return listed
    .map(({ properties }) => properties as { roleName: string; principal: { id: string; type: string } })
    .filter(({ roleName }) => roleName !== 'Owner')
    .map(({ roleName, principal }) => `${principal.type} ${principal.id} ${roleName}`)
    .toSorted()
}

describe('canvas apps that a stage shares', () => {
  beforeAll(async () => {
    world = await openPromotionWorld({ isAdministered: true, administrations: watched })
  })
  afterAll(() => world.close())

  it('are shared with the release that brings them, and read back', async () => {
    await declare(world, [{ app: 'Inspections', groupId: inspectors, role: 'CanView' }])
    const id = await ask()
    expect(await toldOf(id)).toEqual([
      ['set', 'assumed', `Is shared with group ${inspectors} (CanView) when it is there: it comes with this release.`],
    ])
    expect(await carryOut(id)).toMatchObject({ state: 'succeeded' })
    expect(await shares()).toEqual([`Group ${inspectors} CanView`])
    expect(sent).toEqual([`${inspectors} CanView`])
  })

  it('are shared with nobody again, and what people shared, or gave more of, stays', async () => {
    await sharedByHand(pia, 'User', 'CanEdit')
    await sharedByHand(bosses, 'Group', 'CanEdit')
    const before = await shares()
    await declare(world, [
      { app: 'Inspections', groupId: inspectors, role: 'CanView' },
      { app: 'Inspections', groupId: bosses, role: 'CanView' },
    ])
    const id = await ask()
    expect(await toldOf(id)).toEqual([
      ['leave', 'known', `Group ${inspectors} has what is declared (CanView) already.`],
      [
        'warn',
        'known',
        `Group ${bosses} has what is declared (CanView) already. Its role there is CanEdit, which nothing declares; it keeps it.`,
      ],
    ])
    expect(await carryOut(id)).toMatchObject({ state: 'succeeded' })
    expect([sent, await shares()]).toEqual([[], before])
  })

  it('are raised to what is declared', async () => {
    await sharedByHand(clerks, 'Group', 'CanView')
    await declare(world, [{ app: 'hand_inspections_1a2b3', groupId: clerks, role: 'CanEdit' }])
    expect(await carryOut(await ask())).toMatchObject({ state: 'succeeded' })
    expect(await shares()).toEqual(
      [`Group ${bosses} CanEdit`, `Group ${clerks} CanEdit`, `Group ${inspectors} CanView`, `User ${pia} CanEdit`].toSorted(),
    )
  })

  it('are asked about before they are shared again, after a kill between sending and its record', async () => {
    const group = '00000000-0000-4000-8000-00000000e004'
    await declare(world, [{ app: 'Inspections', groupId: group, role: 'CanView' }])
    const id = await ask()
    granted(await world.approve(id))
    expect(await world.work((at, when) => (at === 'access-0' && when === 'after' ? kill() : undefined))).toBe('killed')
    expect(sent).toEqual([`${group} CanView`])
    // A person gives the group more meanwhile: sent again, the declared role would take that away.
    await sharedByHand(group, 'Group', 'CanEdit')
    expect(await world.work((at, when) => (at === 'access-verify' && when === 'before' ? kill() : undefined))).toBe('killed')
    expect(await world.work()).toBe('done')
    expect(await stateOf(id)).toMatchObject({ state: 'succeeded' })
    expect(sent).toEqual([`${group} CanView`])
    expect(await shares()).toContain(`Group ${group} CanEdit`)
  })

  it('are refused before anybody is asked where nobody can tell which is meant', async () => {
    const twin = { name: 'hand_inspections_9z8y7', title: 'Inspections', tables: ['hand_boat'] }
    const zip = await handMade({ name: 'Twin', version: '1.0.0.0', tables: [{ name: 'hand_boat' }], canvasApps: [twin] })
    await importSolution(world.organisation, zip)
    await declare(world, [
      { app: 'Inspections', groupId: inspectors, role: 'CanView' },
      { app: 'Inspektions', groupId: inspectors, role: 'CanView' },
    ])
    const release = await world.seal(permits())
    const asked = await world.engine.requestPromotion({ releaseId: release.id, stageId: toId('to-prod'), actor: toId('maria') })
    expect(asked.ok).toBe(false)
    expect(JSON.stringify(asked)).toContain('It is hand_inspections_1a2b3 or hand_inspections_9z8y7.')
    expect(JSON.stringify(asked)).toContain('There is no such canvas app.')
    // By its name in the solution it is one.
    await declare(world, [{ app: 'hand_inspections_1a2b3', groupId: inspectors, role: 'CanView' }])
    granted(await world.engine.withdrawPromotion({ promotionId: await ask(), actor: toId('maria') }))
  })

  it('are not taken for shared when that cannot be read back', async () => {
    const group = '00000000-0000-4000-8000-00000000e005'
    await declare(world, [{ app: 'hand_inspections_1a2b3', groupId: group, role: 'CanView' }])
    const id = await ask()
    granted(await world.approve(id))
    expect(await world.work((at, when) => (at === 'access-verify' && when === 'before' ? kill() : undefined))).toBe('killed')
    read = () => async () => {
      throw new DroverError('administration.forbidden', 'The right is gone.')
    }
    await world.work()
    const failed = await stateOf(id)
    expect(failed).not.toMatchObject({ state: 'succeeded' })
    expect(JSON.stringify(failed)).toContain('cannot be read back')
    read = (real) => real
    granted(await world.engine.resumePromotion({ promotionId: id, reason: 'the right is back', actor: toId('maria') }))
    await world.work()
    expect(await stateOf(id)).toMatchObject({ state: 'succeeded' })
    expect(sent).toEqual([`${group} CanView`])
  })
})

describe('canvas apps that Drover cannot share', () => {
  const places: readonly (readonly [string, (origin: string) => object, RegExp])[] = [
    [
      'without the right',
      (origin) => ({ administrationUrl: origin, platformApiUrl: origin, powerAppsUrl: origin }),
      /identity may not do listing the environments/,
    ],
    ['without an address', (origin) => ({ administrationUrl: origin, platformApiUrl: origin }), /names no powerAppsUrl/],
  ]
  it.each(places)('are left to a person, which is said, and all else is given: %s', async (_why, addresses, why) => {
    const change = (configuration: Configuration): Configuration => ({
      ...configuration,
      environments: configuration.environments.map((each) =>
        each.id === 'prod' ? { ...each, ...addresses(new URL(each.url).origin) } : each,
      ),
    })
    const other = await openPromotionWorld({ change, administrations: watched })
    try {
      await declare(
        other,
        [{ app: 'Inspections', groupId: inspectors, role: 'CanView' }],
        [{ name: 'Inspectors', groupId: inspectors, roles: ['Basic User'] }],
      )
      const id = await ask(other)
      const told = await toldOf(id, other)
      expect(told).toHaveLength(1)
      expect(told[0]?.[0]).toBe('warn')
      expect(told[0]?.[2]).toContain(`Sharing the app with group ${inspectors} (CanView) is left to a person`)
      expect(told[0]?.[2]).toMatch(why)
      expect(await carryOut(id, other)).toMatchObject({ state: 'succeeded' })
      expect(JSON.stringify(await other.events(id))).toMatch(new RegExp(`Left to a person: sharing Inspections \\([^"]*${why.source}`))
      expect(sent).toEqual([])
      const teams = rowsOf(await other.organisation.call('GET', `teams?$filter=azureactivedirectoryobjectid eq ${inspectors}`))
      expect(teams).toHaveLength(1)
    } finally {
      await other.close()
    }
  })
})
