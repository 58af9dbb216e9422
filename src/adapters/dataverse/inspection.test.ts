import { afterEach, describe, expect, it } from 'vitest'
import type { ObservedConnection } from '#domain/environment'
import type { Asked, LocalServer, Told } from './testing/local-server.ts'
import { api, openAt, startLocalServer } from './testing/local-server.ts'

let server: LocalServer | undefined

afterEach(async () => {
  await server?.close()
})

const loans = { solutionid: 's1', uniquename: 'Loans', version: '1.0', ismanaged: true, publisherid: { customizationprefix: 'drv' } }
const rows: Readonly<Record<string, readonly object[]>> = {
  solutions: [loans, { solutionid: 's2', uniquename: 'Other', version: 'beta', ismanaged: true, publisherid: null }],
  solutioncomponents: [{ objectid: 'F1' }],
  workflows: [
    { workflowid: 'f1', name: 'Remind', statecode: 1, _ownerid_value: 'u1' },
    { workflowid: 'f2', name: 'Of another solution', statecode: 0 },
  ],
  connectionreferences: [
    { connectionreferencelogicalname: 'drv_Sp', connectionid: '', connectorid: '/providers/Microsoft.PowerApps/apis/shared_sp' },
  ],
  environmentvariabledefinitions: [
    { environmentvariabledefinitionid: 'd1', schemaname: 'drv_Url', defaultvalue: null },
    { environmentvariabledefinitionid: 'd2', schemaname: 'drv_Days', defaultvalue: '30' },
  ],
  environmentvariablevalues: [{ _environmentvariabledefinitionid_value: 'd1', value: 'https://contoso.example' }],
}

function production(more: (asked: Asked) => Told | undefined = () => undefined) {
  return (asked: Asked): Told | undefined => {
    const own = more(asked)
    if (own !== undefined) return own
    if (asked.path === api('WhoAmI()')) return { body: { UserId: 'u1' } }
    if (asked.path === api('systemusers(u1)')) return { body: { azureactivedirectoryobjectid: 'oid-1' } }
    if (asked.path === api('RetrieveVersion()')) return { body: { Version: '9.2.25084.176' } }
    const set = rows[asked.path.replace(api(''), '')]
    return set === undefined ? undefined : { body: { value: set } }
  }
}

async function observe(
  tell: (asked: Asked) => Told | undefined,
  needs: { readonly solution?: string; readonly connectionIds?: readonly string[] } = {},
) {
  server = await startLocalServer(tell)
  return openAt(server.url).observe({ solution: needs.solution ?? 'Loans', connectionIds: needs.connectionIds ?? [] })
}

describe('observing an environment', () => {
  it('reads who Drover is, what is installed, and flows, bindings and values', async () => {
    expect(await observe(production())).toEqual({
      environmentId: 'test',
      observedAt: '2026-11-21T12:00:00.000Z',
      identity: { userId: 'u1', objectId: 'oid-1' },
      platformVersion: '9.2.25084.176',
      solutions: [{ id: 's1', uniqueName: 'Loans', version: '1.0', isManaged: true, publisherPrefix: 'drv' }],
      flows: [{ id: 'f1', name: 'Remind', state: 'on', ownerId: 'u1' }],
      bindings: [{ logicalName: 'drv_Sp', connectionId: undefined, connectorId: '/providers/Microsoft.PowerApps/apis/shared_sp' }],
      connections: [],
      variables: [
        { schemaName: 'drv_Url', hasDefault: false, hasValue: true },
        { schemaName: 'drv_Days', hasDefault: true, hasValue: false },
      ],
      missingSecrets: [],
    })
  })

  it('shows no flows of a solution that is not installed', async () => {
    expect((await observe(production(), { solution: 'New' })).flows).toEqual([])
  })

  it('does not know its object id without the right to read its own user row', async () => {
    const state = await observe(
      production(({ path }) =>
        path === api('systemusers(u1)') ? { status: 403, body: { error: { code: '0x80040220', message: 'No.' } } } : undefined,
      ),
    )
    expect(state.identity).toEqual({ userId: 'u1', objectId: undefined })
  })
})

describe('whether Drover may use a connection', () => {
  const apiId = '/providers/Microsoft.PowerApps/apis/shared_sp'
  const connection = {
    name: 'C1',
    properties: {
      apiId,
      displayName: 'SharePoint',
      statuses: [{ status: 'Connected' }],
      createdBy: { email: 'svc@contoso.example' },
      environment: { name: 'e-1' },
    },
  }
  const owner = {
    properties: { roleName: 'Owner', principal: { id: 'oid-9', displayName: 'Service', email: 'svc@contoso.example', type: 'User' } },
  }

  async function connectionWith(permissions: readonly object[] | number): Promise<ObservedConnection | undefined> {
    const state = await observe(
      production(({ path }) => {
        if (path === '/connectivity/connections') return { body: { value: [connection, { ...connection, name: 'other' }] } }
        if (path !== '/connectivity/connectors/shared_sp/connections/C1/permissions') return undefined
        return typeof permissions === 'number'
          ? { status: permissions, body: { error: { code: 'X', message: 'No.' } } }
          : { body: { value: permissions } }
      }),
      { connectionIds: ['c1'] },
    )
    return state.connections[0]
  }

  it('is yes when it is shared with Drover, and the filter names the environment', async () => {
    const share = { properties: { roleName: 'CanView', principal: { id: 'OID-1', type: 'ServicePrincipal' } } }
    expect(await connectionWith([owner, share])).toEqual({
      id: 'C1',
      connectorId: apiId,
      displayName: 'SharePoint',
      status: 'connected',
      owner: 'svc@contoso.example',
      mayUse: 'yes',
    })
    const asked = server?.asked.find(({ path }) => path.endsWith('/permissions'))
    expect(Object.fromEntries(asked?.query ?? [])).toEqual({ 'api-version': '1', $filter: "environment eq 'e-1'" })
  })

  it('is no when it is shared with single others only, and the owner is named', async () => {
    expect(await connectionWith([owner])).toMatchObject({ mayUse: 'no', owner: 'svc@contoso.example' })
  })

  it('is unknown when a group might include Drover', async () => {
    expect(await connectionWith([owner, { properties: { roleName: 'CanView', principal: { id: 'g', type: 'Group' } } }])).toMatchObject({
      mayUse: 'unknown',
    })
  })

  it.each([403, 404])('is unknown when its permissions answer %i', async (status) => {
    expect(await connectionWith(status)).toMatchObject({ mayUse: 'unknown', owner: 'svc@contoso.example' })
  })

  it('is not asked for connections that nobody needs', async () => {
    await observe(production())
    expect(server?.asked.some(({ path }) => path.startsWith('/connectivity'))).toBe(false)
  })

  it('leaves out a connection that is not listed, for it may not exist', async () => {
    const state = await observe(
      production(({ path }) => (path === '/connectivity/connections' ? { body: { value: [connection] } } : undefined)),
      { connectionIds: ['c9'] },
    )
    expect(state.connections).toEqual([])
  })
})
