import { z } from 'zod'
import type { ApplicationPackage } from '#domain/environment'
import type { LifecycleOperation } from '#engine/ports'
import type { AdministrationClient, Service } from './administration-client.ts'

/*
 * Sources: https://learn.microsoft.com/rest/api/power-platform/appmanagement/applications and
 * https://learn.microsoft.com/power-platform/admin/programmability-tutorial-install-application-environment.
 */
const apiVersion = 'api-version=2024-10-01'
const packages = z.object({
  value: z.array(
    z.object({
      uniqueName: z.string(),
      localizedName: z.string().nullish(),
      applicationName: z.string().nullish(),
      version: z.string().nullish(),
      state: z.string().nullish(),
    }),
  ),
  '@odata.nextLink': z.string().nullish(),
})
const accepted = z.object({
  operationId: z.string().nullish(),
  lastOperation: z.object({ operationId: z.string().nullish() }).nullish(),
})

/** More pages than this name one another in a circle. */
const mostPages = 200

/** Of two versions of one application, the one that is installed: the other is an update of it (that both are listed is unverified). */
export async function listApplications(
  client: AdministrationClient,
  service: Service,
  platformId: string,
): Promise<readonly ApplicationPackage[]> {
  const found = new Map<string, ApplicationPackage>()
  let path: string | undefined = `${pathOf(platformId)}/applicationPackages?appInstallState=All&${apiVersion}`
  for (let page = 0; page < mostPages && path !== undefined; page++) {
    const call = { service, method: 'GET', path, effect: 'read', work: `listing the applications of environment ${platformId}` } as const
    const reply: z.infer<typeof packages> = await client.read(call, packages)
    for (const each of reply.value.map(readPackage)) {
      const key = each.uniqueName.toLowerCase()
      if (found.get(key)?.state !== 'installed') found.set(key, each)
    }
    path = reply['@odata.nextLink'] ?? undefined
  }
  return [...found.values()]
}

/** The operation is named by a header, and by what is answered; where neither does, the list of applications tells. */
export async function installApplication(
  client: AdministrationClient,
  service: Service,
  of: { readonly platformId: string; readonly uniqueName: string },
): Promise<LifecycleOperation> {
  const path = `${pathOf(of.platformId)}/applicationPackages/${encodeURIComponent(of.uniqueName)}/install?${apiVersion}`
  const answer = await client.ask({ service, method: 'POST', path, effect: 'start', work: `installing the application ${of.uniqueName}` })
  const header = answer.headers.get('operation-location')
  if (header !== null) return { statusUrl: header }
  const said = accepted.safeParse(answer.json).data
  const operationId = said?.operationId ?? said?.lastOperation?.operationId ?? undefined
  if (operationId === undefined) return { statusUrl: undefined }
  return { statusUrl: `${service.base}${pathOf(of.platformId)}/operations/${encodeURIComponent(operationId)}?${apiVersion}` }
}

function pathOf(platformId: string): string {
  return `/appmanagement/environments/${encodeURIComponent(platformId)}`
}

function readPackage({ uniqueName, localizedName, applicationName, version, state }: z.infer<typeof packages>['value'][number]) {
  return {
    uniqueName,
    displayName: localizedName ?? applicationName ?? uniqueName,
    version: version ?? '',
    state: stateOf(state ?? ''),
  }
}

/** `Installed` and `None` are documented; the words in between are unverified, so they are told by what they contain. */
function stateOf(word: string): ApplicationPackage['state'] {
  if (/^installed$/i.test(word)) return 'installed'
  if (/fail/i.test(word)) return 'failed'
  return /installing|requested|pending|progress|running/i.test(word) ? 'installing' : 'offered'
}
