import type { ComponentPart, XmlElement } from '#format'
import { attributeOf, child, descendant } from '#format'
import { withdrawFromAll } from '../auth/role-assignments.ts'
import type { Row } from '../store/store.ts'
import { scalarColumns } from './generic-kind.ts'
import type { KindBehaviour } from './kind-behaviour.ts'
import { label, numberOf, valueOf } from './part-text.ts'
import { setAttribute, setLabel, setText } from './xml-edit.ts'

export const entity: KindBehaviour = {
  kind: 'Entity',
  project(part) {
    const info = descendant(part.xml, 'EntityInfo', 'entity')
    const name = child(part.xml, 'Name')
    return {
      ...scalarColumns(info),
      logicalname: part.key,
      schemaname: attributeOf(info, 'Name') ?? part.key,
      displayname: label(child(info, 'LocalizedNames')) ?? attributeOf(name, 'LocalizedName') ?? part.displayName ?? part.key,
      localizedcollectionname: label(child(info, 'LocalizedCollectionNames')) ?? null,
      description: label(child(info, 'Descriptions')) ?? null,
      entitysetname: valueOfChild(info, 'EntitySetName') ?? null,
    }
  },
}

export const attribute: KindBehaviour = {
  kind: 'Attribute',
  project(part) {
    return {
      ...scalarColumns(part.xml),
      logicalname: part.key.slice(part.key.indexOf('.') + 1),
      entitylogicalname: part.key.slice(0, part.key.indexOf('.')),
      schemaname: attributeOf(part.xml, 'PhysicalName') ?? part.key,
      attributetype: valueOf(part, 'Type') ?? null,
      displayname: label(child(part.xml, 'displaynames')) ?? null,
      description: label(child(part.xml, 'Descriptions')) ?? null,
      maxlength: numberOf(valueOf(part, 'MaxLength')),
      requiredlevel: valueOf(part, 'RequiredLevel') ?? 'none',
    }
  },
  patch(part, values) {
    let next: ComponentPart = part
    for (const [column, value] of Object.entries(values)) {
      if (column === 'displayname') next = setLabel(next, { list: 'displaynames', item: 'displayname' }, value)
      else if (column === 'description') next = setLabel(next, { list: 'Descriptions', item: 'Description' }, value)
      else if (column === 'maxlength') next = setText(setText(next, 'MaxLength', value), 'Length', Number(value) * 2)
      else if (plainTexts[column] !== undefined) next = setText(next, plainTexts[column], value)
      else return undefined
    }
    return next
  },
}

/** Column of the row → element of the definition, of what a direct edit may change. */
const plainTexts: Readonly<Record<string, string>> = {
  requiredlevel: 'RequiredLevel',
  minvalue: 'MinValue',
  maxvalue: 'MaxValue',
  accuracy: 'Accuracy',
  autonumberformat: 'AutoNumberFormat',
}

export const canvasApp: KindBehaviour = {
  kind: 'CanvasApp',
  operational: ['ownerid', 'createdby', 'createdon'],
  project(part) {
    return {
      name: valueOf(part, 'Name') ?? part.key,
      displayname: valueOf(part, 'DisplayName') ?? null,
      appversion: valueOf(part, 'AppVersion') ?? null,
      canvasapptype: numberOf(valueOf(part, 'CanvasAppType')) ?? 0,
      status: valueOf(part, 'Status') ?? null,
      tags: valueOf(part, 'Tags') ?? null,
      connectionreferences: valueOf(part, 'ConnectionReferences') ?? null,
      databasereferences: valueOf(part, 'DatabaseReferences') ?? null,
    }
  },
}

export const appModule: KindBehaviour = {
  kind: 'AppModule',
  project(part) {
    return {
      ...scalarColumns(part.xml),
      uniquename: valueOf(part, 'UniqueName') ?? part.key,
      name: label(child(part.xml, 'LocalizedNames')) ?? part.displayName ?? part.key,
    }
  },
  patch(part, values) {
    let next: ComponentPart = part
    for (const [column, value] of Object.entries(values)) {
      if (column !== 'name') return undefined
      next = setLabel(next, { list: 'LocalizedNames', item: 'LocalizedName' }, value)
    }
    return next
  },
}

export const role: KindBehaviour = {
  kind: 'Role',
  project: (part) => ({ roleid: part.key, name: valueOf(part, 'name') ?? part.displayName ?? part.key }),
  removed: withdrawFromAll,
  patch(part, values) {
    const columns = Object.keys(values)
    return columns.every((column) => column === 'name') ? setAttribute(part, 'name', values.name) : undefined
  },
}

function valueOfChild(parent: XmlElement | undefined, name: string): Row[string] {
  return scalarColumns(parent)[name.toLowerCase()]
}
