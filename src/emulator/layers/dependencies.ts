import { createHash } from 'node:crypto'
import type { ComponentPart } from '#format'
import { readPart } from '../kinds/content.ts'
import { kindInfo } from '../kinds/kind-table.ts'
import type { ReadTransaction, Row, Transaction } from '../store/store.ts'
import type { ComponentState } from './component-state.ts'
import { componentId, currentDigest } from './component-state.ts'
import type { NamedComponent } from './find-component.ts'
import type { ComponentIndex } from './find-component.ts'
import { referencesOf } from './references.ts'
import { findSolution } from './solutions.ts'
import { isAssumed } from './assumed.ts'

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

export interface Dependency {
  readonly required: ComponentState
  readonly dependent: ComponentState
}

/** Which components need which, within a set of all components of the environment. */
export function dependenciesAmong(
  tx: ReadTransaction,
  dependents: readonly ComponentState[],
  all: readonly ComponentState[],
): readonly Dependency[] {
  const index = new Map(all.map((state) => [componentId(state.kind, state.key).toLowerCase(), state]))
  return dependents.flatMap((dependent) => {
    const part = partOf(tx, dependent)
    if (part === undefined) return []
    return referencesOf(part).flatMap((id): Dependency[] => {
      const required = index.get(id.toLowerCase())
      return required === undefined ? [] : [{ required, dependent }]
    })
  })
}

/** A row of table `dependency` as the dependency functions give it (web-api A.4; Published = 2). */
export function dependencyRow(tx: ReadTransaction, { required, dependent }: Dependency, typeOf: (kind: string) => number | null): Row {
  return {
    dependencytype: 2,
    requiredcomponentobjectid: required.id,
    requiredcomponenttype: typeOf(required.kind),
    requiredcomponentparentid: parentObjectId(tx, required),
    requiredcomponentbasesolutionid: baseSolutionId(tx, required),
    dependentcomponentobjectid: dependent.id,
    dependentcomponenttype: typeOf(dependent.kind),
    dependentcomponentparentid: parentObjectId(tx, dependent),
    dependentcomponentbasesolutionid: baseSolutionId(tx, dependent),
  }
}

/** `Solution dependencies exist, cannot uninstall. …` (web-api A.5, real message). */
export function blockedText(dependencies: readonly Dependency[]): string {
  const first = dependencies[0]
  if (first === undefined) return ''
  const zero = '00000000-0000-0000-0000-000000000000'
  const describe = (state: ComponentState): string =>
    `Type: ${kindInfo(state.kind).name}, ObjectName: ${state.name}, Id: ${state.id}, ParentObjectName: ${state.parent?.split(':')[1] ?? ''}, ParentId: ${zero}`
  return `Solution dependencies exist, cannot uninstall. DependencyCount : ${dependencies.length} RequiredComponentObject details: ${describe(first.required)}, DependentComponentObject details: ${describe(first.dependent)}. DependencyType: Published`
}

function partOf(tx: ReadTransaction, state: ComponentState): ComponentPart | undefined {
  const digest = currentDigest(state)
  return digest === undefined ? undefined : readPart(tx, digest)
}

function parentObjectId(tx: ReadTransaction, state: ComponentState): unknown {
  return (state.parent === undefined ? undefined : tx.get('~component', state.parent)?.id) ?? '00000000-0000-0000-0000-000000000000'
}

function baseSolutionId(tx: ReadTransaction, state: ComponentState): unknown {
  return findSolution(tx, state.layers[0]?.solution ?? 'Active')?.solutionid ?? null
}
