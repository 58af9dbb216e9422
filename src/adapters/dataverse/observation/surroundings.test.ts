import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { componentKey } from '#domain/environment'
import type { Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { OpenEnvironment } from '#engine/ports'
import { readSolution } from '#format'
import type { HandMade } from '../../../../test/conformance/hand-made.ts'
import { bring, uninstall } from '../../../../test/conformance/life-of-solutions.ts'
import type { Organisation } from '../../../../test/conformance/organisation.ts'
import { deployer, importSolution, openLocal, rowsOf, sampleSolution } from '../../../../test/conformance/organisation.ts'
import { api, openAt, startLocalServer } from '../testing/local-server.ts'
import { holdingsOf, openOf } from '../testing/observed-organisation.ts'

const boats: HandMade = {
  name: 'Boats',
  version: '1.0.0.0',
  isManaged: true,
  tables: [{ name: 'hand_boat', columns: [{ name: 'hand_sail' }] }],
  choices: [{ name: 'hand_rig', options: { 1: 'Sloop', 2: 'Ketch' } }],
}
const harbour: HandMade = {
  name: 'Harbour',
  version: '1.0.0.0',
  publisher: 'otherpublisher',
  tables: [{ name: 'hand_berth', columns: [{ name: 'hand_boat' }] }],
  lookups: [{ from: 'hand_berth', column: 'hand_boatid', to: 'hand_boat' }],
}
const ever = toId<Instant>('1990-01-01T00:00:00Z')
const clockAt = (): Instant => toId<Instant>(new Date().toISOString())

let organisation: Organisation
let environment: OpenEnvironment

beforeAll(async () => {
  organisation = await openLocal()
  await bring(organisation, boats)
  await bring(organisation, harbour)
  expect(await importSolution(organisation, await sampleSolution())).toMatchObject({ statuscode: 30 })
  // What arrives unmanaged waits for publishing, and the plain lists have only what is published.
  await organisation.call('POST', 'PublishAllXml', { body: {} })
  environment = open()
})
afterAll(() => organisation.close())

function open(): OpenEnvironment {
  return openOf(organisation, { clock: { now: clockAt } })
}

describe('what is around the solutions', () => {
  it('has every cloud flow with its owner, and whether the owner can still work', async () => {
    const { model } = await readSolution(await sampleSolution())
    const { flows, unseen } = await environment.fetchSurroundings()
    expect(flows.map(({ id }) => id).toSorted()).toEqual(model.flows.map(({ id }) => id).toSorted())
    expect(flows.length).toBeGreaterThan(0)
    for (const flow of flows)
      expect(flow).toMatchObject({
        ownerName: deployer.name,
        isOwnerEnabled: true,
        ownerObjectId: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
      })
    expect(unseen.filter(({ what }) => what.includes('processes'))).toEqual([])
  })

  it('has bindings, variables without their values, and roles with their holders', async () => {
    const { bindings, variables, roles } = await environment.fetchSurroundings()
    expect(bindings.length).toBeGreaterThan(0)
    expect(variables.length).toBeGreaterThan(0)
    expect(Object.keys(variables[0] ?? {}).toSorted()).toEqual(['hasDefault', 'hasValue', 'schemaName'])
    expect(roles.find(({ name }) => name === 'System Administrator')?.holders.map(({ name }) => name)).toContain(deployer.name)
    expect(roles.find(({ name }) => name === 'System Customizer')?.holders).toEqual([])
  })

  it('has those who hold a role by a team', async () => {
    const [role] = rowsOf(await organisation.call('GET', "roles?$select=roleid&$filter=name eq 'System Customizer'"))
    const [unit] = rowsOf(await organisation.call('GET', 'businessunits?$select=businessunitid'))
    const [me] = rowsOf(
      await organisation.call('GET', `systemusers?$select=systemuserid&$filter=azureactivedirectoryobjectid eq ${deployer.objectId}`),
    )
    const made = await organisation.call('POST', 'teams', {
      body: { name: 'Riggers', teamtype: 0, 'businessunitid@odata.bind': `/businessunits(${String(unit?.['businessunitid'])})` },
    })
    expect(made.status, made.text).toBe(204)
    const team = /\(([0-9a-f-]{36})\)$/.exec(made.headers.get('odata-entityid') ?? '')?.[1] ?? ''
    for (const [relation, target] of [
      ['teamroles_association', `roles(${String(role?.['roleid'])})`],
      ['teammembership_association', `systemusers(${String(me?.['systemuserid'])})`],
    ] as const) {
      const body = { '@odata.id': `${organisation.url}/api/data/v9.2/${target}` }
      const joined = await organisation.call('POST', `teams(${team})/${relation}/$ref`, { body })
      expect(joined.status, joined.text).toBe(204)
    }
    const { roles } = await environment.fetchSurroundings()
    expect(roles.find(({ name }) => name === 'System Customizer')?.holders.map(({ name }) => name)).toEqual([deployer.name])
  })

  it('has the operations on solutions with who asked for each', async () => {
    await bring(organisation, { ...boats, name: 'Passing', tables: [], choices: [{ name: 'hand_passing', options: { 1: 'One' } }] })
    expect(await uninstall(organisation, 'Passing')).toMatchObject({ statuscode: 30 })
    const { operations } = await environment.fetchSurroundings()
    const told = operations.filter(({ solution }) => solution === 'Passing')
    expect(told.map(({ kind, isSuccess, by }) => [kind, isSuccess, by?.name])).toEqual([
      ['uninstall', true, deployer.name],
      ['import', true, deployer.name],
    ])
    expect(told.at(-1)).toMatchObject({ version: '1.0.0.0', importJobId: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    const jobs = rowsOf(await organisation.call('GET', "importjobs?$select=importjobid&$filter=solutionname eq 'Passing'"))
    expect(told.at(-1)?.importJobId).toBe(jobs[0]?.['importjobid'])
  })

  it('says whether changes of rows are audited, and for how long', async () => {
    const [row] = rowsOf(await organisation.call('GET', 'organizations?$select=organizationid'))
    const auditing = async (body?: object) => {
      if (body !== undefined) await organisation.call('PATCH', `organizations(${String(row?.['organizationid'])})`, { body })
      return (await environment.fetchSurroundings()).auditing
    }
    expect(await auditing()).toEqual({ isOn: false, keptDays: 30 })
    expect(await auditing({ isauditenabled: true, auditretentionperiodv2: 400 })).toEqual({ isOn: true, keptDays: 400 })
    expect(await auditing({ auditretentionperiodv2: -1 })).toEqual({ isOn: true, keptDays: 'forever' })
    expect(await auditing({ auditretentionperiodv2: null })).toEqual({ isOn: true, keptDays: undefined })
  })

  it('says whether unmanaged changes are blocked, and names what waits for publishing', async () => {
    const before = await environment.fetchSurroundings()
    expect(before.protection).toEqual({ blocksUnmanaged: false })
    const [view] = rowsOf(await organisation.call('GET', 'savedqueries?$select=savedqueryid,name&$top=1'))
    expect(before.unpublished.filter((name) => name.includes('Renamed'))).toEqual([])
    const edited = await organisation.call('PATCH', `savedqueries(${String(view?.['savedqueryid'])})`, { body: { name: 'Renamed' } })
    expect(edited.status, edited.text).toBe(204)
    const { unpublished } = await environment.fetchSurroundings()
    expect(unpublished.filter((name) => name.startsWith('SavedQuery Renamed'))).toHaveLength(1)
  })

  it('never claims to have seen data policies, nor unpublished edits of tables', async () => {
    const { unseen, dataPolicies } = await environment.fetchSurroundings()
    expect(dataPolicies).toEqual([])
    expect(unseen.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['data policies', expect.stringContaining('unpublished edits of tables')]),
    )
  })
})

describe('components asked for by name', () => {
  it('are found with the ids and solutions that holdings have, and others are not', async () => {
    const held = [...(await holdingsOf(environment, 'ContosoInspection')).values(), ...(await holdingsOf(environment, 'Boats')).values()]
    const strangers = held.map((component) => ({
      ...component,
      key: /^[0-9a-f-]{36}$/.test(component.key) ? crypto.randomUUID() : `${component.key}_not_there`,
    }))
    const { components, unseen } = await environment.findComponents([
      ...held,
      ...strangers,
      { kind: 'Report', key: 'any', table: undefined },
    ])
    const short = ({ id, solutions }: { id: string; solutions: readonly string[] }, key: string) => [key, id, solutions.length > 0]
    expect(components.map((component) => short(component, componentKey(component))).toSorted()).toEqual(
      held.map((component) => [componentKey(component), component.id, holds(component.kind)]).toSorted(),
    )
    expect(unseen, 'a kind that nobody knows how to ask for').toMatchObject([{ kind: 'Report' }])
    expect(new Set(held.map(({ kind }) => kind)).size).toBeGreaterThan(8)
  })

  it('name every solution that holds them', async () => {
    const { components } = await environment.findComponents([{ kind: 'Entity', key: 'hand_boat', table: 'hand_boat' }])
    expect(components).toMatchObject([{ key: 'hand_boat', type: 1, name: 'hand_boat' }])
    expect(components[0]?.solutions).toContain('Boats')
  })
})

/** Parts that come with a whole table have no membership of their own. */
function holds(kind: string): unknown {
  return ['Attribute', 'EntityKey', 'EntityRelationship', 'SavedQuery', 'SystemForm', 'SavedQueryVisualization'].includes(kind)
    ? expect.any(Boolean)
    : true
}

describe('dependants', () => {
  it('of a table are what needs it from outside, with name and solution', async () => {
    const held = [...(await holdingsOf(environment, 'Boats')).values()]
    const { dependants, unseen } = await environment.fetchDependants(held)
    expect(unseen).toEqual([])
    expect(dependants.map(({ required, kind, solution }) => [required, kind, solution])).toContainEqual([
      'Entity:hand_boat',
      'EntityRelationship',
      'Active',
    ])
    expect(dependants.every(({ name }) => name !== '')).toBe(true)
    expect(dependants.find(({ kind }) => kind === 'EntityRelationship')?.name).toBe('hand_boat_hand_boatid')
  })

  it('are none where everything that needs a component goes with it', async () => {
    const both = [...(await holdingsOf(environment, 'Boats')).values(), ...(await holdingsOf(environment, 'Harbour')).values()]
    expect((await environment.fetchDependants(both)).dependants).toEqual([])
  })

  it('ask once for a table and not for each of its parts', async () => {
    const fresh = open()
    const held = [...(await holdingsOf(fresh, 'Boats')).values()]
    const before = fresh.countRequests()
    await fresh.fetchDependants(held)
    const roots = held.filter(({ kind }) => kind === 'Entity' || kind === 'OptionSet').length
    expect(fresh.countRequests() - before).toBeLessThanOrEqual(2 * roots + 1)
    expect(held.length).toBeGreaterThan(4)
  })
})

describe('changed components', () => {
  it('are told with who changed them, and of which kinds all are told', async () => {
    const { changed, kinds } = await environment.fetchChanged(ever)
    const [resource] = rowsOf(await organisation.call('GET', 'webresourceset?$select=webresourceid,modifiedon&$top=1'))
    const told = changed.find(({ kind, id }) => kind === 'WebResource' && id === resource?.['webresourceid'])
    expect(told).toBeDefined()
    expect(kinds).toEqual(expect.arrayContaining(['Workflow', 'WebResource', 'EnvironmentVariableDefinition']))
    expect(kinds).not.toContain('SystemForm')
    expect(kinds).not.toContain('Entity')
  })

  it('of tables that the environment does not have are not said to be unseen, and those that may not be read are', async () => {
    const local = await startLocalServer(({ path }) => {
      if (path === api('bots')) return { status: 404, body: { error: { code: '0x80060888', message: 'Resource not found.' } } }
      if (path === api('roles')) return { status: 403, body: { error: { code: '0x80040220', message: 'Missing prvReadRole.' } } }
      return path.startsWith(api('')) ? { body: { value: [] } } : undefined
    })
    const { kinds, unseen } = await openAt(local.url).fetchChanged(ever)
    await local.close()
    expect(kinds).not.toContain('bot')
    expect(kinds).not.toContain('Role')
    expect(kinds).toContain('Workflow')
    expect(unseen.map(({ what }) => what)).toEqual(['which components of kind Role were changed, and by whom'])
  })

  it('are none after the last change', async () => {
    const later = toId<Instant>(new Date(Date.now() + 40_000 * 3_600_000).toISOString())
    expect((await environment.fetchChanged(later)).changed).toEqual([])
  })
})

describe('with hardly any rights', () => {
  it('what cannot be seen is named with the right that would help, and the rest is seen', async () => {
    const poor = await openLocal()
    expect(await importSolution(poor, await sampleSolution())).toMatchObject({ statuscode: 30 })
    const [me] = rowsOf(
      await poor.call('GET', `systemusers?$select=systemuserid&$filter=azureactivedirectoryobjectid eq ${deployer.objectId}`),
    )
    const roleId = async (name: string): Promise<string> =>
      String(rowsOf(await poor.call('GET', `roles?$select=roleid&$filter=name eq '${name}'`))[0]?.['roleid'])
    const association = `systemusers(${String(me?.['systemuserid'])})/systemuserroles_association`
    const given = await poor.call('POST', `${association}/$ref`, {
      body: { '@odata.id': `${poor.url}/api/data/v9.2/roles(${await roleId('Basic User')})` },
    })
    expect(given.status, given.text).toBe(204)
    const taken = await poor.call('DELETE', `${association}(${await roleId('System Administrator')})/$ref`)
    expect(taken.status, taken.text).toBe(204)

    const seen = openOf(poor, { clock: { now: clockAt } })
    const solutions = await seen.fetchSolutions()
    const solution = solutions.find(({ uniqueName }) => uniqueName === 'ContosoInspection')
    const holdings = await seen.fetchHoldings(solution ?? { id: '', uniqueName: '' })
    const surroundings = await seen.fetchSurroundings()
    const changed = await seen.fetchChanged(ever)
    const layers = new Map<string, unknown>()
    await seen.fetchLayers([{ kind: 'SystemForm', id: crypto.randomUUID() }], async ({ kind }, read) => void layers.set(kind, read))
    expect(solution).toBeDefined()
    expect(holdings.components).toEqual([])
    expect(holdings.unseen).toMatchObject([
      { what: 'what solution ContosoInspection holds', why: expect.stringContaining('System Customizer') },
    ])
    expect(layers.get('SystemForm')).toBeUndefined()
    expect(surroundings.variables.length).toBeGreaterThan(0)
    const what = surroundings.unseen.map((unseen) => unseen.what)
    expect(what).toEqual(expect.arrayContaining(['the history of solutions', 'imports and who asked for them']))
    expect(changed.kinds).toContain('WebResource')
    await poor.close()
  })

  it('of a table are also what another managed solution brought into it later, which no listing of ours has', async () => {
    const view = { id: 'e1000000-0000-4000-8000-000000000077', name: 'Rigged', columns: ['hand_name'] }
    const inside = { name: 'hand_boat', isWhole: false, isListed: false, views: [view] }
    await bring(organisation, { name: 'Regatta', version: '1.0.0.0', isManaged: true, publisher: 'otherpublisher', tables: [inside] })
    const held = [...(await holdingsOf(environment, 'Boats')).values()].filter(({ id }) => id !== view.id)
    const ours = (await environment.fetchSolutions()).filter(({ uniqueName }) => uniqueName === 'Boats')
    const { dependants, unseen } = await environment.fetchDependants(held, ours)
    expect(unseen).toEqual([])
    expect(dependants).toContainEqual(
      expect.objectContaining({ required: 'Entity:hand_boat', kind: 'SavedQuery', name: 'Rigged', solution: 'Regatta' }),
    )
    expect((await environment.fetchDependants(held)).dependants.map(({ solution }) => solution)).not.toContain('Regatta')
  })
})
