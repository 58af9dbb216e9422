import { childText } from '../xml/tree.ts'
import { filledAttribute, firstLabel, guidAttribute, guidChild } from './identity.ts'
import type { KindFormat } from './kind-format.ts'

export const entityRelationship: KindFormat = {
  kind: 'EntityRelationship',
  section: ['EntityRelationships'],
  elementName: 'EntityRelationship',
  keyOf: (xml) => filledAttribute(xml, 'Name'),
  nameOf: (xml) => filledAttribute(xml, 'Name'),
}

/** A global choice. */
export const optionSet: KindFormat = {
  kind: 'OptionSet',
  section: ['optionsets'],
  elementName: 'optionset',
  keyOf: (xml) => filledAttribute(xml, 'Name'),
  nameOf: (xml) => firstLabel(xml, 'displaynames') ?? filledAttribute(xml, 'localizedName'),
}

export const entityMap: KindFormat = {
  kind: 'EntityMap',
  section: ['EntityMaps'],
  elementName: 'EntityMap',
  keyOf: (xml) => {
    const source = childText(xml, 'EntitySource')
    const target = childText(xml, 'EntityTarget')
    return source === undefined || target === undefined ? undefined : `${source}-${target}`.toLowerCase()
  },
  nameOf: () => undefined,
}

/** Which plug-ins read and write the rows of virtual tables. */
export const entityDataProvider: KindFormat = {
  kind: 'EntityDataProvider',
  section: ['EntityDataProviders'],
  elementName: 'EntityDataProvider',
  keyOf: (xml) => guidChild(xml, 'EntityDataProviderId'),
  nameOf: (xml) => childText(xml, 'Name'),
}

export const entityDataSource: KindFormat = {
  kind: 'EntityDataSource',
  section: ['EntityDataSources'],
  elementName: 'EntityDataSource',
  keyOf: (xml) => guidAttribute(xml, 'EntityDataSourceId'),
  nameOf: (xml) => childText(xml, 'Name'),
}

export const storedProcedure: KindFormat = {
  kind: 'StoredProcedure',
  section: ['StoredProcedures'],
  elementName: 'procedure',
  keyOf: (xml) => filledAttribute(xml, 'name'),
  nameOf: (xml) => filledAttribute(xml, 'name'),
}
