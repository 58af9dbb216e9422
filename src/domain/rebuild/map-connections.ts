import type { ObservedConnection } from '#domain/environment'
import type { EnvironmentId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { connectorName } from '#domain/solution'
import type { MappedConnection, OldConnection } from './rebuild.ts'

export interface ConnectionMap {
  readonly mapped: readonly MappedConnection[]
  /** Those that nothing in the environment stands for yet. */
  readonly missing: readonly { readonly connection: OldConnection; readonly why: string }[]
}

/**
 * Finds for each connection that was used the one that stands for it now: itself where it is still there, else the only usable one of the
 * same connector and name, else the only usable one of the connector. Ids differ in a new environment; names are people's own words.
 */
export function mapConnections(used: readonly OldConnection[], there: readonly ObservedConnection[]): ConnectionMap {
  const mapped: MappedConnection[] = []
  const missing: { readonly connection: OldConnection; readonly why: string }[] = []
  for (const connection of used) {
    const found = findSuccessor(connection, there)
    if (typeof found === 'string') missing.push({ connection, why: found })
    else mapped.push({ from: connection.id, to: found.id, connectorId: found.connectorId, displayName: found.displayName })
  }
  return { mapped, missing }
}

/** What the settings say, with each connection replaced by the one that stands for it. */
export function remapReferences(references: Readonly<Record<string, string>>, mapped: readonly MappedConnection[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(references).map(([name, id]) => [name, mapped.find(({ from }) => sameText(from, id.trim()))?.to ?? id]),
  )
}

/**
 * Settings that a stage lends from that of another environment, with the connections of its own: the one that has the id, else the only usable one of
 * the connector that the release asks for. What nothing stands for stays as it is, and is told as missing by the plan.
 */
export function remapLent(
  references: Readonly<Record<string, string>>,
  of: {
    readonly template: readonly { readonly logicalName: string; readonly connectorId: string | undefined }[]
    readonly there: readonly ObservedConnection[]
  },
): Record<string, string> {
  const connectorOf = (name: string): string => of.template.find(({ logicalName }) => sameText(logicalName, name))?.connectorId ?? ''
  return Object.fromEntries(
    Object.entries(references).map(([name, id]) => {
      const old = { id: id.trim(), connectorId: connectorOf(name), displayName: undefined, owner: undefined }
      return [name, mapConnections([old], of.there).mapped[0]?.to ?? id]
    }),
  )
}

/**
 * The configuration with every stage into an environment naming the connections that stand for the old ones. Stages that lend the settings of another
 * one are left alone: those are another environment's as well. The very same object where nothing differs.
 */
export function remapSettings(
  configuration: Configuration,
  of: { readonly environmentId: EnvironmentId; readonly mapped: readonly MappedConnection[] },
): Configuration {
  const stages = configuration.pipelines.flatMap((pipeline) =>
    pipeline.stages.filter(({ environment }) => environment === of.environmentId),
  )
  let isOther = false
  const solutions = configuration.solutions.map((solution) => {
    const settings = { ...solution.settings }
    for (const { id } of stages) {
      const own = settings[id]
      if (own === undefined) continue
      const connectionReferences = remapReferences(own.connectionReferences, of.mapped)
      if (Object.entries(connectionReferences).every(([name, to]) => own.connectionReferences[name] === to)) continue
      settings[id] = { ...own, connectionReferences }
      isOther = true
    }
    return { ...solution, settings }
  })
  return isOther ? { ...configuration, solutions } : configuration
}

/** The connection, or why there is none. */
function findSuccessor(old: OldConnection, there: readonly ObservedConnection[]): ObservedConnection | string {
  const same = there.find(({ id }) => sameText(id, old.id))
  const ofConnector = same === undefined ? there.filter(({ connectorId }) => isSameConnector(connectorId, old.connectorId)) : [same]
  const usable = ofConnector.filter(({ mayUse, status }) => mayUse === 'yes' && status !== 'error')
  const [only, ...others] = usable.filter(({ displayName }) => usable.length === 1 || isNamed(displayName, old.displayName))
  if (only !== undefined && others.length === 0) return only
  if (only !== undefined || usable.length > 1)
    return 'several connections of its connector are there, and their names do not tell which one is meant'
  if (ofConnector.length > 0) return 'the connection that is there is broken or not shared with the application'
  return 'there is no connection of its connector'
}

function isNamed(name: string | undefined, wanted: string | undefined): boolean {
  return name !== undefined && wanted !== undefined && sameText(name.trim(), wanted.trim())
}

/** Connector ids carry the environment in front for custom connectors; their last part names them. */
function isSameConnector(a: string, b: string): boolean {
  return sameText(connectorName(a) ?? a, connectorName(b) ?? b)
}

function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
