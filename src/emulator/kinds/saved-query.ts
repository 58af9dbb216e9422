import type { ComponentPart } from '#format'
import { child, element } from '#format'
import type { KindBehaviour } from './kind-behaviour.ts'
import { flag, innerXml, label, numberOf, valueOf } from './part-text.ts'
import { asText, setInnerXml, setLabel, setText } from './xml-edit.ts'

const names = { list: 'LocalizedNames', item: 'LocalizedName' } as const
const descriptions = { list: 'Descriptions', item: 'Description' } as const

export const savedQuery: KindBehaviour = {
  kind: 'SavedQuery',
  project(part) {
    return {
      savedqueryid: part.key,
      name: label(child(part.xml, 'LocalizedNames')) ?? part.displayName ?? '',
      description: label(child(part.xml, 'Descriptions')) ?? null,
      returnedtypecode: part.parent?.startsWith('Entity:') === true ? part.parent.slice('Entity:'.length) : null,
      querytype: numberOf(valueOf(part, 'querytype')) ?? 0,
      isdefault: flag(valueOf(part, 'isdefault')),
      isquickfindquery: flag(valueOf(part, 'isquickfindquery')),
      fetchxml: innerXml(child(part.xml, 'fetchxml')) ?? null,
      layoutxml: innerXml(child(part.xml, 'layoutxml')) ?? null,
      statecode: 0,
      statuscode: 1,
    }
  },
  patch(part, values) {
    let next: ComponentPart = part
    for (const [column, value] of Object.entries(values)) {
      if (column === 'name') next = setLabel(next, names, value)
      else if (column === 'description') next = setLabel(next, descriptions, value)
      else if (column === 'fetchxml' || column === 'layoutxml') next = setInnerXml(next, column, value)
      else if (column === 'isdefault') next = setText(next, column, value)
      else return undefined
    }
    return next
  },
  create(values, id) {
    const table = asText(values.returnedtypecode).toLowerCase()
    const xml = element('savedquery', {}, [
      element('IsCustomizable', {}, ['1']),
      element('CanBeDeleted', {}, ['1']),
      element('isquickfindquery', {}, ['0']),
      element('isprivate', {}, ['0']),
      element('isdefault', {}, ['0']),
      element('savedqueryid', {}, [`{${id}}`]),
      element('layoutxml'),
      element('querytype', {}, [asText(values.querytype ?? 0)]),
      element('fetchxml'),
      element('IntroducedVersion', {}, ['1.0.0.0']),
      element('LocalizedNames'),
    ])
    let part: ComponentPart = {
      kind: 'SavedQuery',
      key: id,
      displayName: asText(values.name),
      parent: `Entity:${table}`,
      section: ['Entities', 'Entity', 'SavedQueries', 'savedqueries'],
      xml,
      files: [],
    }
    for (const column of ['layoutxml', 'fetchxml'] as const)
      if (typeof values[column] === 'string') part = setInnerXml(part, column, values[column])
    part = setLabel(part, names, values.name)
    return typeof values.description !== 'string' ? part : setLabel(part, descriptions, values.description)
  },
}
