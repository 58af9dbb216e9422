import { currentDigest, listComponents } from '../layers/component-state.ts'
import type { ReadTransaction } from '../store/store.ts'
import { connectorOf, listConnections } from './connections.ts'
import { readPart } from './content.ts'
import { fileText, valueOf } from './part-text.ts'

/** A custom connector's name ends with a number of its environment: shared_<prefix>-5f<name>-5f<16 hex digits>. */
const customName = /^shared_(.+)-5f[0-9a-f]{16}$/i

export function isCustomConnector(connector: string): boolean {
  return customName.test(connector)
}

/** Whether both name one connector; a custom one has another number in every environment. */
export function isSameConnector(one: string, other: string): boolean {
  if (one.toLowerCase() === other.toLowerCase()) return true
  const [left, right] = [customName.exec(one)?.[1], customName.exec(other)?.[1]]
  return left !== undefined && right !== undefined && plainName(left) === plainName(right)
}

/** Address of a custom connector's host as its definition says it; undefined when the environment has no such component. */
export function customConnectorHost(tx: ReadTransaction, connector: string): string | undefined {
  const wanted = plainName(customName.exec(connector)?.[1] ?? '')
  for (const state of listComponents(tx).filter((each) => each.kind === 'Connector')) {
    const digest = currentDigest(state)
    const part = digest === undefined ? undefined : readPart(tx, digest)
    if (part !== undefined && plainName(valueOf(part, 'name') ?? part.key) === wanted)
      return hostOf(fileText(part, '_openapidefinition.json'))
  }
  return undefined
}

/** A custom connector is there when a solution brought it, or when somebody has a connection of it. */
export function hasCustomConnector(tx: ReadTransaction, connector: string): boolean {
  if (customConnectorHost(tx, connector) !== undefined) return true
  return listConnections(tx).some((each) => connectorOf(each).toLowerCase() === connector.toLowerCase())
}

// `cr1_5Fname`, `cr1_name` and `cr1-5fname` are the same name, escaped or not.
function plainName(name: string): string {
  return name.toLowerCase().replaceAll('_5f', '_').replaceAll('-5f', '_')
}

function hostOf(definition: string | undefined): string {
  const found = (member: string): string => new RegExp(`"${member}"\\s*:\\s*"([^"]*)"`).exec(definition ?? '')?.[1] ?? ''
  const scheme = /"schemes"\s*:\s*\[\s*"([^"]+)"/.exec(definition ?? '')?.[1] ?? 'https'
  return `${scheme}://${found('host')}${found('basePath')}`
}
