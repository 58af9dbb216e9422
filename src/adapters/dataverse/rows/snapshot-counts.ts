import { z } from 'zod'
import { parseJson } from '../token.ts'
import type { CountSession } from './count-budget.ts'
import type { TableName } from './count-query.ts'

/** What the platform's own daily job counted. */
export interface SnapshotCount {
  readonly n: number
  /** Undefined where the environment does not tell; then it is at most 24 hours old (facts-2 §2). */
  readonly at: string | undefined
}

const totalReply = z.object({ EntityRecordCountCollection: z.object({ Keys: z.array(z.string()), Values: z.array(z.number()) }) })
const snapshotReply = z.object({
  value: z.array(z.object({ objecttypecode: z.union([z.number(), z.string()]), lastupdated: z.string().nullish() })),
})

/** Counts of whole tables, without those that are zero: zero means that the job has not run, never that a table is empty (facts-2 §2). */
export async function fetchSnapshots(session: CountSession, tables: readonly TableName[]): Promise<ReadonlyMap<string, SnapshotCount>> {
  if (tables.length === 0) return new Map()
  const names = encodeURIComponent(JSON.stringify(tables.map(({ table }) => table)))
  const codes = tables.flatMap(({ objectTypeCode }) => (objectTypeCode === undefined ? [] : [`objecttypecode eq ${objectTypeCode}`]))
  const [totals, ages] = await session.ask([
    { method: 'GET', path: `RetrieveTotalRecordCount(EntityNames=@p1)?@p1=${names}` },
    { method: 'GET', path: `recordcountsnapshots?$select=objecttypecode,lastupdated&$filter=${encodeURIComponent(codes.join(' or '))}` },
  ])
  const counted = totals?.status === 200 ? totalReply.safeParse(parseJson(totals.text)) : undefined
  if (counted?.success !== true) return new Map()
  const aged = ages?.status === 200 ? snapshotReply.safeParse(parseJson(ages.text)) : undefined
  const at = new Map(
    (aged?.success === true ? aged.data.value : []).map((row) => [String(row.objecttypecode), row.lastupdated ?? undefined]),
  )
  const { Keys: keys, Values: values } = counted.data.EntityRecordCountCollection
  const counts = new Map(keys.map((key, index) => [key, values[index] ?? 0]))
  return new Map(
    tables.flatMap(({ table, objectTypeCode }): [string, SnapshotCount][] => {
      const n = counts.get(table) ?? 0
      return n > 0 ? [[table, { n, at: at.get(String(objectTypeCode)) }]] : []
    }),
  )
}
