import type { Observation, ObservedDataPolicy, Unseen } from '#domain/environment'
import type { Surroundings } from '#engine/ports'
import type { DataverseClient } from '../client.ts'
import { fetchOrganizationSettings } from '../customization/unmanaged-block.ts'
import { fetchBindings, fetchIdentity, fetchPlatformVersion } from '../inspection.ts'
import { publishableKinds } from '../pending-changes.ts'
import { fetchVariables } from '../variables.ts'
import { fetchDataPolicies } from './fetch-data-policies.ts'
import { fetchFlows, findHiddenFlows } from './fetch-flows.ts'
import { fetchOperations } from './fetch-operations.ts'
import { fetchRoles } from './fetch-roles.ts'
import type { LayerNames } from './layer-names.ts'
import type { Question } from './unseen.ts'
import { askOrUnseen } from './unseen.ts'
import type { UserDirectory } from './users.ts'

export interface Asking {
  readonly client: DataverseClient
  readonly users: UserDirectory
  readonly layerNames: () => Promise<LayerNames>
  readonly nowMs: () => number
}

/** Kinds that wait for publishing and of which the Web API does not tell a saved definition from a published one [facts-2 §5]. */
const untoldEdits: Unseen = {
  what: 'unpublished edits of tables, columns, relationships, choices, apps and site maps',
  why: 'The Web API does not tell a saved definition of these kinds from a published one.',
}
/** Without the address of the tenant's administration API. */
export const untoldPolicies: Unseen = {
  what: 'data policies',
  why: 'They are kept by the tenant and not by the environment, whose Web API does not tell them. A flow that one of them stopped shows as suspended. Name administrationUrl of the environment in drover.yaml.',
}

/** What is around the solutions of an environment. Each question stands alone: a right that is missing leaves one of them open. */
export async function fetchSurroundings(asking: Asking): Promise<Surroundings> {
  const { client, users } = asking
  const [identity, platformVersion] = [await fetchIdentity(client), await fetchPlatformVersion(client)]
  const unseen: Unseen[] = []
  async function ask<Answer>(question: Question<Answer>, otherwise: Answer): Promise<Answer> {
    const asked = await askOrUnseen(question)
    unseen.push(...asked.unseen)
    return asked.answer ?? otherwise
  }
  const [policies, flows, bindings, variables, roles, operations, organization, unpublished] = await Promise.all([
    askDataPolicies(client),
    ask({ what: 'flows', help: takes('processes', 'prvReadWorkflow'), ask: () => askFlows(asking) }, noFlows),
    ask(
      {
        what: 'bindings of connection references',
        hides: 'bindings',
        help: takes('connection references', 'prvReadconnectionreference'),
        ask: () => fetchBindings(client),
      },
      [],
    ),
    ask(
      {
        what: 'environment variables',
        help: takes('environment variables', 'prvReadEnvironmentVariableDefinition'),
        ask: () => fetchVariables(client),
      },
      [],
    ),
    ask(
      { what: 'roles and who holds them', help: takes('roles and users', 'prvReadRole'), ask: () => fetchRoles(client, users) },
      { roles: [], unseen: [] },
    ),
    fetchOperations(client, users, asking.nowMs()),
    ask(
      {
        what: 'whether unmanaged changes are blocked, and whether changes of rows are audited',
        hides: 'protection',
        help: takes('the organization', 'prvReadOrganization'),
        ask: () => fetchOrganizationSettings(client),
      },
      undefined,
    ),
    Promise.all(publishableKinds.map((kind) => ask(unpublishedOf(client, kind), []))),
  ])
  return {
    platformVersion,
    identity,
    flows: flows.flows,
    bindings,
    variables,
    roles: roles.roles,
    operations: operations.operations,
    dataPolicies: policies.policies,
    protection: { blocksUnmanaged: organization?.blocksUnmanaged },
    ...(organization?.auditing === undefined ? {} : { auditing: organization.auditing }),
    unpublished: unpublished.flat(),
    unseen: [...unseen, ...flows.unseen, ...roles.unseen, ...operations.unseen, untoldEdits, ...policies.unseen],
  }
}

/** Data policies that apply, where the administration API is named and lets us read them. */
export async function askDataPolicies(
  client: DataverseClient,
): Promise<{ readonly policies: readonly ObservedDataPolicy[]; readonly unseen: readonly Unseen[] }> {
  if (client.environment.administrationUrl === undefined) return { policies: [], unseen: [untoldPolicies] }
  const { answer, unseen } = await askOrUnseen({
    what: 'data policies',
    help: 'It takes an identity that is registered for administration (New-PowerAppManagementApp, or adminApplications of the administration API).',
    ask: () => fetchDataPolicies(client),
  })
  return { policies: answer ?? [], unseen }
}

const noFlows: { readonly flows: Observation['flows']; readonly unseen: readonly Unseen[] } = { flows: [], unseen: [] }

async function askFlows({ client, users, layerNames }: Asking): Promise<typeof noFlows> {
  const { flows, workflowIds } = await fetchFlows(client, users)
  return { flows, unseen: await findHiddenFlows(client, await layerNames(), workflowIds) }
}

function unpublishedOf(
  client: DataverseClient,
  { kind, fetchUnpublished }: (typeof publishableKinds)[number],
): Question<readonly string[]> {
  return {
    what: `unpublished edits of kind ${kind}`,
    help: 'It takes a role that may customize, such as System Customizer.',
    ask: () => fetchUnpublished(client),
  }
}

function takes(rows: string, privilege: string): string {
  return `It takes the privilege to read ${rows} (${privilege}) of the whole organization.`
}
