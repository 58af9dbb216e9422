import type { NewEnvironmentEvent, RevertState } from '#domain/drift'
import { addHours } from '#domain/approval'
import { planRevert, transportName } from '#domain/drift'
import type { ObservedComponent, ObservedLayer } from '#domain/environment'
import { activeLayer } from '#domain/environment'
import type { Digest } from '#domain/kernel'
import { DroverError, errorCode, errorMessage } from '#domain/kernel'
import type { DurableDefinition } from '#engine/ports'
import { applyOverride } from '#domain/policy'
import type { WorkerDependencies } from '../dependencies.ts'
import type { NewRescueEvent, RescuedLayer } from '../rescue/events.ts'
import { rescueStream } from '../rescue/events.ts'
import { solutionKey } from '../summaries.ts'
import type { DispositionInput, DispositionRun } from './disposition-work.ts'
import { exportSubjects, underLease } from './disposition-work.ts'
import { loadEnvironmentStream, recordFacts } from './stream.ts'

export const revertWork = 'revert-drift'

export interface RevertInput extends DispositionInput {
  readonly lane: string
  readonly solution: string
}

/** Takes a change by hand away: looks again, saves the component, drops the layer once, and looks what is there. */
export function revertDefinition(deps: WorkerDependencies): DurableDefinition<RevertInput> {
  return {
    name: revertWork,
    async run(ctx, input) {
      try {
        await underLease(deps, ctx, { input, work: revert })
      } catch (error) {
        if (errorCode(error) === 'unexpected') deps.log.error('Reverting a change broke', { ...input, error: errorMessage(error) })
        await ctx.step('record-error', () => endRevert(deps, input, { state: 'failed', note: errorMessage(error) }))
      }
    },
  }
}

/** Ends what is still running; what has ended stays as it ended. */
export async function endRevert(
  deps: Pick<WorkerDependencies, 'ledger'>,
  input: RevertInput,
  end: Pick<RevertState, 'state' | 'note' | 'savedAs'>,
): Promise<void> {
  const { record } = await loadEnvironmentStream(deps.ledger, input.lane)
  const events = input.deviations.flatMap((deviation): NewEnvironmentEvent[] => {
    const disposition = record?.dispositions[deviation]
    if (disposition?.kind !== 'revert' || disposition.state !== 'running' || disposition.workId !== input.workId) return []
    const next: RevertState = { ...disposition, ...end }
    return [{ type: 'disposition-changed', data: { deviation, disposition: next }, key: `reverted:${input.workId}:${deviation}` }]
  })
  if (events.length > 0) await recordFacts(deps.ledger, input.lane, events)
}

async function revert(run: DispositionRun): Promise<void> {
  const [subject] = run.subjects
  if (subject === undefined) return
  const { component, deviation } = subject
  await run.ctx.step('look-before', async () => {
    const layers = await fetchLayers(run, component)
    const { blocker } = planRevert({ ...component, layers })
    if (blocker !== undefined) throw new DroverError(blocker.code, blocker.message, { hint: blocker.hint })
    if (handOf(layers)?.digest !== handOf(component.layers)?.digest) throw changedSince(run, deviation.subject.name)
  })
  const savedAs = await save(run)
  const outcome = await run.ctx.step('remove-layer', () => removeOnce(run, { component, deviation: deviation.id, savedAs }))
  await run.ctx.step('finish', () => endRevert(run.deps, inputOf(run), { ...outcome, savedAs }))
}

function inputOf(run: DispositionRun): RevertInput {
  const deviations = run.subjects.map(({ deviation }) => deviation.id)
  return { environmentId: run.environment.id, workId: run.workId, deviations, lane: run.lane, solution: run.solution }
}

async function save(run: DispositionRun): Promise<Digest> {
  const bytes = await exportSubjects(run)
  return run.ctx.step('save', async () => {
    const stored = await run.deps.rescues.put(`${run.environment.id}-${run.workId}`, once(bytes))
    await recordSaved(run, stored)
    return stored.digest
  })
}

