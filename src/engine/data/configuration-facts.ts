import type { ConfigurationPackage, ConfigurationRow, ConfigurationTarget, DataReference, OutsideRow, TargetRow } from '#domain/data'
import { findOutsideReferences, referenceKey, resolveOutside } from '#domain/data'
import type { DescribedComponent } from '#domain/difference'
import type { AttemptId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { DataFacts } from '#domain/plan'
import type { Promotion } from '#domain/promotion'
import { attemptsOf } from '#domain/promotion'
import type { Release } from '#domain/release'
import { readDataPackage, readZip, memoryTree } from '#format'
import type { ConfigurationDataAccess, DataTableShape } from '#engine/ports'
import type { EngineDependencies } from '../dependencies.ts'
import type { PromotionEntry } from '../summaries.ts'
import { solutionKey } from '../summaries.ts'

export interface DataAsked {
  readonly release: Pick<Release, 'solution' | 'configurationData'>
  readonly target: ConfigurationDataAccess
  readonly lane: string
  /** Components that the release brings: what it is to be loaded into may come with it. */
  readonly content: readonly Pick<DescribedComponent, 'kind' | 'key'>[]
  /** The environment was made anew: what was loaded there before is gone with it, and nobody took it away. */
  readonly isNew?: boolean
  /** An attempt whose own beginning is not to be counted. */
  readonly except?: AttemptId
}

export interface ReadDataFacts extends DataFacts {
  /** What the package points to by key, under the ids of the target. */
  readonly outside: readonly (readonly [string, string])[]
}

/** Reads what the target has of a release's configuration data, and what was loaded there before; undefined where the release has none. */
export async function readDataFacts(
  deps: Pick<EngineDependencies, 'artifacts' | 'readModel'>,
  ask: DataAsked,
): Promise<ReadDataFacts | undefined> {
  const { configurationData } = ask.release
  if (configurationData === undefined) return undefined
  const sealed = await loadConfigurationPackage(deps, configurationData.digest)
  const shapes = await ask.target.fetchDataShapes(tablesOf(sealed))
  const outside = await findOutside(ask.target, sealed)
  const pack = resolveOutside(sealed, outside.ids)
  const before = ask.isNew === true ? { loaded: undefined, begun: [] } : await loadEarlier(deps, ask)
  const earlier = { ...before, begun: before.begun.map((each) => resolveOutside(each, outside.ids)) }
  const loaded = earlier.loaded === undefined ? undefined : resolveOutside(earlier.loaded, outside.ids)
  return {
    digest: configurationData.digest,
    outside: [...outside.ids],
    pack,
    target: { rows: await fetchRows(ask.target, pack, shapes), loaded, begun: earlier.begun },
    shapes,
    arriving: arrivingWith(ask.content),
    missing: [...outside.missing, ...(await findMissing(ask.target, pack))],
    cascades: await countCascades(ask.target, pack, shapes),
  }
}

/** The package as it was sealed: the store refuses bytes that do not fit their digest. */
export async function loadConfigurationPackage(deps: Pick<EngineDependencies, 'artifacts'>, digest: string): Promise<ConfigurationPackage> {
  return readDataPackage(memoryTree(await readZip(await deps.artifacts.get(toId(digest)))))
}

/** Rows of the package and rows that it deletes, where they are there. */
export async function fetchRows(
  target: ConfigurationDataAccess,
  pack: ConfigurationPackage,
  shapes: readonly Pick<DataTableShape, 'table'>[],
): Promise<ReadonlyMap<string, TargetRow>> {
  const found = new Map<string, TargetRow>()
  for (const table of pack.tables) {
    if (!shapes.some((shape) => shape.table === table.name)) continue
    const deleted = pack.deletes.filter((one) => one.table === table.name).map(({ id }) => id)
    const ids = [...table.rows.map(({ id }) => id), ...deleted]
    for (const row of await target.fetchDataRows(table, ids)) found.set(referenceKey({ table: table.name, id: row.id }), row)
  }
  return found
}

function tablesOf({ tables }: ConfigurationPackage): readonly string[] {
  return tables.map(({ name }) => name)
}

interface Outside {
  readonly ids: ReadonlyMap<string, string>
  readonly missing: DataFacts['missing']
}

async function findOutside(target: ConfigurationDataAccess, { outside }: ConfigurationPackage): Promise<Outside> {
  const found = await target.findDataRows(outside)
  const ids = new Map<string, string>()
  const missing: (DataReference & { readonly why: string })[] = []
  for (const [at, one] of outside.entries()) {
    const [id, ...more] = found[at] ?? []
    if (id !== undefined && more.length === 0) ids.set(referenceKey(one), id)
    else
      missing.push({
        table: one.table,
        id: one.id,
        why: id === undefined ? `is not there by ${keyText(one)}` : `fits several by ${keyText(one)}`,
      })
  }
  return { ids, missing }
}

function keyText({ key }: OutsideRow): string {
  return Object.keys(key).join(', ')
}

async function findMissing(target: ConfigurationDataAccess, pack: ConfigurationPackage): Promise<DataFacts['missing']> {
  const byKey = new Set(pack.outside.map(referenceKey))
  const wanted = findOutsideReferences(pack).filter((one) => !byKey.has(referenceKey(one)))
  const found = await target.findDataRows(wanted)
  return wanted.flatMap((one, at) => ((found[at] ?? []).length > 0 ? [] : [{ ...one, why: 'is not there' }]))
}

async function countCascades(
  target: ConfigurationDataAccess,
  { deletes, tables }: ConfigurationPackage,
  shapes: readonly DataTableShape[],
): Promise<DataFacts['cascades']> {
  const counted = []
  for (const { name } of tables) {
    const ids = deletes.filter(({ table }) => table === name).map(({ id }) => id)
    if (ids.length === 0) continue
    for (const { table: child, column, isEmptied } of shapes.find(({ table }) => table === name)?.cascades ?? []) {
      counted.push({
        table: name,
        child,
        column,
        rows: await target.countPointing({ table: child, column }, ids),
        ...(isEmptied === true ? { isEmptied } : {}),
      })
    }
  }
  return counted
}

function arrivingWith(content: DataAsked['content']): ReadonlySet<string> {
  const kinds = ['Entity', 'Attribute', 'EntityRelationship']
  return new Set(content.filter(({ kind }) => kinds.includes(kind)).map(({ key }) => key.toLowerCase()))
}

/** So many promotions into one place are looked through for what was loaded there last. */
const promotionsAtMost = 100

/** What the newest promotion that succeeded there with configuration data loaded, and what others began to load since. */
async function loadEarlier(
  deps: Pick<EngineDependencies, 'artifacts' | 'readModel'>,
  { release, lane, except }: DataAsked,
): Promise<Pick<ConfigurationTarget, 'loaded' | 'begun'>> {
  const where = { solutionKey: solutionKey(release.solution) }
  const { rows } = await deps.readModel.listSummaries<PromotionEntry>('promotion', { where, limit: promotionsAtMost })
  const begun: ConfigurationPackage[] = []
  const gone = new Set<string>()
  for (const entry of rows.filter((row) => row.lane === lane)) {
    const promotion = await deps.readModel.load<Promotion>('promotion', entry.promotionId)
    const isLoaded = promotion?.status.state === 'succeeded'
    if (promotion === undefined || (!isLoaded && !hasBegun(promotion, except))) continue
    if (isLoaded) for (const name of destroyedBy(promotion)) gone.add(name)
    const digest = (await deps.readModel.load<Release>('release', entry.releaseId))?.configurationData?.digest
    if (digest === undefined) continue
    const pack = withoutGone(await loadConfigurationPackage(deps, digest), gone)
    if (isLoaded) return { loaded: pack, begun }
    begun.push(pack)
  }
  return { loaded: undefined, begun }
}

/**
 * Tables, and columns as `table.column`, that went with what they held: what was loaded into them before says nothing of those of their name
 * that came since.
 */
function destroyedBy({ request }: Promotion): readonly string[] {
  const held = request.plan.content.filter(({ kind, effect }) => effect === 'destroy' && (kind === 'Entity' || kind === 'Attribute'))
  return held.map(({ key }) => key.toLowerCase())
}

function withoutGone(pack: ConfigurationPackage, gone: ReadonlySet<string>): ConfigurationPackage {
  const isThere = (name: string): boolean => !gone.has(name.toLowerCase())
  return {
    ...pack,
    tables: pack.tables.flatMap((table) => {
      const rows = table.rows.map((row) => ({ ...row, values: valuesIn(row, (column) => isThere(`${table.name}.${column}`)) }))
      return isThere(table.name) ? [{ ...table, rows }] : []
    }),
    deletes: pack.deletes.filter(({ table }) => isThere(table)),
  }
}

function valuesIn({ values }: ConfigurationRow, isThere: (column: string) => boolean): ConfigurationRow['values'] {
  return Object.fromEntries(Object.entries(values).filter(([column]) => isThere(column)))
}

function hasBegun(promotion: Promotion, except: AttemptId | undefined): boolean {
  return attemptsOf(promotion).some(({ id, steps }) => id !== except && steps.some(({ step }) => step === 'load-data'))
}
