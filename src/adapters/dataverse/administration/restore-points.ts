import { z } from 'zod'
import type { RestorePoint } from '#domain/environment'
import { toId } from '#domain/kernel'
import type { AdministrationClient, Service } from './administration-client.ts'

const instant = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'no instant')
const backup = z.object({
  id: z.string(),
  label: z.string().nullish(),
  backupPointDateTime: instant,
  backupExpiryDateTime: instant,
  createdBy: z.union([z.string(), z.object({ displayName: z.string().nullish() })]).nullish(),
})
const backups = z.object({ collection: z.array(backup), continuationToken: z.string().nullish() })

/** More pages than this name one another in a circle. */
const mostPages = 200

/** Newest first. The parameter of further pages is unverified. */
export async function listRestorePoints(client: AdministrationClient, service: Service, path: string): Promise<readonly RestorePoint[]> {
  const found: RestorePoint[] = []
  let more = ''
  for (let page = 0; page < mostPages; page++) {
    const call = { service, method: 'GET', path: `${path}${more}`, effect: 'read', work: 'listing restore points' } as const
    const { collection, continuationToken } = await client.read(call, backups)
    found.push(...collection.map(readRestorePoint))
    if ((continuationToken ?? '') === '') break
    more = `&continuationToken=${encodeURIComponent(continuationToken ?? '')}`
  }
  return found.sort((a, b) => b.rewindsTo.localeCompare(a.rewindsTo))
}

export async function takeRestorePoint(
  client: AdministrationClient,
  service: Service,
  of: { readonly path: string; readonly label: string },
): Promise<RestorePoint> {
  const work = `taking the restore point ${of.label}`
  const call = { service, method: 'POST', path: of.path, body: { label: of.label }, effect: 'start', work } as const
  return readRestorePoint(await client.read(call, backup))
}

function readRestorePoint(given: z.infer<typeof backup>): RestorePoint {
  const by = typeof given.createdBy === 'string' ? given.createdBy : given.createdBy?.displayName
  return {
    id: given.id,
    label: given.label ?? '',
    rewindsTo: toId(new Date(given.backupPointDateTime).toISOString()),
    expiresAt: toId(new Date(given.backupExpiryDateTime).toISOString()),
    why: `taken by ${by ?? 'somebody whom the platform does not name'}`,
  }
}