/** A rescue of its own, which `drover rescue restore` writes back until its time is over. */
async function recordSaved(run: DispositionRun, stored: Pick<RescuedLayer, 'digest' | 'size'>): Promise<void> {
  const [subject] = run.subjects
  if (subject === undefined) return
  const { deviation, component } = subject
  const { kind, key, name, table } = component
  const savedAt = run.deps.clock.now()
  const id = `rescue-${run.workId}`
  const layer: RescuedLayer = {
    ...{ workId: run.workId, deviation: deviation.id, kind, key, name, table, solution: run.solution },
    ...{ transport: transportName(run.workId), ...stored },
  }
  const rescue = { id, savedAt, keepUntil: addHours(savedAt, keptDays(run) * 24), items: [] }
  const event: NewRescueEvent = { type: 'rescue-taken', data: { rescue, environmentId: run.environment.id, layer }, key: 'taken' }
  await run.deps.ledger.append({ stream: rescueStream(id), expectedVersion: undefined, actor: 'drover', events: [event] })
}

function keptDays({ deps, configuration, solution }: DispositionRun): number {
  const tier = configuration.solutions.find(({ uniqueName }) => solutionKey(uniqueName) === solutionKey(solution))?.tier ?? 1
  return applyOverride(deps.policy, configuration.policy).tiers[tier].rescueKeptDays.value
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/**
 * The message that removes is never repeated: that it is about to be sent is recorded first, and whoever finds that record already there
 * only asks what became of it.
 */
async function removeOnce(
  run: DispositionRun,
  of: { readonly component: ObservedComponent; readonly deviation: string; readonly savedAs: Digest },
): Promise<Pick<RevertState, 'state' | 'note'>> {
  const { component, deviation, savedAs } = of
  await run.checkLease()
  const { record } = await loadEnvironmentStream(run.deps.ledger, run.lane)
  const disposition = record?.dispositions[deviation]
  if (disposition?.kind !== 'revert' || disposition.state !== 'running') throw changedSince(run, component.name)
  const sent: RevertState = { ...disposition, savedAs, isSent: true }
  const isFirst = await run.record([
    { type: 'disposition-changed', data: { deviation, disposition: sent }, key: `revert-sent:${run.workId}` },
  ])
  const failure = isFirst ? await tryRemove(run, component) : undefined
  const after = await fetchLayers(run, component)
  if (after !== undefined && handOf(after) === undefined) return { state: 'done', note: disposition.note }
  if (after === undefined) {
    const note = `The layers of ${component.name} cannot be read any more, so nobody can tell whether its change is gone.`
    return { state: 'failed', note }
  }
  const why = failure ?? 'whether the request arrived cannot be told, and it is never sent twice'
  return { state: 'failed', note: `The layer of ${component.name} is still there: ${why}. Look at it, and ask for its revert again.` }
}

/** What the environment said against it, if anything: what is there afterwards decides. */
async function tryRemove(run: DispositionRun, component: ObservedComponent): Promise<string | undefined> {
  try {
    await run.target.removeActiveLayer(component)
    return undefined
  } catch (error) {
    if (error instanceof DroverError) return error.message
    throw error
  }
}

async function fetchLayers(run: DispositionRun, component: ObservedComponent): Promise<readonly ObservedLayer[] | undefined> {
  let found: readonly ObservedLayer[] | undefined
  await run.target.fetchLayers([component], async (_component, layers) => {
    found = layers
  })
  return found
}

function handOf(layers: readonly ObservedLayer[] | undefined): ObservedLayer | undefined {
  return layers?.find(({ solution }) => solution === activeLayer)
}

function changedSince(run: DispositionRun, name: string): DroverError {
  return new DroverError(
    'drift.changed-since',
    `${name} was changed again in ${run.environment.name} since its revert was confirmed; nothing was removed.`,
    {
      hint: 'Look at what it is now with `drover drift`, and ask again.',
    },
  )
}
