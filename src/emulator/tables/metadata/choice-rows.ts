import type { ReadTransaction, Row } from '../../store/store.ts'
import { globalOptions } from '../data/catalogue.ts'
import type { Option } from '../data/column-facts.ts'
import type { Table } from '../table.ts'
import { columns } from '../table.ts'
import { fixedId, labelOf } from './labels.ts'

/** GlobalOptionSetDefinitions */
export const choiceMetadata: Table = {
  logicalName: 'OptionSetMetadata',
  setName: 'GlobalOptionSetDefinitions',
  primaryId: 'MetadataId',
  columns: [
    ...columns({
      strings: 'Name OptionSetType IntroducedVersion',
      guids: 'MetadataId',
      booleans: 'IsGlobal IsManaged IsCustomOptionSet',
      managedProperties: 'IsCustomizable',
    }),
    ...['DisplayName', 'Options'].map((name) => ({ name, type: 'Microsoft.Dynamics.CRM.Label' as const })),
  ],
  list: (tx) => tx.list('optionset').map((row) => choiceRow(tx, row)),
}

export function choiceRow(tx: ReadTransaction, row: Row): Row {
  return {
    '@odata.type': '#Microsoft.Dynamics.CRM.OptionSetMetadata',
    MetadataId: row['metadataid'],
    Name: row['name'],
    OptionSetType: 'Picklist',
    IntroducedVersion: row['introducedversion'] ?? null,
    IsGlobal: true,
    IsManaged: row['ismanaged'],
    IsCustomOptionSet: true,
    IsCustomizable: row['iscustomizable'],
    DisplayName: labelOf(row['displayname']),
    Options: globalOptions(tx, String(row['name'])).map((option) => optionOf(option, row['ismanaged'] === true)),
  }
}

/** The choice of a column as `$expand=OptionSet` shows it: its own, or the global one that it uses. */
export function choiceOfAttribute(tx: ReadTransaction, attribute: Row): Record<string, unknown> {
  const options = attribute['~choices'] as readonly Option[]
  const global = globalChoiceOf(tx, attribute)
  if (global !== undefined) return global
  const isBoolean = attribute['~kind'] === 'Boolean'
  const name = `${String(attribute['EntityLogicalName'])}_${String(attribute['LogicalName'])}`
  const shown = options.map((option) => optionOf(option, attribute['IsManaged'] === true))
  const about = {
    MetadataId: fixedId(`optionset ${name}`),
    Name: name,
    IsGlobal: false,
    OptionSetType: String(attribute['~kind']).replace('MultiSelect', ''),
  }
  return isBoolean ? { ...about, FalseOption: shown[0] ?? null, TrueOption: shown[1] ?? null } : { ...about, Options: shown }
}

/** The global choice that a column uses; undefined for one of its own. */
export function globalChoiceOf(tx: ReadTransaction, attribute: Row): Record<string, unknown> | undefined {
  const row = tx.list('optionset').find((item) => item['name'] === attribute['~choice'])
  if (row === undefined) return undefined
  const { '@odata.type': _, ...choice } = choiceRow(tx, row)
  return choice
}

function optionOf(option: Option, isManaged: boolean): Record<string, unknown> {
  return {
    Value: option.value,
    Color: null,
    IsManaged: isManaged,
    ExternalValue: null,
    ...(option.state === undefined ? {} : { State: option.state }),
    ...(option.defaultStatus === undefined ? {} : { DefaultStatus: option.defaultStatus }),
    Label: labelOf(option.label),
    Description: labelOf(''),
  }
}
