import type { ComponentPart, XmlElement, XmlNode } from '#format'
import { element } from '#format'

export interface OptionSpec {
  readonly value: number
  readonly label: string
  readonly state?: number
  readonly defaultStatus?: number
  /** Names a state in every language. */
  readonly invariantName?: string
}

/** A column as its definition in customizations.xml needs it. */
export interface ColumnSpec {
  readonly table: string
  readonly schemaName: string
  /** As the file writes it: nvarchar, picklist … */
  readonly type: string
  readonly displayName: string
  readonly description?: string
  /** none, recommended, required or systemrequired. */
  readonly requiredLevel?: string
  readonly isCustom?: boolean
  readonly canCreate?: boolean
  readonly canUpdate?: boolean
  readonly displayMask?: string
  /** What only columns of its type have, in the order of the file: element name → text. */
  readonly details?: Readonly<Record<string, string>>
  readonly autoNumber?: string
  /** Options of its own. */
  readonly options?: readonly OptionSpec[]
  /** Name of the global choice that has its options. */
  readonly globalChoice?: string
  readonly version?: string
}

/** The definition of a column in the order of elements that real exports have. */
export function columnPart(spec: ColumnSpec): ComponentPart {
  const name = spec.schemaName.toLowerCase()
  const isCustom = spec.isCustom !== false
  const version = spec.version ?? '1.0.0.0'
  const xml = element('attribute', { PhysicalName: spec.schemaName }, [
    ...texts({ Type: spec.type, Name: name, LogicalName: name, RequiredLevel: spec.requiredLevel ?? 'none' }),
    ...texts({ DisplayMask: spec.displayMask ?? 'ValidForAdvancedFind|ValidForForm|ValidForGrid', ImeMode: 'auto' }),
    ...(spec.canUpdate === false ? [] : texts({ ValidForUpdateApi: '1' })),
    ...texts({ ValidForReadApi: '1' }),
    ...(spec.canCreate === false ? [] : texts({ ValidForCreateApi: '1' })),
    ...texts({ IsCustomField: isCustom ? '1' : '0', IsAuditEnabled: isCustom ? '1' : '0', IsSecured: '0' }),
    ...texts({ IntroducedVersion: version, IsCustomizable: '1', IsRenameable: '1', CanModifySearchSettings: '1' }),
    ...texts({ CanModifyRequirementLevelSettings: '1', CanModifyAdditionalSettings: '1', SourceType: '0', IsGlobalFilterEnabled: '0' }),
    ...texts({ IsSortableEnabled: '0', CanModifyGlobalFilterSettings: '1', CanModifyIsSortableSettings: '1', IsDataSourceSecret: '0' }),
    ...texts({ AutoNumberFormat: spec.autoNumber ?? '', IsSearchable: '0', IsFilterable: '0', IsRetrievable: '0', IsLocalizable: '0' }),
    ...texts(spec.details ?? {}),
    ...choice(spec, name, version),
    ...labels('displaynames', 'displayname', spec.displayName),
    ...labels('Descriptions', 'Description', spec.description ?? ''),
  ])
  return {
    kind: 'Attribute',
    key: `${spec.table}.${name}`,
    displayName: spec.displayName,
    parent: `Entity:${spec.table}`,
    section: ['Entities', 'Entity', 'EntityInfo', 'entity', 'attributes'],
    xml,
    files: [],
  }
}

/** A choice as an element of its own; global ones stand beside the tables, others inside their column. */
export function choiceElement(
  about: {
    readonly name: string
    readonly displayName: string
    readonly type: string
    readonly isGlobal: boolean
    readonly version?: string
  },
  options: readonly OptionSpec[],
): XmlElement {
  const attributes = about.isGlobal ? { Name: about.name, localizedName: about.displayName } : { Name: about.name }
  return element('optionset', attributes, [
    ...texts({ OptionSetType: about.type, ...(about.isGlobal ? { IsGlobal: '1' } : {}) }),
    ...texts({ IntroducedVersion: about.version ?? '1.0.0.0', IsCustomizable: '1' }),
    ...labels('displaynames', 'displayname', about.displayName),
    ...labels('Descriptions', 'Description', ''),
    optionList(about.type, options),
  ])
}

export function optionList(type: string, options: readonly OptionSpec[]): XmlElement {
  const [list, item] = type === 'state' ? ['states', 'state'] : type === 'status' ? ['statuses', 'status'] : ['options', 'option']
  return element(
    list,
    {},
    options.map((option) => element(item, optionAttributes(option), labels('labels', 'label', option.label))),
  )
}

function optionAttributes(option: OptionSpec): Record<string, string> {
  return {
    value: String(option.value),
    ...(option.defaultStatus === undefined ? {} : { defaultstatus: String(option.defaultStatus) }),
    ...(option.invariantName === undefined ? {} : { invariantname: option.invariantName }),
    ...(option.state === undefined ? {} : { state: String(option.state) }),
  }
}

function choice(spec: ColumnSpec, name: string, version: string): XmlNode[] {
  if (spec.globalChoice !== undefined) return texts({ OptionSetName: spec.globalChoice })
  if (spec.options === undefined) return []
  const type = ['state', 'status', 'bit'].includes(spec.type) ? spec.type : 'picklist'
  return [choiceElement({ name: `${spec.table}_${name}`, displayName: spec.displayName, type, isGlobal: false, version }, spec.options)]
}

/** `<displaynames><displayname description="…" languagecode="1033" /></displaynames>` */
export function labels(list: string, item: string, text: string): XmlElement[] {
  const label: XmlElement = { ...element(item, { description: text, languagecode: '1033' }), isSelfClosed: true }
  return [element(list, {}, [label])]
}

export function texts(values: Readonly<Record<string, string>>): XmlElement[] {
  return Object.entries(values).map(([name, text]) => element(name, {}, text === '' ? [] : [text]))
}
