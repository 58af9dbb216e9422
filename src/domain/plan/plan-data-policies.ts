import type { ConnectorClass, ObservedDataPolicy } from '#domain/environment'
import type { PlanFacts } from './plan-facts.ts'

type Flow = PlanFacts['release']['settingsTemplate']['flows'][number]

/**
 * Why data policies keep a flow from being switched on: a blocked connector, or business and non-business ones together, in it and in the
 * flows that it runs, which are judged with it. Of several policies the strictest wins [release-facts §4.2]. Connectors are those of its
 * connection references; what it does by HTTP, and rules for single actions and addresses, are not judged. Undefined where nothing forbids it.
 */
export function findPolicyViolation({ release, dataPolicies }: PlanFacts, flow: Flow): string | undefined {
  if (dataPolicies === undefined || dataPolicies.policies.length === 0) return undefined
  const connectors = connectorsOf(release, withChildren(release, flow))
  for (const policy of dataPolicies.policies) {
    const violation = judge(policy, connectors)
    if (violation !== undefined) return violation
  }
  return undefined
}

function withChildren(release: PlanFacts['release'], flow: Flow): readonly Flow[] {
  const { flows } = release.settingsTemplate
  const found = new Map<string, Flow>()
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
function connectorsOf(release: PlanFacts['release'], flows: readonly Flow[]): ReadonlyMap<string, string> {
  const names = new Set(flows.map(({ name }) => name))
  const used = release.settingsTemplate.connectionReferences.filter((reference) => reference.usedBy.some((name) => names.has(name)))
  return new Map(
    used.flatMap(({ connectorId }) => {
      const name = connectorId?.replace(/\/+$/, '').split('/').at(-1)
      return name === undefined ? [] : [[name.toLowerCase(), name] as const]
    }),
  )
}

function judge(policy: ObservedDataPolicy, connectors: ReadonlyMap<string, string>): string | undefined {
  const of = (wanted: ConnectorClass): string[] =>
    [...connectors].filter(([name]) => (policy.classes[name] ?? policy.otherwise) === wanted).map(([, shown]) => shown)
  const [blocked] = of('blocked')
  if (blocked !== undefined) return `the data policy "${policy.name}" blocks ${blocked}`
  const [business] = of('business')
  const [other] = of('non-business')
  if (business === undefined || other === undefined) return undefined
  return `the data policy "${policy.name}" keeps ${business} (business) and ${other} (non-business) apart`
}
