import type { ComponentPart, XmlElement } from '#format'
import { attributeOf, child, descendant, element } from '#format'
import type { Row } from '../store/store.ts'
import { scalarColumns } from './generic-kind.ts'
import type { KindBehaviour } from './kind-behaviour.ts'
import { label, numberOf, valueOf } from './part-text.ts'
import { asText, setAttribute, setLabel, setText } from './xml-edit.ts'

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
      entitysetname: valueOfChild(info, 'EntitySetName') ?? null,
    }
  },
}

/** Column types of the Web API (`AttributeType`) as customizations.xml writes them. Lookups and choices bring more components along. */
const columnTypes: Readonly<Record<string, string>> = {
  String: 'nvarchar',
  Memo: 'ntext',
  Integer: 'int',
  Decimal: 'decimal',
  Double: 'float',
  Money: 'money',
  DateTime: 'datetime',
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
      maxlength: numberOf(valueOf(part, 'MaxLength')),
      requiredlevel: valueOf(part, 'RequiredLevel') ?? 'none',
    }
  },
  patch(part, values) {
    let next: ComponentPart = part
    for (const [column, value] of Object.entries(values)) {
      if (column === 'displayname') next = setLabel(next, { list: 'displaynames', item: 'displayname' }, value)
      else if (column === 'description') next = setLabel(next, { list: 'Descriptions', item: 'Description' }, value)
      else if (column === 'requiredlevel') next = setText(next, 'RequiredLevel', value)
      else if (column === 'maxlength') next = setText(setText(next, 'MaxLength', value), 'Length', Number(value) * 2)
      else return undefined
    }
    return next
  },
  create(values) {
    const table = asText(values.entitylogicalname).toLowerCase()
    const schemaName = asText(values.schemaname)
    const name = schemaName.toLowerCase()
    const type = columnTypes[asText(values.attributetype)] ?? asText(values.attributetype)
    const length = numberOf(asText(values.maxlength)) ?? 100
    const xml = element('attribute', { PhysicalName: schemaName }, [
      ...texts({ Type: type, Name: name, LogicalName: name, RequiredLevel: asText(values.requiredlevel ?? 'none') }),
      ...texts({ DisplayMask: 'ValidForAdvancedFind|ValidForForm|ValidForGrid', ImeMode: 'auto' }),
      ...texts({
        ValidForUpdateApi: '1',
        ValidForReadApi: '1',
        ValidForCreateApi: '1',
        IsCustomField: '1',
        IsAuditEnabled: '1',
        IsSecured: '0',
      }),
      ...texts({ IntroducedVersion: '1.0.0.0', IsCustomizable: '1', IsRenameable: '1', SourceType: '0' }),
      ...(type === 'nvarchar' || type === 'ntext' ? texts({ Format: 'text', MaxLength: String(length), Length: String(length * 2) }) : []),
    ])
    const part: ComponentPart = {
      kind: 'Attribute',
      key: `${table}.${name}`,
      displayName: asText(values.displayname ?? schemaName),
      parent: `Entity:${table}`,
      section: ['Entities', 'Entity', 'EntityInfo', 'entity', 'attributes'],
      xml,
      files: [],
    }
    return setLabel(part, { list: 'displaynames', item: 'displayname' }, values.displayname ?? schemaName)
  },
}

/** True for a type of column that can be made alone, without a relationship or a choice. */
export function isPlainColumnType(type: string): boolean {
  return type in columnTypes || Object.values(columnTypes).includes(type)
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
  patch(part, values) {
    const columns = Object.keys(values)
    return columns.every((column) => column === 'name') ? setAttribute(part, 'name', values.name) : undefined
  },
}

function texts(values: Readonly<Record<string, string>>): XmlElement[] {
  return Object.entries(values).map(([name, text]) => element(name, {}, [text]))
}

function valueOfChild(parent: XmlElement | undefined, name: string): Row[string] {
  return scalarColumns(parent)[name.toLowerCase()]
}
