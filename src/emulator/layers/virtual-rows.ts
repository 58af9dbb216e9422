import { findComponentType } from '../kinds/component-type.ts'
import { kindInfo, kindOfRootType } from '../kinds/kind-table.ts'
import { definitionColumns, summaryColumns } from '../kinds/projection.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import { guidFrom } from '../tables/virtual-tables.ts'
import type { ComponentState } from './component-state.ts'
import { currentDigest, findByObjectId, isManaged, listComponents, managedDigest, publishedDigest } from './component-state.ts'
import { expandSolution, isFormatOnly } from './membership.ts'

const never = '1900-01-01T00:00:00Z'

/** Rows of msdyn_componentlayers for one component, bottom first; Active, when there is one, has the highest order (web-api B.3). */
export function componentLayers(tx: ReadTransaction, componentName: string, objectId: string): readonly Row[] {
  const state = findByObjectId(tx, objectId)
  if (state === undefined || kindInfo(layerName(state)).name.toLowerCase() !== kindInfo(componentName).name.toLowerCase()) return []
  const managed = state.layers.map(
    (layer, at): LayerFacts => ({
      solution: layer.solution,
      publisher: layer.publisher,
      order: at + 1,
      overwrittenAt: at === 0 ? never : layer.overwrittenAt,
      columns: definitionColumns(tx, state, layer.digest),
      changes: Object.entries(definitionColumns(tx, state, layer.digest)).map(([Key, Value]) => ({ Key, Value })),
    }),
  )
  return [...managed, ...activeFacts(tx, state)].map((facts) => layerRow(state, facts))
}

/** The layer table knows kinds by their numbers' names: dashboards are forms to it. */
function layerName(state: ComponentState): string {
  const { name, type } = kindInfo(state.kind)
  return type === undefined ? name : kindOfRootType(String(type))
}

interface LayerFacts {
  readonly solution: string
  readonly publisher: string
  readonly order: number
  readonly overwrittenAt: string
  readonly columns: Row
  readonly changes: readonly { readonly Key: string; readonly Value: unknown }[]
}

function activeFacts(tx: ReadTransaction, state: ComponentState): LayerFacts[] {
  if (state.active === undefined) return []
  const columns = state.active.digest === undefined ? {} : definitionColumns(tx, state, state.active.digest)
  const isBase = state.layers.length === 0
  const changes = isBase ? Object.entries(columns).map(([Key, Value]) => ({ Key, Value })) : state.active.changes
  return [
    {
      solution: 'Active',
      publisher: 'Default Publisher',
      order: state.layers.length + 1,
      overwrittenAt: state.active.overwrittenAt,
      columns,
      changes,
    },
  ]
}

function layerRow(state: ComponentState, facts: LayerFacts): Row {
  // Changes of a choice stand in msdyn_children (facts-2 §6.1).
  const isChoice = state.kind === 'OptionSet' && facts.solution === 'Active' && facts.changes.length > 0
  const children = isChoice ? [{ Attributes: [{ Key: 'action', Value: 'updated' }] }] : []
  return {
    msdyn_componentlayerid: guidFrom(`${state.id}:${facts.solution}`),
    msdyn_componentid: state.id,
    msdyn_solutioncomponentname: layerName(state),
    msdyn_name: state.name,
    msdyn_solutionname: facts.solution,
    msdyn_publishername: facts.publisher,
    msdyn_order: facts.order,
    msdyn_overwritetime: facts.overwrittenAt,
    msdyn_children: JSON.stringify(children),
    msdyn_componentjson: JSON.stringify({
      LogicalName: kindInfo(state.kind).table,
      Id: state.id,
      Attributes: Object.entries(facts.columns).map(([Key, Value]) => ({ Key, Value })),
    }),
    msdyn_changes: JSON.stringify({ Attributes: isChoice ? [] : facts.changes }),
  }
}

/** Rows of msdyn_solutioncomponentsummaries: all that a solution contains now, with names. Its flags are texts (web-api B.3). */
export function solutionComponentSummaries(tx: ReadTransaction, solutionId: string): readonly Row[] {
  const uniqueName = tx.get('solution', solutionId.toLowerCase())?.uniquename
  if (typeof uniqueName !== 'string') return []
  const contained = statesIn(tx, uniqueName).filter((state) => !isFormatOnly(state.kind))
  return contained.map((state) => {
    const info = kindInfo(state.kind)
    const digest = publishedDigest(state) ?? currentDigest(state)
    const columns = digest === undefined ? undefined : summaryColumns(tx, digest)
    const managed = managedDigest(state) ?? digest
    const isCustomizable = managed === undefined || summaryColumns(tx, managed).isCustomizable
    return {
      msdyn_solutioncomponentsummaryid: guidFrom(`${solutionId}:${state.id}`),
      msdyn_solutionid: solutionId,
      msdyn_objectid: state.id,
      msdyn_componenttype: findComponentType(tx, state.kind) ?? null,
      msdyn_componenttypename: info.name,
      msdyn_componentlogicalname: info.table,
      msdyn_name: columns?.name ?? state.name,
      msdyn_displayname: state.name,
      msdyn_schemaname: columns?.schemaName ?? null,
      msdyn_uniquename: columns?.uniqueName ?? null,
      msdyn_primaryentityname: state.parent?.startsWith('Entity:') === true ? state.parent.slice('Entity:'.length) : null,
      msdyn_ismanaged: isManaged(state) ? 'True' : 'False',
      msdyn_iscustom: 'True',
      msdyn_iscustomizable: isCustomizable ? 'True' : 'False',
      // Also true for phantom rows, as in the service (facts-2 §6.2).
      msdyn_hasactivecustomization: state.active === undefined ? 'False' : 'True',
      msdyn_isdefault: 'False',
      msdyn_total: contained.length,
    }
  })
}

/** The Default solution shows all unmanaged work, whether or not another solution holds it too (facts-2 §4). */
function statesIn(tx: ReadTransaction, uniqueName: string): readonly ComponentState[] {
  const members = expandSolution(tx, uniqueName).map(({ state }) => state)
  if (uniqueName !== 'Default') return members
  const listed = new Set(members.map((state) => state.id))
  return [...members, ...listComponents(tx).filter((state) => state.active !== undefined && !listed.has(state.id))]
}

/** Rows of msdyn_solutioncomponentcountsummaries: a row a kind; all columns but these three are null, as recorded (web-api B.3). */
export function solutionComponentCounts(tx: ReadTransaction, solutionId: string): readonly Row[] {
  const counts = new Map<unknown, { readonly table: unknown; readonly total: number }>()
  for (const row of solutionComponentSummaries(tx, solutionId)) {
    const type = row.msdyn_componenttype
    counts.set(type, { table: row.msdyn_componentlogicalname, total: (counts.get(type)?.total ?? 0) + 1 })
  }
  return [...counts].map(([type, { table, total }]) => ({
    msdyn_solutioncomponentcountsummaryid: guidFrom(`${solutionId}:count:${String(type)}`),
    msdyn_solutionid: solutionId,
    msdyn_componentlogicalname: table,
    msdyn_componenttype: type,
    msdyn_total: total,
    msdyn_subtype: null,
    msdyn_primaryentityname: null,
    msdyn_workflowcategory: null,
  }))
}
