import type { ComponentPart } from '#format'
import { childText, descendant } from '#format'
import { readPart } from '../kinds/content.ts'
import { valueOf } from '../kinds/part-text.ts'
import type { ComponentState } from '../layers/component-state.ts'
import { isManaged, managedDigest, readComponent } from '../layers/component-state.ts'
import type { ReadTransaction } from '../store/store.ts'
import type { Operation } from './operation.ts'
import { requireComponent } from './solution-component.ts'

/** Whether a component may be changed by hand: a managed one may unless its managed property IsCustomizable is off, or that of its table (web-api A.4, H). */
export const isComponentCustomizable: Operation = {
  name: 'IsComponentCustomizable',
  kind: 'function',
  parameters: { ComponentId: { type: 'guid', required: true }, ComponentType: { type: 'int', required: true } },
  async run(ctx, params) {
    const isOpen = ctx.env.read((tx) => isCustomizable(tx, requireComponent(tx, String(params.ComponentId), Number(params.ComponentType))))
    return { status: 200, body: { IsComponentCustomizable: isOpen } }
  },
}

function isCustomizable(tx: ReadTransaction, state: ComponentState): boolean {
  const digest = isManaged(state) ? managedDigest(state) : undefined
  const part = digest === undefined ? undefined : readPart(tx, digest)
  if (part !== undefined && propertyOf(part) === '0') return false
  const parent = state.parent === undefined ? undefined : readComponent(tx, state.parent)
  return parent === undefined || isCustomizable(tx, parent)
}

/** A table's stands in its EntityInfo. */
function propertyOf(part: ComponentPart): string | undefined {
  const inside = childText(descendant(part.xml, 'EntityInfo', 'entity'), 'IsCustomizable')
  return inside ?? valueOf(part, 'IsCustomizable') ?? valueOf(part, 'iscustomizable')
}
