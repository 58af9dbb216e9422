import { z } from 'zod'
import { kindOfType } from '#domain/solution'
import type { DataverseClient } from './client.ts'

/** One member of a solution as the maker portal lists it. */
export interface ComponentSummary {
  /** Guid, lower case. */
  readonly id: string
  readonly type: number
  /** Name of the kind as the layer table has it, for example SystemForm. */
  readonly kind: string
  readonly name: string
  readonly displayName: string
  /** What its maker named it by, with the publisher's prefix; `name` is a display name for apps and site maps. */
  readonly uniqueName: string | undefined
  /** Logical name of the table that it belongs to. */
  readonly table: string | undefined
  readonly hasActiveCustomization: boolean
  /** Undefined where it is not told. */
  readonly isCustomizable: boolean | undefined
}

/** The virtual table gives numbers and booleans as text in some releases. */
const looseBoolean = z.union([z.boolean(), z.string().transform((text) => text.toLowerCase() === 'true')]).nullish()

const row = z.object({
  msdyn_objectid: z.string().nullish(),
  msdyn_componenttype: z.coerce.number(),
  msdyn_componentlogicalname: z.string().nullish(),
  msdyn_name: z.string().nullish(),
  msdyn_displayname: z.string().nullish(),
  msdyn_schemaname: z.string().nullish(),
  msdyn_uniquename: z.string().nullish(),
  msdyn_primaryentityname: z.string().nullish(),
  msdyn_hasactivecustomization: looseBoolean,
  msdyn_iscustomizable: looseBoolean,
})

const columns = [
  'msdyn_objectid',
  'msdyn_componenttype',
  'msdyn_componentlogicalname',
  'msdyn_name',
  'msdyn_displayname',
  'msdyn_schemaname',
  'msdyn_uniquename',
  'msdyn_primaryentityname',
  'msdyn_hasactivecustomization',
  'msdyn_iscustomizable',
].join(',')

export async function fetchComponentSummaries(client: DataverseClient, solutionId: string): Promise<readonly ComponentSummary[]> {
  const filter = encodeURIComponent(`(msdyn_solutionid eq ${solutionId})`)
  const rows = await client.list('ReadRows', `msdyn_solutioncomponentsummaries?$filter=${filter}&$select=${columns}`, row)
  return rows.map(readSummary)
}

function readSummary(summary: z.infer<typeof row>): ComponentSummary {
  const id = (summary.msdyn_objectid ?? '').toLowerCase()
  const name = summary.msdyn_name ?? summary.msdyn_uniquename ?? summary.msdyn_schemaname ?? id
  return {
    id,
    type: summary.msdyn_componenttype,
    kind: readKind(summary),
    name,
    displayName: summary.msdyn_displayname ?? name,
    uniqueName: summary.msdyn_uniquename ?? summary.msdyn_schemaname ?? undefined,
    table: summary.msdyn_primaryentityname ?? undefined,
    hasActiveCustomization: summary.msdyn_hasactivecustomization ?? false,
    isCustomizable: summary.msdyn_iscustomizable ?? undefined,
  }
}

/** Kinds without a fixed number (10000 and above) differ by environment and are named by their table. */
function readKind(summary: z.infer<typeof row>): string {
  const type = summary.msdyn_componenttype
  return kindOfType(type < 10_000 ? String(type) : (summary.msdyn_componentlogicalname ?? String(type)))
}
