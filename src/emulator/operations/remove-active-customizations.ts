import { ODataError } from '../errors.ts'
import { kindInfo } from '../kinds/kind-table.ts'
import type { ComponentState } from '../layers/component-state.ts'
import { findByObjectId } from '../layers/component-state.ts'
import { deleteUnmanaged } from '../layers/deletion.ts'
import { inUseText } from '../layers/dependencies.ts'
import { saveComponent } from '../layers/stack.ts'
import { notSupported } from '../odata/refuse.ts'
import { patchRow } from '../store/rows.ts'
import type { ReadTransaction, Transaction } from '../store/store.ts'
import type { Operation } from './operation.ts'

/** Drops the unmanaged layer of one component: a GET that destroys (facts-2 §0, §6.3). */
export const removeActiveCustomizations: Operation = {
  name: 'RemoveActiveCustomizations',
  kind: 'function',
  parameters: { SolutionComponentName: { type: 'string', required: true }, ComponentId: { type: 'guid', required: true } },
  async run(ctx, params) {
    const id = String(params.ComponentId).toLowerCase()
    const name = String(params.SolutionComponentName)
    await ctx.jobs.withLock(ctx.env.name, 'EntityCustomization', () =>
      ctx.env.write((tx) => {
        const state = requireComponent(tx, id, name)
        if (state.layers.length === 0) return removeBase(tx, state)
        saveComponent(tx, { ...state, active: undefined, pending: undefined })
        const imported = tx.get('connectionreference', id)?.['~importedconnectionid']
        if (imported !== undefined) patchRow(tx, 'connectionreference', id, { connectionid: imported })
      }),
    )
    return { status: 204 }
  },
}

/** Names of the layer table whose components are pieces of others here (facts-2 §6.3). */
const pieces: ReadonlySet<string> = new Set(
  `AttributeLookupValue AttributePicklistValue EntityRelationshipRelationships EntityRelationshipRole FieldPermission HierarchyRule LocalizedLabel
  RelationshipExtraCondition RibbonCommand RibbonRule RibbonTabToCommandMap RolePrivilege SdkMessageProcessingStepImage ViewAttribute`.split(
    /\s+/,
  ),
)

function requireComponent(tx: ReadTransaction, id: string, name: string): ComponentState {
  const state = findByObjectId(tx, id)
  if (state !== undefined && kindInfo(state.kind).name === kindInfo(name).name) return state
  if (pieces.has(name)) throw notSupported(`removing the unmanaged layer of components of the kind ${name}`)
  throw new ODataError(404, '0x80040217', `${name} With Id = ${id} Does Not Exist`)
}

/** Its only layer: the component itself goes, which is why clients look first (facts-2 §6.3). What others need is kept. */
function removeBase(tx: Transaction, state: ComponentState): void {
  const blockers = deleteUnmanaged(tx, state)
  if (blockers.length > 0) throw new ODataError(400, '0x8004F01F', inUseText(state, blockers.length))
}
