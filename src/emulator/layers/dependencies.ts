import { createHash } from 'node:crypto'
import type { XmlElement } from '#format'
import { memoByDigest } from '../kinds/digest-memo.ts'
import { kindInfo } from '../kinds/kind-table.ts'
import type { ReadTransaction, Transaction } from '../store/store.ts'
import { isAssumed } from './assumed.ts'
import type { ComponentState } from './component-state.ts'
import { componentId, currentDigest, publishedDigest, readComponent } from './component-state.ts'
import type { ComponentIndex, NamedComponent } from './find-component.ts'
import { otherNamesOf, referencesOf } from './references.ts'
import { findSolution } from './solutions.ts'

export interface DependencyEnd extends NamedComponent {
  readonly displayName: string | undefined
}

/** What a component needs outside of this environment's components, as the package that brought it said. */
export interface RecordedDependency {
  readonly required: DependencyEnd & { readonly solution: string; readonly minimumVersion: string | undefined }
  readonly dependent: DependencyEnd
  /** Component id of the dependent, when it is one of the environment. */
  readonly dependentId: string | undefined
  /** True when the package also carries a layer of what it requires: it stays required, since its base is elsewhere. */
  readonly isExtended: boolean
  /** The package's own MissingDependency, which exports repeat. Absent in what was stored before exports did that. */
  readonly written?: XmlElement
  /** The solution whose package said it. */
  readonly solution: string
}

const table = '~dependency'

/** Keeps the dependencies of a package, in place of those that the same solution brought before. */
export function recordDependencies(tx: Transaction, solution: string, entries: readonly Omit<RecordedDependency, 'solution'>[]): void {
  for (const row of tx.list(table)) if (row.solution === solution) tx.remove(table, String(row.id))
  for (const entry of entries) {
    const id = createHash('sha256')
      .update(`${solution}|${JSON.stringify(entry)}`)
      .digest('hex')
      .slice(0, 32)
    tx.put(table, id, { id, ...entry, solution })
  }
}

/** What one solution's packages said of needs becomes what another's said. */
export function moveDependencies(tx: Transaction, from: string, to: string): void {
  for (const row of tx.list(table)) if (row.solution === from) tx.put(table, String(row.id), { ...row, solution: to })
}

export function listRecorded(tx: ReadTransaction): readonly RecordedDependency[] {
  // Rows of this table are written by recordDependencies only.
  return tx.list(table) as readonly unknown[] as readonly RecordedDependency[]
}

/**
 * Whether the environment has what a package needs: the component itself; or, of a platform solution of its template, the version
 * on major.minor.build (facts-2 §1.1: exports pin revisions that float); or a column that every table has.
 */
export function isSatisfied(tx: ReadTransaction, required: RecordedDependency['required'], present: ComponentIndex): boolean {
  if (required.solution.toLowerCase() === 'system' || present.find(required) !== undefined) return true
  // A package names no solution, or `Active` or `Default`, for what was only unmanaged where it was exported.
  if (['active', 'default', ''].includes(required.solution.toLowerCase())) return isAssumed(tx, required)
  const solution = findSolution(tx, required.solution)
  if (solution?.['~mounted'] === true) return !isLower(String(solution.version), required.minimumVersion)
  return isCommonColumn(required, present)
}

/** A column without a publisher's prefix exists with its table (ownerid, createdon, statecode …). */
function isCommonColumn(required: DependencyEnd, present: ComponentIndex): boolean {
  const table = required.parentSchemaName
  if (required.type !== '2' || table === undefined || required.schemaName?.includes('_') !== false) return false
  return present.find({ type: '1', id: undefined, schemaName: table }) !== undefined
}

