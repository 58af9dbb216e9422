import { z } from 'zod'
import type { AdministeredEnvironment, EnvironmentSpec } from '#domain/environment'
import { asAdministrator } from '#domain/environment'
import { DroverError } from '#domain/kernel'
import type { Administrations, EnvironmentAdministration, LifecycleOperation } from '#engine/ports'
import type { DataverseDependencies } from '../environments.ts'
import type { Governor } from '../governor.ts'
import { createGovernor } from '../governor.ts'
import { defaultLimits } from '../limits.ts'
import { createTokenSource } from '../token.ts'
import type { AdministrationCall, AdministrationClient, Service } from './administration-client.ts'
import { createAdministrationClient } from './administration-client.ts'
import { listAppShares, shareApp } from './app-shares.ts'
import { installApplication, listApplications } from './application-packages.ts'
import { makeAdministrator } from './application-user.ts'
import { operationOf, readLifecycle } from './lifecycle.ts'
import { administeredReply, readEnvironment } from './read-environment.ts'
import { listRestorePoints, takeRestorePoint } from './restore-points.ts'

type Administered = Parameters<Administrations['open']>[0]

/** Opens the administration of tenants: BAP and the Power Platform API (web-api F.1, F.2). One sign-in for each identity. */
export function createAdministrations(dependencies: DataverseDependencies): Administrations {
  const opened = new Map<string, EnvironmentAdministration>()
  const governors = new Map<string, Governor>()
  const limits = { ...defaultLimits, ...dependencies.limits }
  function governorOf({ administrationUrl, credentials }: Administered): Governor {
    const key = `${administrationUrl ?? ''} ${credentials.clientId.toLowerCase()}`
    const governor = governors.get(key) ?? createGovernor(limits)
    governors.set(key, governor)
    return governor
  }
  return {
    open(configured) {
      const environment = asAdministrator(configured)
      const { name, administrationUrl, platformApiUrl, powerAppsUrl, credentials } = environment
      if (administrationUrl === undefined || platformApiUrl === undefined) throw notConfigured(environment)
      const key = JSON.stringify([name, administrationUrl, platformApiUrl, powerAppsUrl, credentials])
      const known = opened.get(key)
      if (known !== undefined) return known
      const tokens = createTokenSource(environment, dependencies, limits)
      const client = createAdministrationClient({ environment, dependencies, limits, tokens, governor: governorOf(environment) })
      const administration = administer(client, { environment, administrationUrl, platformApiUrl })
      opened.set(key, administration)
      return administration
    },
  }
}

function notConfigured({ name, administrationUrl }: Administered): DroverError {
  return withoutAddress(name, administrationUrl === undefined ? 'administrationUrl' : 'platformApiUrl')
}

function withoutAddress(name: string, missing: 'administrationUrl' | 'platformApiUrl' | 'powerAppsUrl'): DroverError {
  return new DroverError('administration.not-configured', `How ${name} is administered is not configured: it has no ${missing}.`, {
    hint: 'Name administrationUrl, platformApiUrl and, to share apps, powerAppsUrl of the environment in drover.yaml, and apply it.',
  })
}

/** Tokens are for these resources, wherever the services answer (web-api D). */
const bapAudience = 'https://service.powerapps.com/'
const platformAudience = 'https://api.powerplatform.com/'

const bap = '/providers/Microsoft.BusinessAppPlatform'
const admin = `${bap}/scopes/admin/environments`
const environmentsReply = z.object({ value: z.array(administeredReply), nextLink: z.string().nullish() })
const createdReply = z.object({ name: z.string(), properties: z.object({ provisioningState: z.string().nullish() }).nullish() })

