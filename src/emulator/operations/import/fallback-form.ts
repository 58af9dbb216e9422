import type { ComponentPart } from '#format'
import { partOf, putPart } from '../../kinds/content.ts'
import { formType, isRestrictedToRoles } from '../../kinds/system-form.ts'
import type { ComponentState } from '../../layers/component-state.ts'
import { componentId, currentDigest } from '../../layers/component-state.ts'
import type { Writer } from '../../layers/stack.ts'
import { activeLayer, saveComponent } from '../../layers/stack.ts'
import type { Transaction } from '../../store/store.ts'
import { attributeOf, child, withAttribute, withChild } from '#format'

/** A table without a fallback form: the import itself makes one main form the fallback, in an Active layer (facts-2 §6.1). */
export function addFallbackLayers(
  tx: Transaction,
  arrived: { readonly parts: readonly ComponentPart[]; readonly states: ReadonlyMap<string, ComponentState> },
  writer: Writer,
): void {
  const mainForms = new Map<string, Form[]>()
  for (const part of arrived.parts) {
    const state = part.kind === 'SystemForm' ? arrived.states.get(componentId(part.kind, part.key)) : undefined
    if (state?.parent === undefined) continue
    const form = { state, part: partOf(tx, currentDigest(state) ?? '', part) }
    if (formType(form.part) === 'main') mainForms.set(state.parent, [...(mainForms.get(state.parent) ?? []), form])
  }
  for (const forms of mainForms.values()) {
    const [first] = forms
    const isRestricted = forms.every(({ part }) => isRestrictedToRoles(part))
    if (first !== undefined && isRestricted && first.state.active === undefined) saveComponent(tx, asFallback(tx, first, writer))
  }
}

/** A form with what it says now. */
interface Form {
  readonly state: ComponentState
  readonly part: ComponentPart
}

function asFallback(tx: Transaction, { state, part }: Form, writer: Writer): ComponentState {
  const form = child(part.xml, 'form')
  const conditions = child(form, 'DisplayConditions')
  if (part.xml === undefined || form === undefined || conditions === undefined) return state
  const open = withAttribute(conditions, 'FallbackForm', 'true')
  const digest = putPart(tx, { ...part, xml: withChild(part.xml, 'form', withChild(form, 'DisplayConditions', open)) })
  const changes = [{ Key: 'formxml', Value: attributeOf(open, 'FallbackForm') }]
  return { ...state, active: activeLayer(state, { digest, changes, at: writer.at }) }
}
