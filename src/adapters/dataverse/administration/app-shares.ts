import { z } from 'zod'
import type { AppShare, LackingShare } from '#domain/plan'
import type { AdministrationClient, Service } from './administration-client.ts'

/*
 * What Set-AdminPowerAppRoleAssignment does (https://learn.microsoft.com/powershell/module/microsoft.powerapps.administration.powershell/set-adminpowerapproleassignment)
 * and what "Power Apps for Admins" calls editing role assignments; the addresses are those of https://pnp.github.io/cli-microsoft365/cmd/pa/app/app-permission-ensure/,
 * which no reference of Microsoft names.
 */
const apiVersion = 'api-version=2022-11-01'
const permissions = z.object({
  value: z.array(
    z.object({
      properties: z.object({
        roleName: z.string(),
        // Everybody of the tenant has no id of its own.
        principal: z.object({ id: z.string().nullish(), type: z.string().nullish() }),
      }),
    }),
  ),
  nextLink: z.string().nullish(),
})

/** More pages than this name one another in a circle. */
const mostPages = 200

export async function listAppShares(
  client: AdministrationClient,
  service: Service,
  { platformId, appId }: { readonly platformId: string; readonly appId: string },
): Promise<readonly AppShare[]> {
  const found: AppShare[] = []
  let path: string | undefined = `${pathOf(platformId, appId)}/permissions?${apiVersion}`
  for (let page = 0; page < mostPages && path !== undefined; page++) {
    const call = { service, method: 'GET', path, effect: 'read', work: `reading with whom app ${appId} is shared` } as const
    const reply: z.infer<typeof permissions> = await client.read(call, permissions)
    for (const { properties } of reply.value) {
      const { id } = properties.principal
      if (typeof id === 'string') found.push({ appId, principalId: id, role: properties.roleName })
    }
    path = reply.nextLink ?? undefined
  }
  return found
}

export async function shareApp(
  client: AdministrationClient,
  service: Service,
  { platformId, share }: { readonly platformId: string; readonly share: LackingShare },
): Promise<void> {
  const path = `${pathOf(platformId, share.appId)}/modifyPermissions?${apiVersion}`
  const properties = { principal: { id: share.groupId, type: 'Group' }, NotifyShareTargetOption: 'DoNotNotify', roleName: share.role }
  const work = `sharing the app ${share.app} with group ${share.groupId}`
  await client.ask({ service, method: 'POST', path, body: { put: [{ properties }] }, effect: 'change', work })
}

function pathOf(platformId: string, appId: string): string {
  return `/providers/Microsoft.PowerApps/scopes/admin/environments/${encodeURIComponent(platformId)}/apps/${encodeURIComponent(appId)}`
}
