import { findComponentType } from '../kinds/component-type.ts'
import { memoByDigest } from '../kinds/digest-memo.ts'
import { kindInfo } from '../kinds/kind-table.ts'
import { valueOf } from '../kinds/part-text.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import { guidFrom } from '../tables/virtual-tables.ts'
import type { ComponentState } from './component-state.ts'
import { currentDigest, readComponent } from './component-state.ts'
import type { Dependency } from './dependencies.ts'
import { findSolution } from './solutions.ts'

const zero = '00000000-0000-0000-0000-000000000000'
/** The id of the Active solution (observed in recorded sessions). */
const activeSolution = 'fd140aae-4df4-11dd-bd17-0019b9312238'
const typeNames: Readonly<Record<number, string>> = { 1: 'Solution Internal', 2: 'Published', 4: 'Unpublished' }

/** A row of table `dependency` (web-api A.4, a real row). */
export function dependencyRow(tx: ReadTransaction, dependency: Dependency): Row {
  const { required, dependent, type } = dependency
  return {
    dependencyid: guidFrom(`dependency:${required.id}:${dependent.id}`),
    dependencytype: type,
    ...endRow(tx, 'required', required),
    requiredcomponentintroducedversion: introducedVersion(tx, required),
    _requiredcomponentnodeid_value: guidFrom(`node:${required.id}`),
    ...endRow(tx, 'dependent', dependent),
    _dependentcomponentnodeid_value: guidFrom(`node:${dependent.id}`),
  }
}

/** The same as RetrieveDependenciesForUninstall gives it: without its id and the introduced version (web-api A.4). */
export function uninstallRow(tx: ReadTransaction, dependency: Dependency): Row {
  const { dependencyid: _id, requiredcomponentintroducedversion: _version, ...row } = dependencyRow(tx, dependency)
  return row
}

/** A row of the functions that end in WithMetadata, with names, solutions and sets (facts-2 §8, recorded from the maker portal). */
export function enrichedRow(tx: ReadTransaction, dependency: Dependency, setNameOf: (table: string) => string | undefined): Row {
  const { required, dependent, type } = dependency
  return {
    ...enrichedEnd(tx, 'required', required),
    ...enrichedEnd(tx, 'dependent', dependent),
    dependencyid: guidFrom(`dependency:${required.id}:${dependent.id}`),
    dependencytype: type,
    dependencytypename: typeNames[type],
    // Which dependencies the portal offers to remove is not known.
    isdependencyremovalenabled: false,
    dependentcomponententitysetname: setNameOf(kindInfo(dependent.kind).table) ?? null,
  }
}

function endRow(tx: ReadTransaction, end: 'required' | 'dependent', state: ComponentState): Row {
  return {
    [`${end}componentobjectid`]: state.id,
    [`${end}componenttype`]: findComponentType(tx, state.kind) ?? null,
    [`${end}componentparentid`]: parentOf(tx, state)?.id ?? zero,
    [`${end}componentbasesolutionid`]: baseOf(tx, state).id,
  }
}

function enrichedEnd(tx: ReadTransaction, end: 'required' | 'dependent', state: ComponentState): Row {
  const base = baseOf(tx, state)
  return {
    ...endRow(tx, end, state),
    [`${end}componentdisplayname`]: state.name,
    [`${end}componentname`]: state.key.slice(state.key.indexOf('.') + 1),
    [`${end}componenttypename`]: kindInfo(state.kind).name,
    [`${end}componentbasesolutionname`]: base.name,
    [`${end}componentbasesolutionuniquename`]: base.uniqueName,
    [`${end}componentbasesolutionversion`]: base.version,
    [`${end}componentparentdisplayname`]: parentOf(tx, state)?.name ?? null,
    [`${end}componententitylogicalname`]: kindInfo(state.kind).table,
  }
}

function parentOf(tx: ReadTransaction, state: ComponentState): ComponentState | undefined {
  return state.parent === undefined ? undefined : readComponent(tx, state.parent)
}

interface Base {
  readonly id: unknown
  readonly name: string
  readonly uniqueName: string
  readonly version: string
}

function baseOf(tx: ReadTransaction, state: ComponentState): Base {
  const uniqueName = state.layers[0]?.solution ?? 'Active'
  const row = findSolution(tx, uniqueName)
  if (row === undefined) return { id: activeSolution, name: 'Active Solution', uniqueName: 'Active', version: '1.0' }
  return { id: row.solutionid, name: String(row.friendlyname), uniqueName, version: String(row.version) }
}

/** A number: 5.0 for a component that came with 5.0.0.0 (web-api A.4). */
function introducedVersion(tx: ReadTransaction, state: ComponentState): number | null {
  const digest = currentDigest(state)
  return digest === undefined ? null : introducedAt(tx, digest)
}

const introducedAt = memoByDigest((part): number | null => {
  const text = valueOf(part, 'IntroducedVersion') ?? valueOf(part, 'introducedversion')
  const number = Number(/^\d+(\.\d+)?/.exec(text ?? '')?.[0] ?? Number.NaN)
  return Number.isNaN(number) ? null : number
})
