import type { ComponentPart } from '#format'
import type { ComponentState } from '../layers/component-state.ts'
import { currentDigest, isManaged, listComponents, managedDigest, publishedDigest } from '../layers/component-state.ts'
import { isCustomizable } from '../layers/managed-properties.ts'
import { nextNumber } from '../store/rows.ts'
import type { ReadTransaction, Row, Transaction } from '../store/store.ts'
import { behaviourOf } from './behaviours.ts'
import { forgetData, markDefinitions } from './data-definitions.ts'
import { readPart } from './content.ts'
import { memoByDigest } from './digest-memo.ts'
import { projectGeneric } from './generic-kind.ts'
import { kindInfo } from './kind-table.ts'
import { valueOf } from './part-text.ts'

/** Writes the component's row from its published state, so that tables and exports always agree; removes it when it was never published. */
export function project(tx: Transaction, state: ComponentState): void {
  const info = kindInfo(state.kind)
  markDefinitions(tx, state.kind)
  const digest = publishedDigest(state)
  if (digest === undefined) {
    tx.remove(info.table, state.id)
    return
  }
  const definition = factsOf(state.kind, readPart(tx, digest))
  const own = {
    ...operational(tx, state, definition),
    ...editor(tx, state),
    ...ownColumns(tx, state, definition),
    versionnumber: nextNumber(tx, 'version'),
  }
  tx.put(info.table, state.id, own, definition.columns)
}

export function removeProjection(tx: Transaction, state: ComponentState): void {
  markDefinitions(tx, state.kind)
  forgetData(tx, state)
  behaviourOf(state.kind)?.removed?.(tx, state.id)
  tx.remove(kindInfo(state.kind).table, state.id)
}

/** The columns that a definition gives to the component's row. */
export function definitionColumns(tx: ReadTransaction, state: Pick<ComponentState, 'kind'>, digest: string): Row {
  return factsOf(state.kind, readPart(tx, digest)).columns
}

/** The few definition columns that lists of components show. */
export const summaryColumns = memoByDigest((part) => {
  const row = factsOf(part.kind, part).columns
  return {
    name: row[kindInfo(part.kind).nameColumn],
    schemaName: row.schemaname,
    // A site map's maker names it by a column of its own, and what the service shows of that in its lists is not known.
    uniqueName: row.uniquename ?? row.sitemapuniquename,
    isCustomizable: factsOf(part.kind, part).isCustomizable,
  }
})

/** What a row takes from the definition alone. */
interface DefinitionFacts {
  readonly columns: Row
  readonly isCustomizable: boolean
  readonly introducedVersion: string | null
}

function factsOf(kind: string, part: ComponentPart): DefinitionFacts {
  const known = facts.get(part) ?? readFacts(kind, part)
  facts.set(part, known)
  return known
}

function readFacts(kind: string, part: ComponentPart): DefinitionFacts {
  return {
    columns: behaviourOf(kind)?.project(part) ?? projectGeneric(part),
    isCustomizable: isCustomizable(part),
    introducedVersion: valueOf(part, 'IntroducedVersion') ?? valueOf(part, 'introducedversion') ?? null,
  }
}

/** Of parts at hand: a solution file goes into one environment after the other. */
const facts = new WeakMap<ComponentPart, DefinitionFacts>()

/** Rows as RetrieveUnpublishedMultiple gives them: the current saved definitions, published or not (facts-2 §5). */
export function unpublishedRows(tx: ReadTransaction, table: string): readonly Row[] {
  const states = listComponents(tx).filter((state) => kindInfo(state.kind).table === table)
  return states.flatMap((state) => {
    const digest = currentDigest(state)
    if (digest === undefined) return []
    const published = tx.get(table, state.id)
    return [{ ...(published ?? { versionnumber: 0 }), ...rowAt(tx, state, digest), ...pendingColumns(state) }]
  })
}

function pendingColumns(state: ComponentState): Row {
  // 1 Unpublished (web-api B.1 componentstate).
  return state.pending === undefined
    ? {}
    : { componentstate: 1, modifiedon: state.pending.changedAt, overwritetime: state.pending.changedAt }
}

function rowAt(tx: ReadTransaction, state: ComponentState, digest: string): Row {
  const definition = factsOf(state.kind, readPart(tx, digest))
  return { ...definition.columns, ...ownColumns(tx, state, definition) }
}

/** What the row of a component has beside its definition. */
function ownColumns(tx: ReadTransaction, state: ComponentState, definition: DefinitionFacts): Row {
  const changedAt = state.active?.overwrittenAt ?? state.layers.at(-1)?.overwrittenAt ?? null
  return {
    [kindInfo(state.kind).idColumn]: state.id,
    ismanaged: isManaged(state),
    iscustomizable: {
      Value: isCustomizableNow(tx, state, definition),
      CanBeChanged: !isManaged(state),
      ManagedPropertyLogicalName: 'iscustomizableanddeletable',
    },
    componentstate: 0,
    introducedversion: definition.introducedVersion,
    overwritetime: changedAt,
    modifiedon: changedAt,
  }
}

/** Managed properties are of the managed definition: no unmanaged layer on top says other (web-api H). */
function isCustomizableNow(tx: ReadTransaction, state: ComponentState, definition: DefinitionFacts): boolean {
  const managed = state.active === undefined ? undefined : managedDigest(state)
  return managed === undefined ? definition.isCustomizable : factsOf(state.kind, readPart(tx, managed)).isCustomizable
}

/** Who edited it last, as long as it has an unmanaged layer: rows of forms, views, web resources and flows say so (facts-2 §9). */
function editor(tx: ReadTransaction, state: ComponentState): Row {
  if (state.active === undefined) return {}
  const by = tx.get(kindInfo(state.kind).table, state.id)?.['modifiedby']
  return by === undefined || by === null ? {} : { modifiedby: by }
}

/** What the row holds of the life of the component in its environment; where the definition speaks, that holds. */
function operational(tx: ReadTransaction, state: ComponentState, { columns }: DefinitionFacts): Row {
  const behaviour = behaviourOf(state.kind)
  const digest = currentDigest(state)
  if (behaviour === undefined || digest === undefined) return {}
  const own = behaviour.operational ?? []
  if (behaviour.initial === undefined && own.length === 0) return {}
  const initial = behaviour.initial?.(readPart(tx, digest)) ?? {}
  const old = own.length === 0 ? undefined : tx.get(kindInfo(state.kind).table, state.id)
  const kept = own.filter((column) => old !== undefined && column in old)
  const lived = { ...initial, ...Object.fromEntries(kept.map((column) => [column, old?.[column]])) }
  return Object.fromEntries(Object.entries(lived).filter(([column]) => !(column in columns)))
}