function administer(
  client: AdministrationClient,
  of: { readonly environment: Administered; readonly administrationUrl: string; readonly platformApiUrl: string },
): EnvironmentAdministration {
  const powerApps = (): Service => {
    const { powerAppsUrl } = of.environment
    if (powerAppsUrl === undefined) throw withoutAddress(of.environment.name, 'powerAppsUrl')
    return { base: powerAppsUrl.replace(/\/+$/, ''), audience: bapAudience }
  }
  const bapService: Service = { base: of.administrationUrl.replace(/\/+$/, ''), audience: bapAudience }
  const platform: Service = { base: of.platformApiUrl.replace(/\/+$/, ''), audience: platformAudience }
  const start = async (
    call: Omit<AdministrationCall, 'effect'>,
    effect: AdministrationCall['effect'] = 'start',
  ): Promise<LifecycleOperation> => operationOf(await client.ask({ ...call, effect }))
  const onPlatform = (platformId: string, what: string): { readonly service: Service; readonly path: string } => ({
    service: platform,
    path: `/environmentmanagement/environments/${encodeURIComponent(platformId)}/${what}?api-version=2022-03-01-preview`,
  })
  return {
    listEnvironments: () => listEnvironments(client, bapService),
    fetchEnvironment: (platformId) => fetchEnvironment(client, bapService, platformId),
    createEnvironment: (spec) => createEnvironment(client, bapService, spec),
    async deleteEnvironment(platformId) {
      const body = { code: '7', message: 'Deleted by Drover' }
      const path = `${admin}/${encodeURIComponent(platformId)}?api-version=2023-06-01`
      const call = {
        service: bapService,
        method: 'DELETE',
        path,
        body,
        effect: 'start',
        work: `deleting environment ${platformId}`,
      } as const
      // Gone already: what was wanted.
      return operationOf(await client.ask(call, [404]))
    },
    listRestorePoints: (platformId) => listRestorePoints(client, platform, onPlatform(platformId, 'backups').path),
    takeRestorePoint: (platformId, label) => takeRestorePoint(client, platform, { path: onPlatform(platformId, 'backups').path, label }),
    // RestoreRequestOptions: REST reference of the Power Platform API, Environment Management.
    restore: ({ from, to, at, skipAudit, displayName, securityGroupId }) =>
      start({
        ...onPlatform(to, 'Restore'),
        method: 'POST',
        body: {
          restorePointDateTime: at,
          sourceEnvironmentId: from,
          restoreOptions: {
            skipAuditData: skipAudit,
            ...(displayName === undefined ? {} : { environmentNameToOverride: displayName }),
            ...(securityGroupId === undefined ? {} : { securityGroupIdToOverride: securityGroupId }),
          },
        },
        work: `restoring environment ${from} into ${to}`,
      }),
    copy: ({ from, to, type }) =>
      start({
        ...onPlatform(to, 'copy'),
        method: 'POST',
        body: { copyType: type === 'full' ? 'FullCopy' : 'MinimalCopy', sourceEnvironmentId: from },
        work: `copying environment ${from} into ${to}`,
      }),
    changeEnvironment(platformId, change) {
      const path = `${admin}/${encodeURIComponent(platformId)}?api-version=2021-04-01`
      const work = `changing environment ${platformId}`
      return start({ service: bapService, method: 'PATCH', path, body: changeBody(change), work }, 'change')
    },
    setManaged(platformId, isManaged) {
      const path = `${bap}/environments/${encodeURIComponent(platformId)}/governanceConfiguration?api-version=2021-04-01`
      const body = { protectionLevel: isManaged ? 'Standard' : 'Basic' }
      return start({ service: bapService, method: 'POST', path, body, work: `changing how environment ${platformId} is managed` }, 'change')
    },
    async addApplicationUser(platformId, clientId) {
      const found = await fetchEnvironment(client, bapService, platformId)
      if (found?.url === undefined) throw withoutDatabase(platformId)
      const path = `${admin}/${encodeURIComponent(platformId)}/addAppUser?api-version=2020-10-01`
      const body = { servicePrincipalAppId: clientId }
      await client.ask({ service: bapService, method: 'POST', path, body, effect: 'change', work: `adding the application ${clientId}` })
      // The platform makes the user; that it has no role of its own then is unverified, so it is looked at and given.
      await makeAdministrator(client, { base: found.url, audience: found.url }, clientId)
    },
    listApplications: (platformId) => listApplications(client, platform, platformId),
    installApplication: (platformId, uniqueName) => installApplication(client, platform, { platformId, uniqueName }),
    listAppShares: async (platformId, appId) => listAppShares(client, powerApps(), { platformId, appId }),
    shareApp: async (platformId, share) => shareApp(client, powerApps(), { platformId, share }),
    async fetchLifecycle({ statusUrl }) {
      if (statusUrl === undefined) return { state: 'succeeded' }
      const isBap = new URL(statusUrl).pathname.startsWith('/providers/')
      const service = isBap ? bapService : platform
      const call = { service, method: 'GET', path: statusUrl, effect: 'read', work: 'following an operation' } as const
      return readLifecycle(await client.ask(call, [404, 409]))
    },
  }
}

