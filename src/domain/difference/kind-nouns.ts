/** What makers call a component of a kind, one and many, in the order in which differences are told. */
const nouns: readonly (readonly [kind: string, one: string, many?: string])[] = [
  ['Solution', 'solution'],
  ['Entity', 'table'],
  ['Attribute', 'column'],
  ['EntityKey', 'key'],
  ['EntityRelationship', 'relationship'],
  ['EntityMap', 'column mapping'],
  ['OptionSet', 'choice'],
  ['SystemForm', 'form'],
  ['SavedQuery', 'view'],
  ['SavedQueryVisualization', 'chart'],
  ['RibbonDiff', 'command bar'],
  ['Dashboard', 'dashboard'],
  ['InteractionCentricDashboard', 'interactive dashboard'],
  ['Dialog', 'dialog'],
  ['AppModule', 'app'],
  ['SiteMap', 'site map'],
  ['CanvasApp', 'canvas app'],
  ['appaction', 'command'],
  ['appaction_appactionrule_classicrules', 'rule of a command', 'rules of commands'],
  ['WebResource', 'web resource'],
  ['CustomControl', 'code component'],
  ['Report', 'report'],
  ['EmailTemplate', 'email template'],
  ['Workflow', 'process', 'processes'],
  ['connectionreference', 'connection reference'],
  ['Connector', 'custom connector'],
  ['environmentvariabledefinition', 'environment variable'],
  ['PluginAssembly', 'plug-in assembly', 'plug-in assemblies'],
  ['SdkMessageProcessingStep', 'plug-in step'],
  ['ServiceEndpoint', 'service endpoint'],
  ['customapi', 'custom API'],
  ['StoredProcedure', 'stored procedure'],
  ['Role', 'role'],
  ['FieldSecurityProfile', 'column security profile'],
  ['ConnectionRole', 'connection role'],
  ['AIModel', 'AI model'],
  ['msdyn_dataflow', 'dataflow'],
  ['bot', 'agent'],
  ['botcomponent', 'part of an agent', 'parts of agents'],
  ['EntityDataProvider', 'data provider'],
  ['EntityDataSource', 'data source'],
  ['pluginpackage', 'plug-in package'],
  ['Asset', 'set of link rows', 'sets of link rows'],
  ['Files', 'file', 'files'],
]

const rankByKind = new Map(nouns.map(([kind], at) => [kind, at]))
const oneByKind = new Map(nouns.map(([kind, one]) => [kind, one]))
const manyByNoun = new Map(nouns.map(([, one, many]) => [one, many ?? `${one}s`]))

/** A kind that is not listed is called by its own name. */
export function nounOf(kind: string): string {
  return oneByKind.get(kind) ?? kind
}

/** "1 column", "14 columns". */
export function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : pluralOf(noun)}`
}

function pluralOf(noun: string): string {
  if (noun.startsWith('more ')) return `more ${pluralOf(noun.slice('more '.length))}`
  return manyByNoun.get(noun) ?? (/(s|x|ch)$/.test(noun) ? `${noun}es` : `${noun}s`)
}

/** "forms". */
export function manyOf(noun: string): string {
  return pluralOf(noun)
}

/** Place of a kind in the telling; what is not listed comes last. */
export function kindRank(kind: string): number {
  return rankByKind.get(kind) ?? nouns.length
}
