import type {
  ConfigurationPackage,
  ConfigurationRow,
  ConfigurationTable,
  ConfigurationTarget,
  DataReference,
  DecidedRow,
  RowDeed,
} from '#domain/data'
import { callRow, carriedColumns, decideRows, isReferenceValue, referenceKey } from '#domain/data'
import type { Reason, Refusal } from '#domain/kernel'
import { refuse } from '#domain/kernel'
import type { Plan, PlanLine, PlannedData } from './plan.ts'

/** What the part of a plan about configuration data is made from. */
export interface DataFacts {
  /** Of the sealed package. */
  readonly digest: string
  /** With what it points to by key under the ids of the target. */
  readonly pack: ConfigurationPackage
  readonly target: ConfigurationTarget
  /** Tables of the package that the target has, with what they have there. */
  readonly shapes: readonly { readonly table: string; readonly columns: readonly string[]; readonly relationships: readonly string[] }[]
  /** What the release itself brings: tables, and columns as `table.column`. */
  readonly arriving: ReadonlySet<string>
  /** Rows that the package points to and that are not in the target, or not to be told apart there. */
  readonly missing: readonly (DataReference & { readonly why: string })[]
  /** Rows of the target that the platform deletes together with one that the package deletes. */
  readonly cascades: readonly PointingRows[]
}

/** Rows of the target that point to rows which the package deletes. */
export interface PointingRows {
  readonly table: string
  readonly child: string
  readonly column: string
  readonly rows: number
  /** They stay, and the platform empties their lookup (RemoveLink); otherwise they go with the row. */
  readonly isEmptied?: boolean
}

/** The plan with what becomes of the rows of configuration data: it is loaded when everything that it needs is there, before any flow runs. */
export function withConfigurationData(plan: Plan, facts: DataFacts | undefined): Plan {
  if (facts === undefined) return plan
  const decided = decideRows(facts.pack, facts.target)
  return {
    ...plan,
    data: plannedData(facts, decided),
    lines: [...plan.lines, ...tableLines(facts, decided), ...rowLines(facts, decided), ...emptiedLines(facts)],
    steps: plan.steps.flatMap((step, at) => (at === firstAfterImport(plan) ? (['load-data', step] as const) : [step])),
    blockers: [...plan.blockers, ...findDataBlockers(facts, decided)],
  }
}

/** Where the work on what was imported begins; flows run last, since they may need rows and rights. */
export function firstAfterImport({ steps }: Pick<Plan, 'steps'>): number {
  const flows = steps.indexOf('activate-flows')
  const verify = steps.indexOf('verify')
  return flows >= 0 ? flows : verify >= 0 ? verify : steps.length
}

function plannedData({ digest, pack }: DataFacts, decided: readonly DecidedRow[]): PlannedData {
  const named = decided.flatMap(({ table, id, deed }) =>
    deed === 'keep' || deed === 'overwrite' || deed === 'delete' ? [{ table, id, deed }] : [],
  )
  return {
    digest,
    tables: pack.tables.map(({ name }) => {
      const count = (deed: RowDeed): number => decided.filter((row) => row.table === name && row.deed === deed).length
      return {
        ...{ table: name, created: count('create'), changed: count('change'), unchanged: count('unchanged') },
        ...{ kept: count('keep'), overwritten: count('overwrite'), deleted: count('delete') },
      }
    }),
    named,
  }
}

