import type { Hotfix } from '#domain/hotfix'
import type { ShippedHotfix } from '#domain/promotion'
import type { ReadModel } from '#engine/ports'
import { listHotfixesOf } from './stream.ts'

/** Hotfixes of a solution that went into production, as far as other releases are judged by them. */
export async function listShipped(deps: { readonly readModel: ReadModel }, solution: string): Promise<readonly ShippedHotfix[]> {
  return (await listHotfixesOf(deps, solution)).flatMap(({ hotfixId, production, shipped, carried, abandoned }) =>
    shipped === undefined || abandoned !== undefined
      ? []
      : [{ hotfixId, releaseId: shipped.releaseId, version: shipped.version, lane: production.lane, carriedAt: carried?.at }],
  )
}

export async function isAbandoned(deps: { readonly readModel: ReadModel }, hotfixId: string | undefined): Promise<boolean> {
  if (hotfixId === undefined) return false
  return (await deps.readModel.load<Hotfix>('hotfix', hotfixId))?.abandoned !== undefined
}
