import type { Finding, Rule } from '#domain/check'
import type { CloudFlow, SolutionModel } from '#domain/solution'
import type { CheckRule } from './check-rule.ts'
import { breach } from './check-rule.ts'
import { flowPath } from './flow-path.ts'

const rule: Rule = {
  id: 'STR-06',
  title: 'Flows reach their connections through connection references',
  severity: 'critical',
  why: "A connection that is written into a flow is one person's, in one environment: the flow works with that person's rights or, after the move, not at all.",
  fix: 'Open the flow in its solution, remove the connection and choose a connection reference of the same solution in its place.',
  source: 'ALM at scale, common mistakes (mandatory from Tier 2); Microsoft Learn: create a connection reference',
}

export const connectionReferences: CheckRule = { rule, evaluate }

function evaluate(model: SolutionModel): readonly Finding[] {
  const available = new Set([
    ...model.connectionReferences.map((reference) => reference.logicalName.toLowerCase()),
    ...model.manifest.missingDependencies.flatMap(({ required }) =>
      required.kind === 'connectionreference' ? [(required.schemaName ?? required.displayName ?? '').toLowerCase()] : [],
    ),
  ])
  return model.flows.flatMap((flow) => [...judgeEmbedded(model, flow), ...judgeReferences(model, flow, available)])
}

function judgeEmbedded(model: SolutionModel, flow: CloudFlow): Finding[] {
  return flow.embeddedConnections.map(({ connector, connection }) =>
    breach(rule, {
      subject: flow.name,
      path: flowPath(model, flow),
      message: `The flow "${flow.name}" has ${connection === '' ? 'a connection' : `the connection "${connection}"`} to ${connector} written into it.`,
    }),
  )
}

/** A reference that is neither here nor asked of another solution cannot be bound, and the flow cannot be switched on (0x80095005). */
function judgeReferences(model: SolutionModel, flow: CloudFlow, available: ReadonlySet<string>): Finding[] {
  const missing = [...new Set(flow.connectionReferences)].filter((name) => !available.has(name.toLowerCase()))
  return missing.map((name) =>
    breach(rule, {
      subject: flow.name,
      severity: 'high',
      path: flowPath(model, flow),
      message: `The flow "${flow.name}" uses the connection reference "${name}", which is neither in the solution nor among the dependencies that it declares.`,
    }),
  )
}
