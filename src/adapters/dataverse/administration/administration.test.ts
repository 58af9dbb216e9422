import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AdministeredEnvironment, Environment } from '#domain/environment'
import type { EnvironmentAdministration, LifecycleOperation, LifecycleState } from '#engine/ports'
import { findAdministered } from '#domain/environment'
import { deployer, tenantId } from '../../../../test/conformance/organisation.ts'
import type { LocalTenant } from '../../../../test/conformance/tenant.ts'
import { administrator, openTenant } from '../../../../test/conformance/tenant.ts'
import type { LocalServer, Told } from '../testing/local-server.ts'
import { dependencies, environmentAt, failureOf, secretText, startLocalServer } from '../testing/local-server.ts'
import { createAdministrations } from './index.ts'

const other = {
  tenantId,
  clientId: '77777777-0000-4777-8777-777777777777',
  objectId: '77777777-1111-4777-8777-777777777777',
  name: 'Another application',
  clientSecret: 'of another',
}

describe('the administration of a tenant', () => {
  let tenant: LocalTenant
  let administration: EnvironmentAdministration

  beforeAll(async () => {
    tenant = await openTenant({ clients: [other], tokenLifetimeSeconds: 30 * 24 * 3600 })
    administration = open(tenant.url)
  })
  afterAll(() => tenant.close())

  it('is not open where the configuration does not name both of its services', () => {
    const environment = environmentAt(tenant.url, { administrationUrl: tenant.url })
    expect(() => createAdministrations(dependencies()).open(environment)).toThrow('it has no platformApiUrl')
  })

  it('shares no app where the configuration does not name the API of Power Apps', async () => {
    const failure = await failureOf(administration.listAppShares('of-an-environment', 'of-an-app'))
    expect(failure).toMatchObject({ code: 'administration.not-configured', message: expect.stringContaining('no powerAppsUrl') as string })
  })

  it('is closed to an identity that no person registered for it', async () => {
    expect(await failureOf(administration.listEnvironments())).toMatchObject({
      code: 'administration.forbidden',
      message: expect.stringContaining('does not have permission') as string,
    })
    const token = await tenant.signIn(administrator, 'https://service.powerapps.com/')
    const path = `providers/Microsoft.BusinessAppPlatform/adminApplications/${deployer.clientId}?api-version=2020-10-01`
    expect((await tenant.call('PUT', path, { token })).status).toBe(200)
    expect((await administration.listEnvironments()).map(({ domainName }) => domainName).toSorted()).toEqual(['dev', 'test'])
  })

  it('shows an environment by its address, and none that is gone', async () => {
    const test = await named('test')
    expect(test).toMatchObject({
      kind: 'sandbox',
      url: `${tenant.url}/test`,
      isManaged: false,
      isInAdministrationMode: false,
      hasBackgroundOperations: true,
    })
    expect(await administration.fetchEnvironment(test.platformId)).toEqual(test)
    expect(await administration.fetchEnvironment('00000000-0000-4000-8000-000000000000')).toBeUndefined()
  })

  it('takes a restore point, and rewinds another environment to it as soon as it can be used', async () => {
    const [from, to] = [await named('dev'), await named('test')]
    const taken = await administration.takeRestorePoint(from.platformId, 'drover attempt-1')
    const later = await administration.takeRestorePoint(from.platformId, 'by hand')
    const days = (Date.parse(taken.expiresAt) - Date.parse(taken.rewindsTo)) / 86_400_000
    // Seven days of the service on a clock that runs sixty times as fast.
    expect(days * 60).toBeCloseTo(7)
    const listed = await administration.listRestorePoints(from.platformId)
    expect(listed.map(({ id }) => id).toSorted()).toEqual([later.id, taken.id].toSorted())
    expect(listed.find(({ id }) => id === taken.id)).toEqual(taken)

    const wanted = { from: from.platformId, to: to.platformId, at: taken.rewindsTo, skipAudit: true }
    expect(await failureOf(administration.restore(wanted))).toMatchObject({
      code: 'administration.refused',
      message: expect.stringContaining('10 to 15 minutes') as string,
    })
    await pass(15)
    const operation = await administration.restore(wanted)
    expect(await administration.fetchLifecycle(operation)).toEqual({ state: 'running', stage: 'Validate' })
    expect(await failureOf(administration.restore(wanted))).toMatchObject({ code: 'administration.busy', isRetryable: true })
    expect(await follow(operation)).toEqual({ state: 'succeeded' })
    expect(await named('test')).toMatchObject({ isInAdministrationMode: true, hasBackgroundOperations: false })
  })

  it('changes what is named and nothing else, and copies', async () => {
    const { platformId } = await named('test')
    await follow(await administration.changeEnvironment(platformId, { isInAdministrationMode: false }))
    expect(await named('test')).toMatchObject({ isInAdministrationMode: false, hasBackgroundOperations: false, displayName: 'test' })
    const group = '12121212-0000-4000-8000-000000000000'
    const change = { hasBackgroundOperations: true, displayName: 'Try', securityGroupId: group }
    await follow(await administration.changeEnvironment(platformId, change))
    expect(await named('test')).toMatchObject({ hasBackgroundOperations: true, displayName: 'Try', securityGroupId: group })
    await follow(await administration.setManaged(platformId, true))
    expect((await named('test')).isManaged).toBe(true)
    const copying = { from: (await named('dev')).platformId, to: platformId, type: 'minimal' } as const
    expect(await failureOf(administration.copy(copying))).toMatchObject({ code: 'administration.refused' })
    await follow(await administration.setManaged(platformId, false))
    expect(await follow(await administration.copy(copying))).toEqual({ state: 'succeeded' })
  })

  it('makes an environment, brings an application in as its administrator, and deletes it', async () => {
    const operation = await administration.createEnvironment({
      displayName: 'Made here',
      domainName: 'madehere',
      kind: 'developer',
      location: 'europe',
      baseLanguage: 1031,
      currency: 'EUR',
    })
    expect(await administration.fetchLifecycle(operation)).toMatchObject({ state: 'running' })
    await follow(operation)
    const made = await named('madehere')
    expect(made).toMatchObject({ displayName: 'Made here', kind: 'developer', baseLanguage: 1031, url: `${tenant.url}/madehere` })
    await pass(2)
    await administration.addApplicationUser(made.platformId, other.clientId)
    // Twice is as once.
    await administration.addApplicationUser(made.platformId, other.clientId)
    const token = await tenant.tokenOf(other, tenant.url)
    expect((await tenant.call('GET', 'madehere/api/data/v9.2/organizations', { token })).status).toBe(200)
    const deletion = await administration.deleteEnvironment(made.platformId)
    await follow(deletion)
    expect(await administration.fetchEnvironment(made.platformId)).toBeUndefined()
    expect(await administration.deleteEnvironment(made.platformId)).toEqual({ statusUrl: undefined })
    expect(await administration.fetchLifecycle({ statusUrl: undefined })).toEqual({ state: 'succeeded' })
  })

  function open(url: string): EnvironmentAdministration {
    const secrets = { resolve: async () => deployer.clientSecret }
    const credentials: Environment['credentials'] = {
      tokenUrl: `${url}/${tenantId}/oauth2/v2.0/token`,
      clientId: deployer.clientId,
      clientSecret: { kind: 'environment', variable: 'X' },
    }
    const environment = environmentAt(`${url}/test`, { credentials, administrationUrl: url, platformApiUrl: `${url}/` })
    return createAdministrations(dependencies({ secrets })).open(environment)
  }

  async function named(name: string): Promise<AdministeredEnvironment> {
    const found = findAdministered(await administration.listEnvironments(), `${tenant.url}/${name}/`)
    if (found === undefined) throw new Error(`The tenant shows no ${name}.`)
    return found
  }

  async function pass(minutes: number): Promise<void> {
    // Sixty times as fast: a second is a minute of the service.
    await tenant.control('POST', 'clock/jump', { seconds: minutes })
  }

  async function follow(operation: LifecycleOperation): Promise<LifecycleState> {
    for (let minute = 0; minute < 30; minute += 1) {
      const state = await administration.fetchLifecycle(operation)
      if (state.state !== 'running') return state
      await pass(1)
    }
    throw new Error('The operation did not end.')
  }
})

