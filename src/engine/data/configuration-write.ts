import type { ConfigurationPackage, ConfigurationTable, DataValue, DecidedRow, TargetRow, WritePass } from '#domain/data'
import { referenceKey, sameValue, valueText } from '#domain/data'
import type { Reason } from '#domain/kernel'
import type { DataJoin, DataRefusal, DataWrite } from '#engine/ports'
import type { LoadingRun } from '../promotion/run.ts'

/** What becomes of a row, and how it was when that was decided. */
export interface RowDecision extends DecidedRow {
  readonly etag: string
  /** Hashes of the values that it had; a column that is not named had none. */
  readonly was: Readonly<Record<string, string>>
}

interface Part {
  readonly pack: ConfigurationPackage
  readonly byKey: ReadonlyMap<string, RowDecision>
  readonly part: WritePass
}

/** Writes what is not yet as it is to be, and tells what was refused. */
export async function writePass(run: LoadingRun, { pack, byKey, part }: Part): Promise<readonly Reason[]> {
  const table = pack.tables.find(({ name }) => name === part.table)
  if (table === undefined) return []
  await run.checkLease()
  const decisions = part.rows.flatMap(({ id }) => byKey.get(referenceKey({ table: table.name, id })) ?? [])
  const refused = await writeRows(run, table, part, decisions)
  return refused.map(({ id, message }) => ({ subject: `${table.name} ${id}`, message: `${message}.` }))
}

async function writeRows(
  run: LoadingRun,
  table: ConfigurationTable,
  part: WritePass,
  decisions: readonly RowDecision[],
): Promise<readonly DataRefusal[]> {
  if (part.part === 'deletes') {
    const writes = decisions.map(({ id, etag }): DataWrite => ({ id, kind: 'delete', values: {}, etag }))
    return run.target.writeDataRows(table, writes)
  }
  const ids = part.rows.map(({ id }) => id)
  const there = new Map((await run.target.fetchDataRows(table, ids)).map((row) => [row.id, row]))
  if (part.part === 'links') return writeLinks(run, table, { ids, there })
  const columns = new Map(part.rows.map((row) => [row.id, row.columns]))
  const judged = decisions.map((decision) =>
    judge(run, { table, decision, columns: columns.get(decision.id) ?? [], there: there.get(decision.id) }),
  )
  const refused = judged.flatMap(({ refusal }) => refusal ?? [])
  const writes = judged.flatMap(({ write }) => write ?? [])
  return [...refused, ...(await run.target.writeDataRows(table, writes))]
}

interface Judged {
  readonly write?: DataWrite
  readonly refusal?: DataRefusal
}

/** Each column is as it was, or as it is to be; anything else was put there meanwhile, by somebody whom nobody has asked. */
function judge(
  run: LoadingRun,
  of: {
    readonly table: ConfigurationTable
    readonly decision: RowDecision
    readonly columns: readonly string[]
    readonly there: TargetRow | undefined
  },
): Judged {
  const { table, decision, columns, there } = of
  const { id } = decision
  const wanted = table.rows.find((row) => row.id === id)?.values ?? {}
  const values = (names: readonly string[]): Readonly<Record<string, DataValue | null>> =>
    Object.fromEntries(names.map((name) => [name, wanted[name] ?? null]))
  if (there === undefined) {
    if (decision.deed === 'create') return { write: { id, kind: 'create', values: values(columns), etag: undefined } }
    return { refusal: { id, message: 'it was deleted there meanwhile', isConflict: true } }
  }
  const differing = columns.filter((name) => !sameValue(wanted[name], there.values[name]))
  if (differing.length === 0) return {}
  const foreign = differing.filter((name) => {
    const was = decision.was[name] ?? ''
    const now = valueText(there.values[name])
    // A new row is active until its state is set.
    const isNewState = decision.deed === 'create' && isState(table, name)
    return !isNewState && (now === '' ? '' : run.deps.hashing.sha256(now).slice(0, 16)) !== was
  })
  if (foreign.length > 0)
    return { refusal: { id, message: `somebody changed it there meanwhile (${foreign.join(', ')})`, isConflict: true } }
  // State and reason belong together.
  const sent = differing.some((name) => isState(table, name)) ? columns : differing
  return { write: { id, kind: 'update', values: values(sent), etag: there.etag } }
}

function isState(table: ConfigurationTable, name: string): boolean {
  return table.columns.some((column) => column.name === name && (column.type === 'state' || column.type === 'status'))
}

async function writeLinks(
  run: LoadingRun,
  table: ConfigurationTable,
  { ids, there }: { readonly ids: readonly string[]; readonly there: ReadonlyMap<string, TargetRow> },
): Promise<readonly DataRefusal[]> {
  const refused: DataRefusal[] = []
  const rows = new Map(table.rows.map((row) => [row.id, row]))
  for (const link of table.links) {
    const joins = ids.flatMap((sourceId): DataJoin[] => {
      const wanted = rows.get(sourceId)?.links[link.relationship] ?? []
      const now = there.get(sourceId)?.links[link.relationship] ?? []
      return [
        ...wanted.filter((id) => !now.includes(id)).map((targetId): DataJoin => ({ kind: 'join', sourceId, targetId })),
        ...now.filter((id) => !wanted.includes(id)).map((targetId): DataJoin => ({ kind: 'part', sourceId, targetId })),
      ]
    })
    refused.push(...(await run.target.joinDataRows({ table, link }, joins)))
  }
  return refused
}
