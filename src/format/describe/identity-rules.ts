/** How the items of one list are told apart and called. Names with `@` are attributes, others are child elements; `#` is the text. */
export interface ItemRule {
  readonly item: string
  /** Only inside elements of these names. */
  readonly within?: readonly string[]
  /** What together makes the identity; absent ones count as empty. */
  readonly by: readonly string[]
  readonly noun: string
  /** Where its name for people is; `label` is its first label, `dotted` its identity with dots. By default the identity. */
  readonly name?: 'label' | 'condition' | 'filter' | 'dotted' | `@${string}`
  /** Order among its like has meaning and is a fact of its own. */
  readonly ordered?: true
  /** Its identity is a column's logical name. */
  readonly namesColumn?: true
}

export const itemRules: readonly ItemRule[] = [
  // The manifest.
  { item: 'RootComponent', by: ['@type', '@schemaName', '@id'], noun: 'root component' },
  {
    item: 'MissingDependency',
    by: [
      ...['@type', '@schemaName', '@id', '@parentSchemaName', '@displayName'].map((name) => `Required${name}`),
      ...['@type', '@schemaName', '@id', '@parentSchemaName', '@displayName'].map((name) => `Dependent${name}`),
    ],
    noun: 'missing dependency',
  },
  { item: 'Address', by: ['AddressNumber'], noun: 'address' },
  { item: 'Language', by: ['#'], noun: 'language' },
  { item: 'package', by: ['@appName', '#'], noun: 'package' },
  // Columns and choices.
  { item: 'option', by: ['@value'], noun: 'choice', name: 'label', ordered: true },
  { item: 'status', by: ['@value'], noun: 'status reason', name: 'label', ordered: true },
  { item: 'state', by: ['@value'], noun: 'status', name: 'label', ordered: true },
  { item: 'LookupType', by: ['#'], noun: 'target table' },
  { item: 'EntityKeyAttribute', by: ['#'], noun: 'column' },
  { item: 'AttributeMap', by: ['AttributeSource', 'AttributeTarget'], noun: 'mapping' },
  { item: 'EntityRelationshipRole', by: ['RelationshipRoleType', 'AssociationRoleOrdinal'], noun: 'navigation' },
  // Views and queries.
  { item: 'cell', within: ['row'], by: ['@name'], noun: 'column', ordered: true, namesColumn: true },
  { item: 'attribute', within: ['entity', 'link-entity'], by: ['@name', '@alias'], noun: 'queried column', namesColumn: true },
  { item: 'order', by: ['@attribute', '@alias'], noun: 'sorting by', ordered: true, namesColumn: true },
  { item: 'condition', by: ['@entityname', '@attribute', '@operator'], noun: 'condition', name: 'condition' },
  { item: 'filter', by: ['@type', '@isquickfindfields'], noun: 'filter', name: 'filter' },
  { item: 'link-entity', by: ['@alias', '@name', '@from', '@to'], noun: 'linked table', name: '@name' },
  { item: 'value', within: ['condition'], by: ['#'], noun: 'value' },
  { item: 'CustomControlDefaultConfig', by: [], noun: 'default controls' },
  // Forms.
  { item: 'event', within: ['events'], by: ['@name', '@attribute', '@control', '@relationship'], noun: 'event' },
  { item: 'Handler', by: ['@libraryName', '@functionName'], noun: 'handler', ordered: true },
  { item: 'Library', by: ['@name'], noun: 'library', ordered: true },
  { item: 'controlDescription', by: ['@forControl'], noun: 'control settings' },
  { item: 'customControl', by: ['@formFactor', '@name', '@id'], noun: 'custom control' },
  { item: 'data-set', by: ['@name'], noun: 'data set' },
  { item: 'NavBarByRelationshipItem', by: ['@Id'], noun: 'navigation item' },
  { item: 'NavBarItem', by: ['@Id'], noun: 'navigation item' },
  { item: 'NavBarArea', by: ['@Id'], noun: 'navigation area' },
  { item: 'internaljscriptfile', by: ['@src'], noun: 'script' },
  { item: 'dependency', within: ['dependencies'], by: ['@id'], noun: 'dependency' },
  { item: 'data', within: ['hiddencontrols'], by: ['@id'], noun: 'hidden field' },
  { item: 'Role', within: ['DisplayConditions', 'AppModuleRoleMaps'], by: ['@Id', '@id'], noun: 'role' },
  // Apps.
  { item: 'AppModuleComponent', by: ['@type', '@schemaName', '@id'], noun: 'component' },
  { item: 'appelement', by: ['@uniquename'], noun: 'element' },
  { item: 'Area', by: ['@Id'], noun: 'area', name: 'label', ordered: true },
  { item: 'Group', by: ['@Id'], noun: 'group', name: 'label', ordered: true },
  { item: 'SubArea', by: ['@Id'], noun: 'subarea', name: 'label', ordered: true },
  { item: 'Privilege', within: ['SubArea'], by: ['@Entity', '@Privilege'], noun: 'privilege' },
  // Security.
  { item: 'RolePrivilege', by: ['@name'], noun: 'privilege' },
  { item: 'FieldPermission', by: ['EntityName', 'AttributeName'], noun: 'permission on column', name: 'dotted' },
  // Logic.
  { item: 'PluginType', by: ['@Name'], noun: 'plug-in type' },
  { item: 'ProcessTrigger', by: ['@processtriggerid'], noun: 'trigger' },
  { item: 'SdkMessageProcessingStepImage', by: ['@Name', 'Name', 'EntityAlias'], noun: 'image' },
  { item: 'steplabels', by: ['@id'], noun: 'step' },
  { item: 'StreamObject', by: ['@id', '@type'], noun: 'stream' },
  { item: 'ConnectionRoleObjectTypeCode', by: ['associatedobjecttypecode'], noun: 'table' },
]

const byItem = new Map<string, ItemRule[]>()
for (const rule of itemRules) byItem.set(rule.item, [...(byItem.get(rule.item) ?? []), rule])

/** The rule for elements of this name in a parent of that name, or undefined. */
export function itemRuleOf(item: string, parent: string): ItemRule | undefined {
  return byItem.get(item)?.find((rule) => rule.within === undefined || rule.within.includes(parent))
}

// Of a list that no rule knows: the first of these that every item has.
const usualIdentities: readonly string[] = ['id', 'uniquename', 'schemaname', 'logicalname', 'name', 'key', 'languagecode', 'value']

/** Whether an attribute or child of this name is what usually tells the items of a list apart, best first; -1 if not. */
export function usualIdentityRank(name: string, item: string): number {
  const lower = name.toLowerCase()
  const own = item.toLowerCase()
  if (lower === `${own}id` || lower === `${own}name`) return 0
  return usualIdentities.indexOf(lower)
}
