/** One text inside a flow's definition, with where it stands. */
export interface FlowString {
  /** Keys from the root, for example ['properties', 'definition', 'actions', 'Send', 'inputs', 'uri']. */
  readonly place: readonly string[]
  readonly key: string
  readonly text: string
}

/** Parts of a definition that describe instead of act: schemas of expected data, designer notes, what connectors are used. */
const describingKeys = new Set([
  '$schema',
  'schema',
  'description',
  'metadata',
  'connectionReferences',
  'operationMetadataId',
  'workflowReferenceName',
  'contentVersion',
  'templateName',
  'host',
  'runAfter',
])

/** The texts of a flow that act when it runs. Parameters of the definition are left out: those are environment variables, judged as such. */
export function readFlowStrings(definition: unknown): FlowString[] {
  const found: FlowString[] = []
  visit(definition, [], found)
  return found
}

function visit(value: unknown, place: readonly string[], found: FlowString[]): void {
  if (typeof value === 'string') {
    found.push({ place, key: [...place].reverse().find((key) => !/^\d+$/.test(key)) ?? '', text: value })
    return
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, item] of Object.entries(value)) {
    if (describingKeys.has(key) || isDefinitionParameters(place, key)) continue
    visit(item, [...place, key], found)
  }
}

/** `parameters` beside `actions` are the definition's own; `parameters` inside `inputs` belong to an action. */
function isDefinitionParameters(place: readonly string[], key: string): boolean {
  return key === 'parameters' && (place.length === 0 || place.at(-1) === 'definition')
}
