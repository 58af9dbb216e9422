import { ComponentIndex, identitiesOf } from '../layers/find-component.ts'
import type { ComponentState } from '../layers/component-state.ts'
import { componentId, listComponents, readComponent } from '../layers/component-state.ts'
import { saveComponent } from '../layers/stack.ts'
import type { EnvironmentStore, Transaction } from '../store/store.ts'
import { editComponent } from '../tables/component-writes.ts'
import { callerOf } from '../auth/application-users.ts'
import type { Body, ControlApi } from './control-request.ts'
import { badRequest, notFound, objects, text } from './control-request.ts'
import { namedComponents } from './scene.ts'

/**
 * `POST …/pending-work {by, edits: [{table, id, values}]}`: a user saved these changes of components, of kinds that wait for publishing,
 * and did not publish them.
 */
export async function makePendingWork(api: ControlApi, env: EnvironmentStore, body: Body): Promise<void> {
  const by = text(body, 'by')
  const edits = objects(body, 'edits').map((edit) => ({
    table: text(edit, 'table'),
    id: text(edit, 'id').toLowerCase(),
    changes: valuesOf(edit),
  }))
  await env.write((tx) => {
    const caller = callerOf(
      tx,
      tx.list('systemuser').find((row) => row['fullname'] === by),
    )
    if (caller === undefined) throw notFound(`There is no user '${by}' in '${env.name}'.`)
    const { now, guid, jobs, clock } = api
    const ctx = { env, tenant: api.store.tenant(), caller, now, guid, jobs, clock, solution: undefined }
    for (const edit of edits) editComponent(tx, ctx, edit)
  })
}

/**
 * `POST …/phantom-rows {components?}`: managed components get an Active row without a changed attribute, as most of a real environment
 * has (facts-2 §0, §6.1); all of them when none is named. Returns their names.
 */
export async function makePhantomRows(api: ControlApi, env: EnvironmentStore, body: Body): Promise<readonly string[]> {
  const at = api.now().toISOString()
  return env.write((tx) => {
    const chosen = body['components'] === undefined ? listComponents(tx) : namedStates(tx, body)
    const bare = chosen.filter((state) => state.layers.length > 0 && state.active === undefined)
    for (const state of bare) saveComponent(tx, { ...state, active: { digest: undefined, overwrittenAt: at, changes: [] } })
    return bare.map((state) => componentId(state.kind, state.key))
  })
}

function namedStates(tx: Transaction, body: Body): readonly ComponentState[] {
  const index = new ComponentIndex(listComponents(tx).map((state) => componentId(state.kind, state.key)))
  return namedComponents(body).map((named) => {
    const id = index.find(named)
    const state = id === undefined ? undefined : readComponent(tx, id)
    if (state !== undefined) return state
    throw notFound(`There is no component ${identitiesOf(named).join(' or ')}.`)
  })
}

function valuesOf(edit: Body): Body {
  const { values } = edit
  if (typeof values === 'object' && values !== null && !Array.isArray(values)) return values as Body
  throw badRequest("The member 'values' of an edit must be an object of columns.")
}