/** More pages than this name one another in a circle. */
const mostPages = 200

async function listEnvironments(client: AdministrationClient, service: Service): Promise<readonly AdministeredEnvironment[]> {
  const found: AdministeredEnvironment[] = []
  let path: string | undefined = `${admin}?api-version=2023-06-01`
  for (let pages = 0; path !== undefined; pages++) {
    // Part of a list would show pets as gone and environments as free: better none.
    if (pages === mostPages) throw endlessList()
    const call: AdministrationCall = { service, method: 'GET', path, effect: 'read', work: 'listing the environments of the tenant' }
    const page: z.infer<typeof environmentsReply> = await client.read(call, environmentsReply)
    found.push(...page.value.map(readEnvironment))
    path = page.nextLink ?? undefined
  }
  return found
}

async function fetchEnvironment(
  client: AdministrationClient,
  service: Service,
  platformId: string,
): Promise<AdministeredEnvironment | undefined> {
  const path = `${admin}/${encodeURIComponent(platformId)}?api-version=2023-06-01`
  const call = { service, method: 'GET', path, effect: 'read', work: `reading environment ${platformId}` } as const
  try {
    return readEnvironment(await client.read(call, administeredReply))
  } catch (error) {
    if (error instanceof DroverError && error.code === 'administration.not-found') return undefined
    throw error
  }
}

const skus = { sandbox: 'Sandbox', developer: 'Developer', production: 'Production' } as const

async function createEnvironment(client: AdministrationClient, service: Service, spec: EnvironmentSpec): Promise<LifecycleOperation> {
  const { displayName, description, kind, location, baseLanguage, currency, domainName, securityGroupId } = spec
  const body = {
    location,
    properties: {
      displayName,
      ...(description === undefined ? {} : { description }),
      environmentSku: skus[kind],
      databaseType: 'CommonDataService',
      linkedEnvironmentMetadata: {
        baseLanguage,
        domainName,
        currency: { code: currency },
        templates: [],
        ...(securityGroupId === undefined ? {} : { securityGroupId }),
      },
    },
  }
  const path = `${bap}/environments?api-version=2023-06-01`
  const answer = await client.ask({ service, method: 'POST', path, body, effect: 'start', work: `making environment ${displayName}` })
  // 201: there at once, or still being provisioned, which the environment itself tells (web-api F.1).
  const created = answer.status === 201 ? createdReply.safeParse(answer.json).data : undefined
  if (created === undefined || created.properties?.provisioningState === 'Succeeded') return operationOf(answer)
  return { statusUrl: `${service.base}${admin}/${encodeURIComponent(created.name)}?api-version=2023-06-01` }
}

function changeBody(change: Parameters<EnvironmentAdministration['changeEnvironment']>[1]): object {
  const { isInAdministrationMode, hasBackgroundOperations, displayName, securityGroupId } = change
  const linked = {
    ...(hasBackgroundOperations === undefined ? {} : { backgroundOperationsState: hasBackgroundOperations ? 'Enabled' : 'Disabled' }),
    ...(securityGroupId === undefined ? {} : { securityGroupId }),
  }
  return {
    properties: {
      ...(displayName === undefined ? {} : { displayName }),
      ...(isInAdministrationMode === undefined ? {} : { states: { runtime: { id: isInAdministrationMode ? 'AdminMode' : 'Enabled' } } }),
      ...(Object.keys(linked).length === 0 ? {} : { linkedEnvironmentMetadata: linked }),
    },
  }
}

function endlessList(): DroverError {
  return new DroverError('dataverse.unexpected', `The list of the environments of the tenant has no end after ${mostPages} pages.`, {
    hint: 'Try again; if it stays so, ask whoever runs administrationUrl.',
  })
}

function withoutDatabase(platformId: string): DroverError {
  return new DroverError('administration.not-ready', `The environment ${platformId} has no Dataverse that an application could enter.`, {
    hint: 'Wait until it is made, then try again.',
    isRetryable: true,
  })
}
