import { findComponentType } from '../kinds/component-type.ts'
import { memoByDigest } from '../kinds/digest-memo.ts'
import { kindInfo } from '../kinds/kind-table.ts'
import { valueOf } from '../kinds/part-text.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import { guidFrom } from '../tables/virtual-tables.ts'
import type { ComponentState } from './component-state.ts'
import { currentDigest, readComponent } from './component-state.ts'
import type { Dependency } from './dependencies.ts'
import { dependencyTypeNames } from './dependencies.ts'
import { findSolution } from './solutions.ts'

const zero = '00000000-0000-0000-0000-000000000000'
/** The id of the Active solution (observed in recorded sessions). */
const activeSolution = 'fd140aae-4df4-11dd-bd17-0019b9312238'

/** Rows of table `dependency` (web-api A.4, a real row). */
export function dependencyRows(tx: ReadTransaction, found: readonly Dependency[]): readonly Row[] {
  const ends = new Ends(tx)
  return found.map(({ required, dependent, type }) => ({
    dependencyid: guidFrom(`dependency:${required.id}:${dependent.id}`),
    dependencytype: type,
    ...ends.plain('required', required),
    requiredcomponentintroducedversion: introducedVersion(tx, required),
    _requiredcomponentnodeid_value: guidFrom(`node:${required.id}`),
    ...ends.plain('dependent', dependent),
    _dependentcomponentnodeid_value: guidFrom(`node:${dependent.id}`),
  }))
}

/** The same as RetrieveDependenciesForUninstall gives them: without their ids and the introduced version (web-api A.4). */
export function uninstallRows(tx: ReadTransaction, found: readonly Dependency[]): readonly Row[] {
  return dependencyRows(tx, found).map(({ dependencyid: _id, requiredcomponentintroducedversion: _version, ...row }) => row)
}

/** Rows of the functions that end in WithMetadata, with names, solutions and sets (facts-2 §8, recorded from the maker portal). */
export function enrichedRows(
  tx: ReadTransaction,
  found: readonly Dependency[],
  setNameOf: (table: string) => string | undefined,
): readonly Row[] {
  const ends = new Ends(tx)
  return found.map(({ required, dependent, type }) => ({
    ...ends.enriched('required', required),
    ...ends.enriched('dependent', dependent),
    dependencyid: guidFrom(`dependency:${required.id}:${dependent.id}`),
    dependencytype: type,
    dependencytypename: dependencyTypeNames[type],
    // Which dependencies the portal offers to remove is not known.
    isdependencyremovalenabled: false,
    dependentcomponententitysetname: setNameOf(kindInfo(dependent.kind).table) ?? null,
  }))
}

interface Base {
  readonly id: unknown
  readonly name: string
  readonly uniqueName: string
  readonly version: string
}

/** The two ends of dependencies. Thousands of columns live in one table of one solution: both are looked up once. */
class Ends {
  readonly #tx: ReadTransaction
  readonly #bases = new Map<string, Base>()
  readonly #parents = new Map<string, ComponentState | undefined>()

  constructor(tx: ReadTransaction) {
    this.#tx = tx
  }

  plain(end: 'required' | 'dependent', state: ComponentState): Row {
    return {
      [`${end}componentobjectid`]: state.id,
      [`${end}componenttype`]: findComponentType(this.#tx, state.kind) ?? null,
      [`${end}componentparentid`]: this.#parentOf(state)?.id ?? zero,
      [`${end}componentbasesolutionid`]: this.#baseOf(state).id,
    }
  }

  enriched(end: 'required' | 'dependent', state: ComponentState): Row {
    const base = this.#baseOf(state)
    return {
      ...this.plain(end, state),
      [`${end}componentdisplayname`]: state.name,
      [`${end}componentname`]: state.key.slice(state.key.indexOf('.') + 1),
      [`${end}componenttypename`]: kindInfo(state.kind).name,
      [`${end}componentbasesolutionname`]: base.name,
      [`${end}componentbasesolutionuniquename`]: base.uniqueName,
      [`${end}componentbasesolutionversion`]: base.version,
      [`${end}componentparentdisplayname`]: this.#parentOf(state)?.name ?? null,
      [`${end}componententitylogicalname`]: kindInfo(state.kind).table,
    }
  }

  #parentOf({ parent }: ComponentState): ComponentState | undefined {
    if (parent === undefined) return undefined
    if (!this.#parents.has(parent)) this.#parents.set(parent, readComponent(this.#tx, parent))
    return this.#parents.get(parent)
  }

  #baseOf(state: ComponentState): Base {
    const uniqueName = state.layers[0]?.solution ?? 'Active'
    const base = this.#bases.get(uniqueName) ?? baseNamed(this.#tx, uniqueName)
    this.#bases.set(uniqueName, base)
    return base
  }
}

function baseNamed(tx: ReadTransaction, uniqueName: string): Base {
  const row = findSolution(tx, uniqueName)
  if (row === undefined || uniqueName === 'Active')
    return { id: activeSolution, name: 'Active Solution', uniqueName: 'Active', version: '1.0' }
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
