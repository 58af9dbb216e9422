import { ODataError } from '../errors.ts'
import { kindInfo } from '../kinds/kind-table.ts'
import { currentDigest, findByObjectId } from '../layers/component-state.ts'
import { saveComponent } from '../layers/stack.ts'
import { patchRow } from '../store/rows.ts'
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
        const state = findByObjectId(tx, id)
        if (state === undefined || kindInfo(state.kind).name !== kindInfo(name).name)
          throw new ODataError(404, '0x80040217', `${name} With Id = ${id} Does Not Exist`)
        // Its only layer: the component itself would go; no source shows what the service does then.
        if (state.layers.length === 0 && currentDigest(state) !== undefined) {
          throw new ODataError(
            501,
            '',
            `The local environment does not remove the unmanaged layer of ${name} ${id}: it is the only one, and the component itself would go.`,
          )
        }
        saveComponent(tx, { ...state, active: undefined, pending: undefined })
        const imported = tx.get('connectionreference', id)?.['~importedconnectionid']
        if (imported !== undefined) patchRow(tx, 'connectionreference', id, { connectionid: imported })
      }),
    )
    return { status: 204 }
  },
}
