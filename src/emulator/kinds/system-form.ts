import type { ComponentPart } from '#format'
import { attributeOf, child, compactStyle, parseXml, withChild, writeXml } from '#format'
import type { KindBehaviour } from './kind-behaviour.ts'
import { flag, label, numberOf, valueOf } from './part-text.ts'
import { asText, setLabel } from './xml-edit.ts'

/** `systemform.type` by the folder name that a package uses. */
const typeNumbers: Readonly<Record<string, number>> = {
  dashboard: 0,
  appointmentbook: 1,
  main: 2,
  minicampaignbo: 3,
  preview: 4,
  mobile: 5,
  quick: 6,
  quickcreate: 7,
  dialog: 8,
  taskflow: 9,
  interactioncentricdashboard: 10,
  card: 11,
  maininteractioncentric: 12,
}

export const systemForm: KindBehaviour = {
  kind: 'SystemForm',
  project(part) {
    const form = child(part.xml, 'form') ?? child(part.xml, 'FormXml')
    return {
      formid: part.key,
      name: label(child(part.xml, 'LocalizedNames')) ?? part.displayName ?? '',
      description: label(child(part.xml, 'Descriptions')) ?? null,
      objecttypecode: part.parent?.startsWith('Entity:') === true ? part.parent.slice('Entity:'.length) : 'none',
      type: typeNumbers[formType(part)] ?? 2,
      formxml: form === undefined ? null : writeXml(form, compactStyle),
      formactivationstate: numberOf(valueOf(part, 'FormActivationState')) ?? 1,
      formpresentation: numberOf(valueOf(part, 'FormPresentation')) ?? 1,
      isdefault: false,
    }
  },
  patch(part, values) {
    let next: ComponentPart = part
    for (const [column, value] of Object.entries(values)) {
      if (column === 'name') next = setLabel(next, { list: 'LocalizedNames', item: 'LocalizedName' }, value)
      else if (column === 'description') next = setLabel(next, { list: 'Descriptions', item: 'Description' }, value)
      else if (column === 'formxml' && next.xml !== undefined) {
        next = { ...next, xml: withChild(next.xml, 'form', parseXml(asText(value), `formxml of form ${part.key}`)) }
      } else return undefined
    }
    return next
  },
}

/** main, quick, card, … in lower case: the `type` of the `forms` element around it. */
export function formType(part: ComponentPart): string {
  if (part.kind === 'Dashboard') return 'dashboard'
  if (part.kind === 'InteractionCentricDashboard') return 'interactioncentricdashboard'
  if (part.kind === 'Dialog') return 'dialog'
  const around = /forms\[type=([^\]]*)\]/.exec(part.section.at(-1) ?? '')?.[1]
  return (around ?? 'main').toLowerCase()
}

/** True when only some roles may see the form and it is not marked as the one for everybody else. */
export function isRestrictedToRoles(part: ComponentPart): boolean {
  const conditions = child(child(part.xml, 'form'), 'DisplayConditions') ?? child(part.xml, 'DisplayConditions')
  return conditions !== undefined && !flag(attributeOf(conditions, 'FallbackForm'))
}
