import { connectorOf, listConnections, putConnection } from '../kinds/connections.ts'
import { cloudFlowCategory } from '../kinds/workflow.ts'
import { patchRow } from '../store/rows.ts'
import type { EmulatorStore, EnvironmentStore, ReadTransaction, Row, Transaction } from '../store/store.ts'
import { isCustomConnector, customConnectorHost } from '../kinds/custom-connectors.ts'
import { usesOfFlow } from './connector-use.ts'
import { holdBack, namesOf, policiesOf, takeOver, violationsOf } from './data-policies.ts'
import type { PolicyViolation } from './evaluate.ts'
import { isBlocked } from './evaluate.ts'

/** Milliseconds until a changed policy has reached the environments: usually up to an hour, at worst 24 (release-facts §4.3). */
export const policyDelayMs = 3_600_000

const pending = '~datapolicychange'
const next = 'next'

/** Changes the tenant's policies; the environments take the change over when `dueAt` has come. */
export async function changePolicies(store: EmulatorStore, dueAt: Date, change: (tenant: Transaction) => void): Promise<void> {
  const environments = store.environments()
  await store.tenant().write((tenant) => {
    for (const environment of environments) holdBack(tenant, environment)
    change(tenant)
    const waiting = tenant.get(pending, next)
    tenant.put(pending, next, { dueAt: [...dueTimes(waiting), dueAt.toISOString()] })
  })
}

/** Whether a change is still on its way to the environments. */
export function policiesWait(store: EmulatorStore): boolean {
  const tenant = store.tenant()
  return tenant.remembered('policies wait', () => tenant.read((tx) => tx.get(pending, next)) !== undefined)
}

/** Brings changes that are due to all environments and enforces them there. */
export async function settlePolicies(store: EmulatorStore, now: Date): Promise<void> {
  const tenant = store.tenant()
  const waiting = tenant.read((tx) => tx.get(pending, next))
  if (waiting === undefined) return
  const later = dueTimes(waiting).filter((due) => due > now.toISOString())
  if (later.length === dueTimes(waiting).length) return
  for (const name of store.environments()) {
    await tenant.write((tx) => takeOver(tx, name))
    await enforce(store.environment(name), tenant)
  }
  // Last, so that a process that dies in between does it all again: enforcing twice changes nothing more.
  await tenant.write((tx) => (later.length === 0 ? tx.remove(pending, next) : tx.put(pending, next, { dueAt: later })))
}

/** Suspends the flows that violate and disables the connections of blocked connectors. Nothing comes back by itself when a policy is loosened (U). */
async function enforce(env: EnvironmentStore, tenant: EnvironmentStore): Promise<void> {
  const { policies, names } = tenant.read((tx) => ({ policies: policiesOf(tx, env.name), names: namesOf(tx, env.name) }))
  await env.write((tx) => {
    const running = tx.list('workflow').filter((row) => row['category'] === cloudFlowCategory && row['statecode'] === 1)
    for (const flow of running) {
      if (flowViolations(tx, tenant, { environment: env.name, flow }).length === 0) continue
      patchRow(tx, 'workflow', String(flow['workflowid']), { statecode: 2, statuscode: 3 })
    }
    for (const connection of listConnections(tx)) {
      const connector = connectorOf(connection)
      const custom = isCustomConnector(connector) ? { customHost: customConnectorHost(tx, connector) ?? '' } : {}
      if (isBlocked(policies, names, { connector, ...custom })) putConnection(tx, { ...connection, isDisabled: true })
    }
  })
}

/** What the policies that its environment knows forbid of a cloud flow and its children. */
export function flowViolations(
  tx: ReadTransaction,
  tenant: EnvironmentStore,
  of: { readonly environment: string; readonly flow: Row },
): readonly PolicyViolation[] {
  const uses = usesOfFlow(tx, of.flow)
  return tenant.read((policies) => violationsOf(policies, of.environment, uses))
}

function dueTimes(row: Row | undefined): readonly string[] {
  const times = row?.['dueAt']
  return Array.isArray(times) ? times.map(String) : []
}
