import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#adapters/world'
import type { AccessControl } from '#engine/ports'
import type { Organisation } from '../../../../test/conformance/organisation.ts'
import { importSolution, openLocal, rowsOf, sampleSolution } from '../../../../test/conformance/organisation.ts'
import { buildEnvironment } from '../../../../test/support/domain-builders.ts'
import { createEnvironments } from '../environments.ts'
import { quietLog } from '../testing/local-server.ts'

const groupId = '00000000-0000-4000-8000-00000000e001'
let organisation: Organisation
let access: AccessControl

beforeAll(async () => {
  organisation = await openLocal()
  const { url, tokenUrl, clientId, clientSecret, connectivityUrl } = organisation
  const credentials = { tokenUrl, clientId, clientSecret: { kind: 'environment', variable: 'SECRET' } } as const
  const environment = { ...buildEnvironment('dev', 'development', 'cattle'), url, connectivityUrl, credentials }
  access = createEnvironments({ secrets: { resolve: async () => clientSecret }, clock: systemClock, log: quietLog }).open(environment)
  await importSolution(organisation, await sampleSolution())
})
afterAll(() => organisation.close())

describe('access of groups', () => {
  it('makes one team for a group, whoever asks how often, and shows a flow to it', async () => {
    const [flow] = rowsOf(await organisation.call('GET', 'workflows?$select=name&$filter=category eq 5 and type eq 1'))
    const name = String(flow?.['name'])
    const wanted = { teams: [{ name: 'Inspectors', groupId, roles: [] }], apps: [], flows: [{ flow: name, team: 'Inspectors' }] }
    const before = await access.fetchAccess(wanted)
    expect(before).toMatchObject({ teams: [], users: [], flows: [{ name, teamIds: [] }] })
    const made = { name: 'Inspectors', groupId, businessUnitId: before.rootUnitId }
    const teamId = await access.makeGroupTeam({ ...made, id: crypto.randomUUID() })
    expect(await access.makeGroupTeam({ ...made, id: crypto.randomUUID() })).toBe(teamId)
    for (const flowId of before.flows.flatMap(({ id }) => [id, id])) await access.shareFlow({ flowId, teamId })
    expect(await access.fetchAccess(wanted)).toMatchObject({ teams: [{ id: teamId, groupId }], flows: [{ name, teamIds: [teamId] }] })
  })

  it('gives and takes a role any number of times', async () => {
    const wanted = { teams: [{ name: 'Inspectors', groupId, roles: ['Basic User'] }], apps: [], flows: [] }
    const seen = await access.fetchAccess(wanted)
    const [teamId = '', id = ''] = [seen.teams[0]?.id, seen.roles[0]?.id]
    for (const deed of ['give', 'give'] as const) await access.assignTeam({ teamId, what: 'role', id, deed })
    expect((await access.fetchAccess(wanted)).teams[0]?.roles).toEqual([{ id, name: 'Basic User' }])
    for (const deed of ['take', 'take'] as const) await access.assignTeam({ teamId, what: 'role', id, deed })
    expect((await access.fetchAccess(wanted)).teams[0]?.roles).toEqual([])
    const absent = access.assignTeam({ teamId, what: 'role', id: crypto.randomUUID(), deed: 'give' })
    await expect(absent).rejects.toMatchObject({ code: 'dataverse.not-found' })
  })
})
