import { createStore } from '#adapters/store'
import { nodeHashing, randomIds, systemClock } from '#adapters/world'
import type { OfflineCommands } from '#cli'
import type { PersonId } from '#domain/kernel'
import { accept, DroverError, errorCode, refuse, toId } from '#domain/kernel'
import type { AccessLimits } from '#domain/people'
import { findPerson } from '#domain/people'
import { applyOverride, decideTokenLife, shippedPolicy } from '#domain/policy'
import type { EngineDependencies, IssuedToken } from '#engine'
import { makeToken, projections, requireConfiguration, withPersonalDetails } from '#engine'
import { loadDatabaseAccess, openWorkspace } from './workspace.ts'

/** `drover token issue --person`: a token of anybody, for whoever may read the folder of the workspace; its database must run. */
export const issueToken: OfflineCommands['issueToken'] = async ({ workspace, person, hours, ...limits }) => {
  return withWorkspace(workspace, async (deps) => {
    const current = await requireConfiguration(deps)
    const found = current.ok ? findPerson(current.value.configuration.people, toId<PersonId>(person)) : undefined
    if (current.ok && found === undefined) {
      const known = current.value.configuration.people.map(({ id }) => id).join(', ')
      return refuse('token.unknown', `Nobody is called ${person} in the configuration in force.`, `Name one of ${known}.`)
    }
    const wish = { personId: toId<PersonId>(person), hours, scopes: limits.scopes ?? [] }
    const { signIn } = applyOverride(shippedPolicy, current.ok ? current.value.configuration.policy : undefined)
    const decision = decideTokenLife(wish, { isService: found?.kind === 'service', policy: signIn })
    if (!decision.ok) return decision
    return accept(await issueWorkspaceToken(deps, { person, hours, ...limits }))
  })
}

/** The same without asking whether the person is known, and for any time, also one that is over: for whoever owns the workspace. */
export function issueTokenIn(folder: string, wanted: Parameters<typeof issueWorkspaceToken>[1]): Promise<IssuedToken> {
  return withWorkspace(folder, (deps) => issueWorkspaceToken(deps, wanted))
}

export function issueWorkspaceToken(
  deps: Parameters<typeof makeToken>[0],
  wanted: { readonly person: string; readonly hours: number } & Partial<AccessLimits>,
): Promise<IssuedToken> {
  const { person, hours, ...limits } = wanted
  return makeToken(deps, {
    ...limits,
    personId: toId<PersonId>(person),
    lifeMs: hours * 3_600_000,
    label: 'made in the workspace',
    purpose: 'token',
    issuedFrom: 'workspace',
    issuedBy: 'drover',
  })
}

type WorkspaceMeans = Pick<EngineDependencies, 'ledger' | 'readModel' | 'clock' | 'ids' | 'hashing'>

/** Runs something on the database of a workspace, beside the server that runs it. */
async function withWorkspace<T>(folder: string, work: (deps: WorkspaceMeans) => Promise<T>): Promise<T> {
  const url = await loadDatabaseAccess(await openWorkspace(folder))
  if (url === undefined) throw notRunning(folder)
  const store = createStore({ url, projections, clock: systemClock, hashing: nodeHashing })
  try {
    const readModel = withPersonalDetails(store.readModel, { directory: store.directory, hashing: nodeHashing })
    return await work({ ledger: store.ledger, readModel, clock: systemClock, ids: randomIds, hashing: nodeHashing })
  } catch (error) {
    throw errorCode(error) === 'store.unreachable' ? notRunning(folder, error) : error
  } finally {
    await store.close()
  }
}

function notRunning(folder: string, cause?: unknown): DroverError {
  return new DroverError('workspace.not-running', `Nothing runs in the workspace ${folder}, and tokens are registered in its database.`, {
    hint: 'Start it with `drover up`, and run this beside it.',
    cause,
  })
}
