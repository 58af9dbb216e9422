import { readPart } from '../../kinds/content.ts'
import { formType, isRestrictedToRoles } from '../../kinds/system-form.ts'
import type { ComponentState } from '../../layers/component-state.ts'
import { currentDigest } from '../../layers/component-state.ts'
import type { Writer } from '../../layers/stack.ts'
import { activeLayer, saveComponent } from '../../layers/stack.ts'
import type { Transaction } from '../../store/store.ts'
import { attributeOf, child, withAttribute, withChild } from '#format'
import { putPart } from '../../kinds/content.ts'

/** A table without a fallback form: the import itself makes one main form the fallback, in an Active layer (facts-2 §6.1). */
export function addFallbackLayers(tx: Transaction, states: ReadonlyMap<string, ComponentState>, writer: Writer): void {
  const mainForms = new Map<string, ComponentState[]>()
  for (const state of states.values()) {
    if (state.kind !== 'SystemForm' || state.parent === undefined) continue
    if (formType(readPart(tx, currentDigest(state) ?? '')) !== 'main') continue
    mainForms.set(state.parent, [...(mainForms.get(state.parent) ?? []), state])
  }
  for (const forms of mainForms.values()) {
    const [first] = forms
    const isRestricted = forms.every((form) => isRestrictedToRoles(readPart(tx, currentDigest(form) ?? '')))
    if (first !== undefined && isRestricted && first.active === undefined) saveComponent(tx, asFallback(tx, first, writer))
  }
}

function asFallback(tx: Transaction, state: ComponentState, writer: Writer): ComponentState {
  const part = readPart(tx, currentDigest(state) ?? '')
  const form = child(part.xml, 'form')
  const conditions = child(form, 'DisplayConditions')
  if (part.xml === undefined || form === undefined || conditions === undefined) return state
  const open = withAttribute(conditions, 'FallbackForm', 'true')
  const digest = putPart(tx, { ...part, xml: withChild(part.xml, 'form', withChild(form, 'DisplayConditions', open)) })
  const changes = [{ Key: 'formxml', Value: attributeOf(open, 'FallbackForm') }]
  return { ...state, active: activeLayer(state, { digest, changes, at: writer.at }) }
}