function isLower(installed: string, minimum: string | undefined): boolean {
  if (minimum === undefined) return false
  const have = installed.split('.').map(Number)
  const want = minimum.split('.').map(Number)
  for (let i = 0; i < 3; i++) {
    const difference = (have[i] ?? 0) - (want[i] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}

/** `dependencytype` of the service (web-api A.4): 0 None, 1 Solution Internal, 2 Published, 4 Unpublished. */
export type DependencyType = 1 | 2 | 4
export const dependencyTypeNames: Readonly<Record<DependencyType, string>> = { 1: 'Solution Internal', 2: 'Published', 4: 'Unpublished' }

/** That one component of the environment needs another. */
export interface Dependency {
  readonly required: ComponentState
  readonly dependent: ComponentState
  readonly type: DependencyType
}

/** Which components need which, within a set of all components of the environment. */
export function dependenciesAmong(
  tx: ReadTransaction,
  dependents: readonly ComponentState[],
  all: readonly ComponentState[],
): readonly Dependency[] {
  const index = namesOf(tx, all)
  return dependents.flatMap((dependent) => {
    const published = referencesAt(tx, publishedDigest(dependent))
    const current = dependent.pending === undefined ? published : referencesAt(tx, currentDigest(dependent))
    const names = published === current ? current : [...new Set([...published, ...current])]
    const found = new Map<ComponentState, Dependency>()
    for (const name of names) {
      const required = index.get(name)
      if (required === undefined || required === dependent || found.has(required)) continue
      const isPublished = published.includes(name)
      found.set(required, { required, dependent, type: isPublished ? typeOf(dependent, required) : 4 })
    }
    return [...found.values()]
  })
}

/** Those that keep a component from being deleted: all but what is removed or corrected along with it (facts-2 §8). */
export function blockersOf(tx: ReadTransaction, doomed: readonly ComponentState[], all: readonly ComponentState[]): readonly Dependency[] {
  if (doomed.length === 0) return []
  const gone = new Set(doomed.map(idOf))
  const rest = all.filter((state) => !gone.has(idOf(state)))
  return dependenciesAmong(tx, rest, doomed).filter(({ required, dependent }) => !isCorrected(dependent, required))
}

/** The component with all that lives in it: what goes when it is deleted. */
export function withInsides(state: ComponentState, all: readonly ComponentState[]): readonly ComponentState[] {
  const gone = new Set([idOf(state)])
  const found = [state]
  for (let before = 0; before !== found.length; ) {
    before = found.length
    for (const candidate of all) {
      if (candidate.parent === undefined || !gone.has(candidate.parent) || gone.has(idOf(candidate))) continue
      gone.add(idOf(candidate))
      found.push(candidate)
    }
  }
  return found
}

/**
 * `Solution dependencies exist, cannot uninstall. …`, one after the other, as public reports of failed upgrades quote it: a part of a table
 * is followed by the table's name and, all the same, by an empty ParentId.
 */
export function blockedText(tx: ReadTransaction, dependencies: readonly Dependency[]): string {
  const describe = (state: ComponentState): string => {
    const parent = state.parent === undefined ? undefined : readComponent(tx, state.parent)
    return `Type: ${kindInfo(state.kind).name}, ObjectName: ${state.name}, Id: ${state.id}, ParentObjectName: ${parent?.name ?? ''}, ParentId: 00000000-0000-0000-0000-000000000000`
  }
  const blocks = dependencies.map(
    ({ required, dependent, type }) =>
      `RequiredComponentObject details: ${describe(required)}, DependentComponentObject details: ${describe(dependent)} DependencyType: ${dependencyTypeNames[type]}`,
  )
  return `Solution dependencies exist, cannot uninstall. DependencyCount : ${dependencies.length} ${blocks.join(' ')}`
}

/** The text of CannotDeleteInUseComponent, 0x8004F01F (web-api A.5). */
export function inUseText(state: ComponentState, count: number): string {
  return `The ${kindInfo(state.kind).name}(${state.id}) component cannot be deleted because it is referenced by ${count} other components. For a list of referenced components, use the RetrieveDependenciesForDeleteRequest.`
}

/** A part of a table belongs to it while both have the same base; privileges and roles of forms are the table's and the role's own. */
function typeOf(dependent: ComponentState, required: ComponentState): DependencyType {
  if (isCorrected(dependent, required)) return 1
  return dependent.parent === idOf(required) && dependent.layers[0]?.solution === required.layers[0]?.solution ? 1 : 2
}

/** Deleting a table takes its privileges out of roles, and deleting a role takes it off forms and apps (facts-2 §8, ALM documentation). */
function isCorrected(dependent: ComponentState, required: ComponentState): boolean {
  return (dependent.kind === 'Role' && required.kind === 'Entity') || required.kind === 'Role'
}

const referencesInLowerCase = memoByDigest((part): readonly string[] => referencesOf(part).map((name) => name.toLowerCase()))
const otherNames = memoByDigest((part): readonly string[] =>
  (otherNamesOf(kindInfo(part.kind).name)?.(part) ?? []).map((name) => name.toLowerCase()),
)
const none: readonly string[] = []

function referencesAt(tx: ReadTransaction, digest: string | undefined): readonly string[] {
  return digest === undefined ? none : referencesInLowerCase(tx, digest)
}

/** Every name under which definitions speak of a component, in lower case. */
function namesOf(tx: ReadTransaction, all: readonly ComponentState[]): ReadonlyMap<string, ComponentState> {
  const index = new Map<string, ComponentState>()
  for (const state of all) {
    index.set(idOf(state).toLowerCase(), state)
    const digest = otherNamesOf(kindInfo(state.kind).name) === undefined ? undefined : currentDigest(state)
    if (digest !== undefined) for (const name of otherNames(tx, digest)) if (!index.has(name)) index.set(name, state)
    const canonical = componentId(kindInfo(state.kind).name, state.key).toLowerCase()
    if (!index.has(canonical)) index.set(canonical, state)
  }
  return index
}

function idOf(state: ComponentState): string {
  return componentId(state.kind, state.key)
}
