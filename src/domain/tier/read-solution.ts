import type { SolutionModel } from '#domain/solution'
import { connectorName } from '#domain/solution'
import { aiStepsOf } from './read-ai.ts'
import { nameSome } from './named.ts'
import type { SolutionReading } from './tier.ts'

/** A solution file, with what of it only its parts say. */
export interface SolutionMaterial {
  readonly model: SolutionModel
  /** Names of web resources that hold scripts: JavaScript and pages. */
  readonly scripts: readonly string[]
  /** Connectors that canvas apps name, with the class that the app itself tells, as it is written there. */
  readonly appConnectors: readonly { readonly id: string; readonly apiTier: string | undefined }[]
  /** Agents that nobody has to sign in to. */
  readonly openAgents: readonly string[]
  readonly description: string | undefined
  /** Canvas apps whose formulas ask AI, by name. */
  readonly askingApps: readonly string[]
  /** Canvas apps whose formulas could not be read, by name. */
  readonly unreadApps: readonly string[]
}

/** Reads what a solution says by itself of the rigour that it needs. Nothing is guessed: what is not recognised is left to be unknown. */
export function readSolutionFile(material: SolutionMaterial): SolutionReading {
  const { model, scripts } = material
  const foreign = foreignTables(model)
  const unreadFlows = model.flows.flatMap(({ name, definition }) => (definition === undefined ? [`flow ${name}`] : []))
  return {
    connectors: connectorsOf(material),
    code: nameSome(codeOf(model)),
    scripts: nameSome(scripts),
    ai: nameSome([...aiOf(model), ...model.flows.flatMap(aiStepsOf), ...material.askingApps.map((app) => `formulas of app ${app}`)]),
    unreadFormulas: nameSome([...unreadFlows, ...material.unreadApps.map((app) => `app ${app}`)]),
    exposure: exposureOf(material),
    foreignTables: nameSome(foreign),
    wholeForeignTables: nameSome(addedWhole(model).filter((table) => foreign.includes(table))),
    apps: nameSome(model.components.filter(({ kind }) => appKinds.has(kind)).map(({ displayName, key }) => displayName ?? key)),
    beyondTables: nameSome(model.components.filter(isBeyondTables).map(({ kind, displayName, key }) => `${kind} ${displayName ?? key}`)),
    roles: model.components.flatMap(({ kind, displayName }) => (kind === 'Role' && displayName !== undefined ? [displayName] : [])),
    ...(material.description === undefined || material.description.trim() === ''
      ? {}
      : { description: material.description.trim().slice(0, 500) }),
  }
}

/** Kinds by their layer-table names: what runs on the server or as a control, whoever made it. */
const codeKinds: ReadonlySet<string> = new Set([
  'PluginAssembly',
  'pluginpackage',
  'CustomControl',
  'customapi',
  'CustomAPI',
  'ServiceEndpoint',
  'StoredProcedure',
  'EntityDataProvider',
])

/** Agents are `bot` with their parts; models and prompts are AIModel with their configurations [exports of the corpus]. */
const aiKinds: ReadonlySet<string> = new Set([
  'AIModel',
  'msdyn_aimodel',
  'AIConfiguration',
  'bot',
  'aiskillconfig',
  'aicopilot',
  'msdyn_aiconfiguration',
])

/** Power Pages, in its present and its earlier data models. */
const siteKinds: ReadonlySet<string> = new Set(['powerpagesite', 'mspp_website', 'adx_website'])

const appKinds: ReadonlySet<string> = new Set(['AppModule', 'CanvasApp'])

/** Tables with what belongs to them: columns, relationships, keys, choices, views, forms and charts of theirs. */
const tableKinds: ReadonlySet<string> = new Set([
  'Entity',
  'Attribute',
  'EntityRelationship',
  'EntityKey',
  'EntityMap',
  'AttributeMap',
  'OptionSet',
  'RibbonDiff',
  'SavedQuery',
  'SavedQueryVisualization',
  'SystemForm',
  'EntityDataSource',
  'Role',
  'FieldSecurityProfile',
])

function isBeyondTables({ kind }: SolutionModel['components'][number]): boolean {
  return !tableKinds.has(kind)
}

function codeOf({ components }: SolutionModel): string[] {
  return components.filter(({ kind }) => codeKinds.has(kind)).map(({ kind, displayName, key }) => `${kind} ${displayName ?? key}`)
}