function tableLines({ pack, shapes, arriving }: DataFacts, decided: readonly DecidedRow[]): readonly PlanLine[] {
  return pack.tables.flatMap((table): PlanLine[] => {
    const isThere = shapes.some((shape) => shape.table === table.name)
    if (!isThere && !arriving.has(table.name)) return []
    const count = (deed: RowDeed): number => decided.filter((row) => row.table === table.name && row.deed === deed).length
    const parts = [
      [count('create'), 'created'],
      [count('change'), 'changed'],
      [count('overwrite'), 'overwritten'],
      [count('delete'), 'deleted'],
      [count('keep'), 'kept as the target has them'],
      [count('unchanged'), 'as they are to be'],
    ] as const
    const told = parts.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}`)
    const news = isThere ? '' : ' The table comes with this release.'
    const message = `Configuration data, ${table.rows.length} rows: ${told.length === 0 ? 'none' : told.join(', ')}.${news}`
    const isTouched = parts.slice(0, 4).some(([n]) => n > 0)
    return [{ subject: table.name, effect: isTouched ? 'update' : 'leave', message, certainty: isThere ? 'known' : 'assumed' }]
  })
}

/** So many rows are named; the others are counted. */
const mostNamed = 50

function rowLines({ pack, target }: DataFacts, decided: readonly DecidedRow[]): readonly PlanLine[] {
  const rows = new Map(pack.tables.flatMap((table) => table.rows.map((row) => [keyOf(table, row), { table, row }] as const)))
  const since = target.loaded === undefined ? 'is there already and differs' : 'was changed there since the last load'
  const lines = decided.flatMap((one): PlanLine[] => {
    const known = rows.get(referenceKey(one))
    const subject = known === undefined ? `${one.table} ${one.id}` : callRow(known.table, known.row)
    const columns = one.differs.join(', ')
    if (one.deed === 'keep')
      return [{ subject, effect: 'leave', message: `The row ${since} (${columns}); it stays as the target has it.`, certainty: 'known' }]
    if (one.deed === 'overwrite') {
      const message = `The row ${since} (${columns}); the package says that it holds, so it is overwritten. What was there is saved first.`
      return [{ subject, effect: 'warn', message, certainty: 'known' }]
    }
    if (one.deed !== 'delete') return []
    return [{ subject, effect: 'delete', message: 'The package wants it gone; it is saved first.', certainty: 'known' }]
  })
  if (lines.length <= mostNamed) return lines
  const message = `${lines.length - mostNamed} more rows are kept, overwritten or deleted.`
  return [...lines.slice(0, mostNamed), { subject: 'configuration data', effect: 'warn', message, certainty: 'known' }]
}

/** Lookups that are emptied are no rows that go, and nothing saves them: they are told before anybody approves. */
function emptiedLines({ cascades }: DataFacts): readonly PlanLine[] {
  return cascades
    .filter(({ rows, isEmptied }) => rows > 0 && isEmptied === true)
    .map(({ table, child, column, rows }) => ({
      subject: `${child}.${column}`,
      effect: 'warn',
      message: `${rows} rows of ${child} point to rows of ${table} that the package deletes: this lookup of theirs is emptied, and not saved.`,
      certainty: 'known',
    }))
}

function keyOf({ name }: ConfigurationTable, { id }: ConfigurationRow): string {
  return referenceKey({ table: name, id })
}

/** What keeps the rows from being loaded as things are. */
export function findDataBlockers(facts: DataFacts, decided: readonly DecidedRow[]): readonly Refusal[] {
  return [
    ...group(findLacking(facts), (reasons) =>
      refuse(
        'data.place-missing',
        'The target does not have everything that the configuration data is to be written into.',
        'Bring the named tables and columns with this release or with another one first, or take them out of data_schema.xml.',
        reasons,
      ),
    ),
    ...group(findDangling(facts, decided), (reasons) =>
      refuse(
        'data.reference-missing',
        'Rows of the configuration data point to rows that the target does not have.',
        'Add the named rows to the package, make them in the target, or say in drover_data.json (outside) by which key they are found there.',
        reasons,
      ),
    ),
    ...group(findCascades(facts), (reasons) =>
      refuse(
        'data.delete-cascades',
        'Deleting rows of the configuration data would delete rows of the target that the package does not speak of.',
        'Have the named rows moved or deleted by those whose they are, or take the deletion out of drover_data.json.',
        reasons,
      ),
    ),
  ]
}

const mostReasons = 20

function group(reasons: readonly Reason[], say: (reasons: readonly Reason[]) => { readonly refusal: Refusal }): readonly Refusal[] {
  if (reasons.length === 0) return []
  const rest = reasons.length - mostReasons
  const more = rest > 0 ? [{ subject: 'configuration data', message: `${rest} more.` }] : []
  return [say([...reasons.slice(0, mostReasons), ...more]).refusal]
}

/** Tables, columns and relationships that neither the target has nor the release brings. */
function findLacking({ pack, shapes, arriving }: DataFacts): readonly Reason[] {
  return pack.tables.flatMap((table): Reason[] => {
    const shape = shapes.find((one) => one.table === table.name)
    if (arriving.has(table.name)) return []
    if (shape === undefined) return [{ subject: table.name, message: 'The table is not there, and the release does not bring it.' }]
    const columns = carriedColumns(table)
      .filter(({ name }) => !shape.columns.includes(name) && !arriving.has(`${table.name}.${name}`))
      .map(({ name }) => ({ subject: `${table.name}.${name}`, message: 'The column is not there, and the release does not bring it.' }))
    const known = new Set(shape.relationships.map((name) => name.toLowerCase()))
    const links = table.links
      .filter(({ relationship }) => !known.has(relationship.toLowerCase()) && !arriving.has(relationship.toLowerCase()))
      .map(({ relationship }) => ({ subject: relationship, message: 'The relationship is not there, and the release does not bring it.' }))
    return [...columns, ...links]
  })
}

/** Only of rows that are written: whatever a row that stays points to is there, or is the target's business. */
function findDangling({ pack, missing }: DataFacts, decided: readonly DecidedRow[]): readonly Reason[] {
  if (missing.length === 0 && !decided.some(({ deed }) => deed === 'keep')) return []
  const written = new Set(decided.filter(({ deed }) => deed === 'create' || deed === 'change' || deed === 'overwrite').map(referenceKey))
  const why = new Map(missing.map((one) => [referenceKey(one), one.why]))
  // A row that somebody deleted there, and that stays away.
  for (const one of decided) if (one.deed === 'keep' && isDeletedThere(one)) why.set(referenceKey(one), 'was deleted there and stays away')
  return pack.tables.flatMap((table) =>
    table.rows.flatMap((row) => {
      if (!written.has(keyOf(table, row))) return []
      const subject = callRow(table, row)
      const values = carriedColumns(table).flatMap(({ name }) => {
        const value = row.values[name]
        const problem = isReferenceValue(value) ? why.get(referenceKey(value)) : undefined
        return problem === undefined || !isReferenceValue(value)
          ? []
          : [{ subject, message: `Its ${name} points to ${value.table} ${value.id}, which ${problem}.` }]
      })
      const links = table.links.flatMap(({ relationship, target }) =>
        (row.links[relationship] ?? []).flatMap((id) => {
          const problem = why.get(referenceKey({ table: target, id }))
          return problem === undefined
            ? []
            : [{ subject, message: `It is joined by ${relationship} with ${target} ${id}, which ${problem}.` }]
        }),
      )
      return [...values, ...links]
    }),
  )
}

function isDeletedThere({ differs }: DecidedRow): boolean {
  return differs.some((name) => name.startsWith('the row itself'))
}

function findCascades({ cascades }: DataFacts): readonly Reason[] {
  return cascades
    .filter(({ rows, isEmptied }) => rows > 0 && isEmptied !== true)
    .map(({ table, child, column, rows }) => ({
      subject: table,
      message: `${rows} rows of ${child} point to rows that are to be deleted (${column}), and go with them.`,
    }))
}