describe('what the administration answers', () => {
  const id = '44444444-0000-4000-8000-000000000000'

  it('is ambiguous for a start whose answer never came, and not sent again', async () => {
    const { server, administration } = await serve(() => ({ isCut: true }))
    expect(await failureOf(administration.takeRestorePoint(id, 'one'))).toMatchObject({ code: 'dataverse.ambiguous', isRetryable: false })
    expect(server.asked.filter(({ method, path }) => method === 'POST' && path.includes('backups'))).toHaveLength(1)
    await server.close()
  })

  it('is ambiguous for a start that a gateway answered, and clear for one that the service refused', async () => {
    const { server, administration } = await serve(({ path }) =>
      path.endsWith('/copy')
        ? { status: 502, body: '<html>' }
        : { status: 500, body: { error: { code: 'X', message: `no, ${secretText}` } } },
    )
    const wanted = { from: id, to: id, type: 'full' } as const
    expect(await failureOf(administration.copy(wanted))).toMatchObject({ code: 'dataverse.ambiguous' })
    const refused = await failureOf(administration.takeRestorePoint(id, 'one'))
    expect(refused).toMatchObject({ code: 'administration.refused', message: expect.stringContaining('(X): no, ***') as string })
    await server.close()
  })

  it('is certain where nobody listens', async () => {
    const { server, administration } = await serve(() => undefined)
    await server.close()
    expect(await failureOf(administration.takeRestorePoint(id, 'one'))).toMatchObject({ code: 'dataverse.unreachable', isRetryable: true })
  })

  it('is waited for where it asks to wait before a read, and handed on for a start', async () => {
    let reads = 0
    const { server, administration } = await serve(({ method }) => {
      if (method === 'POST') return { status: 429, headers: { 'retry-after': '7' } }
      reads += 1
      return reads === 1 ? { status: 429, headers: { 'retry-after': '0' } } : { body: { collection: [], continuationToken: null } }
    })
    expect(await administration.listRestorePoints(id)).toEqual([])
    expect(await failureOf(administration.takeRestorePoint(id, 'one'))).toMatchObject({ code: 'dataverse.throttled', retryAfterMs: 7000 })
    await server.close()
  })

  it('is followed to the end that it says, and a word that is not known is none', async () => {
    const words: Told[] = [
      { status: 409 },
      { body: { state: { id: 'NotStarted' }, stages: [] } },
      { body: { status: 'Failed', stageStatuses: [{ name: 'Run', status: 'Failed' }], errorDetail: { message: 'no space' } } },
      { status: 404 },
    ]
    const { server, administration } = await serve(() => words.shift())
    const operation = { statusUrl: `${server.url}/environmentmanagement/environments/${id}/operations/1` }
    expect(await administration.fetchLifecycle(operation)).toEqual({ state: 'running', stage: undefined })
    expect(await administration.fetchLifecycle(operation)).toEqual({ state: 'running', stage: undefined })
    expect(await administration.fetchLifecycle(operation)).toEqual({ state: 'failed', message: 'it failed in stage Run: no space' })
    expect(await administration.fetchLifecycle(operation)).toEqual({ state: 'succeeded' })
    await server.close()
  })

  it('sends no token to where an address of an operation leads elsewhere', async () => {
    const { server, administration } = await serve(() => undefined)
    const statusUrl = 'http://127.0.0.1:9/providers/Microsoft.BusinessAppPlatform/lifecycleOperations/1'
    expect(await failureOf(administration.fetchLifecycle({ statusUrl }))).toMatchObject({
      code: 'dataverse.unexpected',
      message: expect.stringContaining('a link to another server') as string,
    })
    await server.close()
  })

  async function serve(
    tell: (asked: { readonly method: string; readonly path: string }) => Told | undefined,
  ): Promise<{ readonly server: LocalServer; readonly administration: EnvironmentAdministration }> {
    const server = await startLocalServer((asked) => (asked.path.startsWith('/tenant/') ? undefined : tell(asked)))
    const environment = environmentAt(`${server.url}/test`, { administrationUrl: server.url, platformApiUrl: server.url })
    const { credentials } = environmentAt(server.url)
    return { server, administration: createAdministrations(dependencies()).open({ ...environment, credentials }) }
  }
})