function aiOf({ components }: SolutionModel): string[] {
  return components.filter(({ kind }) => aiKinds.has(kind)).map(({ kind, displayName, key }) => `${kind} ${displayName ?? key}`)
}

function exposureOf({ model, openAgents }: SolutionMaterial): SolutionReading['exposure'] {
  const sites = model.components.filter(({ kind }) => siteKinds.has(kind)).map(({ displayName, key }) => `site ${displayName ?? key}`)
  const called = model.flows.filter(isCalledFromOutside).map(({ name }) => `flow ${name} is started by whoever knows its address`)
  return [
    ...sites.map((what) => ({ how: 'external' as const, what })),
    ...called.map((what) => ({ how: 'external' as const, what })),
    ...openAgents.map((name) => ({ how: 'anonymous' as const, what: `agent ${name} asks nobody to sign in` })),
  ]
}

/**
 * A trigger of type Request and kind Http has an address of its own. Without `triggerAuthenticationType`, or with `All`, anybody who knows it
 * may call; else it is users of the tenant [Microsoft Learn, OAuth authentication for HTTP request triggers; unverified on a service].
 */
function isCalledFromOutside({ definition }: SolutionModel['flows'][number]): boolean {
  const triggers = inside(inside(inside(definition, 'properties'), 'definition'), 'triggers')
  if (typeof triggers !== 'object' || triggers === null) return false
  return Object.values(triggers).some((trigger: unknown) => {
    if (inside(trigger, 'type') !== 'Request' || inside(trigger, 'kind') !== 'Http') return false
    const who = inside(inside(trigger, 'inputs'), 'triggerAuthenticationType')
    return who === undefined || who === 'All'
  })
}

function inside(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return (value as Readonly<Record<string, unknown>>)[key] // an object that has the key
}

/** One entry a connector, with the strictest that anything says of it. */
function connectorsOf({ model, appConnectors }: SolutionMaterial): SolutionReading['connectors'] {
  const found = new Map<string, SolutionReading['connectors'][number]['told']>()
  const add = (id: string | undefined, told?: SolutionReading['connectors'][number]['told']): void => {
    const name = plainName(id)
    if (name === undefined) return
    const says = isMadeName(name) ? 'custom' : told
    if (!found.has(name) || says === 'custom' || found.get(name) === undefined) found.set(name, says ?? found.get(name))
  }
  for (const { connectorId } of model.connectionReferences) add(connectorId)
  for (const { connector } of model.flows.flatMap((flow) => flow.embeddedConnections)) add(connector)
  for (const { id, apiTier } of appConnectors) add(id, tierOfApi(apiTier))
  for (const { kind, key } of model.components) if (kind === 'Connector') add(key, 'custom')
  return [...found].map(([name, told]) => ({ name, ...(told === undefined ? {} : { told }) })).sort((a, b) => (a.name < b.name ? -1 : 1))
}

function plainName(id: string | undefined): string | undefined {
  const name = connectorName(id)
    ?.toLowerCase()
    .replace(/^shared_/, '')
  return name === '' ? undefined : name
}

/** Ids of custom connectors escape the underscore of their prefix and end in a hash: `shared_cr897-5ftrace-…-5faff23b91a3696469`. */
function isMadeName(name: string): boolean {
  return /-5f[0-9a-f]{16}$/.test(name)
}

function tierOfApi(apiTier: string | undefined): 'standard' | 'premium' | undefined {
  const tier = apiTier?.toLowerCase()
  return tier === 'standard' || tier === 'premium' ? tier : undefined
}

/** Without a prefix of the publisher nothing tells whose a table is; then none is called foreign. */
function foreignTables({ components, manifest }: SolutionModel): string[] {
  const prefix = manifest.publisher.prefix.toLowerCase()
  if (prefix === '') return []
  const tables = components.flatMap(({ kind, key }) => (kind === 'Entity' ? [key.toLowerCase()] : []))
  return tables.filter((table) => !table.startsWith(`${prefix}_`))
}

function addedWhole({ manifest }: SolutionModel): string[] {
  return manifest.rootComponents.flatMap(({ kind, behavior, schemaName }) =>
    kind === 'Entity' && behavior === 0 && schemaName !== undefined ? [schemaName.toLowerCase()] : [],
  )
}
