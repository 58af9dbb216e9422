import type { PlannedRemoval } from '#domain/plan'
import { DroverError, errorMessage, refuse } from '#domain/kernel'
import { isSameName } from '#domain/settings'
import { recordFact } from '../promotion/stream.ts'
import type { AttemptFacts, AttemptRun, StepEnd } from '../promotion/run.ts'
import { nowMs } from './ask-for-import.ts'
import { tablesOf } from './publish.ts'
import { requireUnmanaged } from './repack.ts'

/**
 * Deletes what the release removes, one after the other and each by the id that was approved. Each is sent once; when nobody knows whether it
 * arrived, the environment is asked, and only what is still there through the settle window is sent again.
 */
export async function remove(run: AttemptRun, _facts: AttemptFacts): Promise<StepEnd> {
  const { removals } = requireUnmanaged(run)
  for (const [index, removal] of removals.entries()) {
    const ended = await run.ctx.step<StepEnd>(`remove-${index}`, () => removeOne(run, removal))
    if (ended.end !== 'done') return ended
  }
  const left = removals.filter(({ table }) => table !== undefined && !removals.some((one) => one.kind === 'Entity' && one.key === table))
  const tables = tablesOf(left)
  if (tables.length > 0) await run.ctx.step('publish-removals', () => run.target.publish(tables))
  return { end: 'done', note: `Deleted: ${removals.map(({ name }) => name).join(', ')}.` }
}

async function removeOne(run: AttemptRun, removal: PlannedRemoval): Promise<StepEnd> {
  const done: StepEnd = { end: 'done', note: removal.name }
  // What was in something larger has gone with it.
  if (!(await isThere(run, removal))) return done
  await run.checkLease()
  const isFirst = await recordFact(run.deps.ledger, run.promotionId, {
    type: 'removal-sent',
    data: { attemptId: run.attemptId, component: `${removal.kind}:${removal.key}`, id: removal.id },
    key: `${run.attemptId}:removal-sent:${removal.id}`,
  })
  if (!isFirst && !(await staysThere(run, removal))) return done
  try {
    await run.target.deleteComponent(removal)
    return done
  } catch (error) {
    if (!(error instanceof DroverError)) throw error
    if (!(await staysThere(run, removal))) return done
    if (error.isRetryable) throw error
    return { end: 'failed', refusal: notRemoved(run, removal, errorMessage(error)) }
  }
}

/** By its very id: what was made anew under the same name is another component, and none of ours to delete. */
async function isThere(run: AttemptRun, { kind, key, table, id }: PlannedRemoval): Promise<boolean> {
  const { components, unseen } = await run.target.findComponents([{ kind, key, table }])
  const [blind] = unseen
  if (blind !== undefined && !(await isTableGone(run, table))) {
    throw new DroverError('removal.unseen', `Whether ${kind} ${key} is in ${run.environment.name} cannot be told: ${blind.why}`, {
      hint: 'Resume the promotion when it can be read again: nothing is deleted twice.',
      isRetryable: true,
    })
  }
  return components.some((component) => isSameName(component.id, id))
}

async function isTableGone(run: AttemptRun, table: string | undefined): Promise<boolean> {
  if (table === undefined) return false
  const { components, unseen } = await run.target.findComponents([{ kind: 'Entity', key: table, table: undefined }])
  return unseen.length === 0 && components.length === 0
}

/** Whether it is there through the settle window. */
async function staysThere(run: AttemptRun, removal: PlannedRemoval): Promise<boolean> {
  const { pollMs, settleMs } = run.pace
  const settledAt = nowMs(run) + settleMs
  for (;;) {
    if (!(await isThere(run, removal))) return false
    if (nowMs(run) >= settledAt) return true
    await run.deps.pause(pollMs)
  }
}

function notRemoved(run: AttemptRun, removal: PlannedRemoval, message: string) {
  const { environment, request } = run
  return refuse(
    'removal.refused',
    `${environment.name} did not delete ${removal.name}, which ${request.solution} ${request.version} removes. It says: ${message}`,
    'What was brought is in. Mend there what needs it, then resume the promotion: it goes on from here.',
    [{ subject: `${removal.kind}:${removal.key}`, message }],
  ).refusal
}
