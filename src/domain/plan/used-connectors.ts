import { connectorName } from '#domain/solution'
import type { FlowUses } from './flow-uses.ts'
import type { PlanFacts } from './plan-facts.ts'

export type PlannedFlowOfRelease = PlanFacts['release']['settingsTemplate']['flows'][number]

/** What a flow uses, and the flows that it runs. */
export interface UsedConnectors {
  /** Name in lower case → as it is shown. */
  readonly connectors: ReadonlyMap<string, string>
  /** Undefined where the definitions of the flows were not looked at. */
  readonly uses: readonly FlowUses[] | undefined
}

export function usedConnectors(facts: PlanFacts, flow: PlannedFlowOfRelease): UsedConnectors {
  const flows = withChildren(facts.release, flow)
  const uses = facts.flowUses === undefined ? undefined : flows.flatMap(({ id }) => facts.flowUses?.[id.toLowerCase()] ?? [])
  const virtual = (uses ?? []).flatMap(({ http }) => http.map(({ connector }) => [connector.toLowerCase(), connector] as const))
  return { connectors: new Map([...connectorsOf(facts.release, flows), ...virtual]), uses }
}

function withChildren(release: PlanFacts['release'], flow: PlannedFlowOfRelease): readonly PlannedFlowOfRelease[] {
  const { flows } = release.settingsTemplate
  const found = new Map<string, PlannedFlowOfRelease>()
  const open = [flow]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next.id)) continue
    found.set(next.id, next)
    const children = new Set(next.childFlows.map((id) => id.toLowerCase()))
    open.push(...flows.filter(({ id }) => children.has(id.toLowerCase())))
  }
  return [...found.values()]
}

/** Name in lower case → as it is shown. */
function connectorsOf(release: PlanFacts['release'], flows: readonly PlannedFlowOfRelease[]): ReadonlyMap<string, string> {
  const names = new Set(flows.map(({ name }) => name))
  const used = release.settingsTemplate.connectionReferences.filter((reference) => reference.usedBy.some((name) => names.has(name)))
  return new Map(
    used.flatMap(({ connectorId }) => {
      const name = connectorName(connectorId)
      return name === undefined ? [] : [[name.toLowerCase(), name] as const]
    }),
  )
}

/** Names of custom connectors are made from their publisher's prefix, with `_` as `-5f`. */
export function isCustomConnector(name: string): boolean {
  return name.includes('-5f')
}
