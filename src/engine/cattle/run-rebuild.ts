import { laneOf } from '#domain/environment'
import { DroverError, errorCode, errorMessage } from '#domain/kernel'
import type { NewRebuildEvent } from '#domain/rebuild'
import { addressOfMade, refuseAddressOfPet, refuseForPets } from '#domain/rebuild'
import type { DurableDefinition } from '#engine/ports'
import { requireConfiguration } from '../apply-configuration.ts'
import type { WorkerDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import { orThrow } from '../or-throw.ts'
import type { BroughtEnd } from './bring-solutions.ts'
import { bringConnectionIds } from './bring-connection-ids.ts'
import { bringSolutions } from './bring-solutions.ts'
import { recordCattle } from './cattle-stream.ts'
import { compareRebuilt } from './compare-rebuilt.ts'
import { fillAgain } from './fill-again.ts'
import { installApplications } from './install-applications.ts'
import type { AdministrationRun } from './make-anew.ts'
import { createEnvironment, deleteEnvironment, requireCattle, settle, waitForAnswer } from './make-anew.ts'
import { loadRebuildStream, recordRebuild } from './rebuild-stream.ts'
import type { RebuildFacts, RebuildInput, RebuildRun } from './rebuild-run.ts'
import { administrationRun, noteStep } from './rebuild-run.ts'
import { registerAddress } from './register-address.ts'
import { switchOnLanguages } from './switch-on-languages.ts'

export const rebuildWork = 'rebuild-environment'

/** Delete → create → wait → install applications → bring → compare, under the lease of the environment; each step recorded, so that a killed worker goes on where it was. */
export function rebuildDefinition(deps: WorkerDependencies): DurableDefinition<RebuildInput> {
  return {
    name: rebuildWork,
    async run(ctx, input) {
      const append = (events: readonly NewRebuildEvent[]) => recordRebuild(deps.ledger, input.rebuildId, events)
      try {
        const facts = await ctx.step('load', () => loadFacts(deps, input))
        await deps.fence.hold(laneOf(facts.environment), `${input.rebuildId}-${input.run}`, (lease) =>
          rebuild({ ...facts, deps, ctx, run: input.run, append, checkLease: () => lease.check() }),
        )
      } catch (error) {
        if (errorCode(error) === 'unexpected') deps.log.error('Rebuilding an environment broke', { ...input, error: errorMessage(error) })
        await ctx.step('record-error', () => append([endOf(input, erroredBy(error))]))
      }
    },
  }
}

type End = Extract<NewRebuildEvent, { type: `rebuild-${'waiting' | 'done' | 'failed' | 'errored' | 'indeterminate'}` }>
type WithoutKey<E> = E extends unknown ? Omit<E, 'key'> : never

/** A run ends once. */
function endOf({ run }: Pick<RebuildInput, 'run'>, end: WithoutKey<End>): NewRebuildEvent {
  // Each member of the union gets back the key that it was without.
  return { ...end, key: `${run}:ended` } as NewRebuildEvent
}

export function erroredBy(error: unknown): WithoutKey<Extract<End, { type: 'rebuild-errored' }>> {
  const hint = error instanceof DroverError ? error.hint : undefined
  return {
    type: 'rebuild-errored',
    data: { code: errorCode(error), message: errorMessage(error), ...(hint === undefined ? {} : { hint }) },
  }
}

async function loadFacts(deps: WorkerDependencies, { rebuildId }: RebuildInput): Promise<RebuildFacts> {
  const { record } = await loadRebuildStream(deps.ledger, rebuildId)
  if (record === undefined) throw new DroverError('rebuild.unknown', `There is no rebuild "${rebuildId}".`)
  const { configuration } = orThrow(await requireConfiguration(deps))
  const environment = orThrow(findEnvironment(configuration, record.environmentId))
  orThrow(refuseForPets(configuration, environment, 'delete'))
  return { rebuild: record, configuration, environment, pace: deps.paceOf(environment) }
}

async function rebuild(run: RebuildRun): Promise<void> {
  const place = await makeAnew(run)
  const languages = await switchOnLanguages(place)
  await installApplications(place)
  const ended: BroughtEnd = languages.length > 0 ? { end: 'waiting', steps: languages } : await bringSolutions(place)
  if (ended.end !== 'all') {
    await run.ctx.step('finish', () => run.append([endOf(run, endBefore(ended))]))
    return
  }
  await bringConnectionIds(place)
  const filled = await fillAgain(place)
  if (filled.steps.length > 0) {
    const data = { steps: filled.steps }
    await run.ctx.step('finish', () => run.append([endOf(run, { type: 'rebuild-waiting', data })]))
    return
  }
  const comparisons = [...(await compareRebuilt(place)), ...filled.comparisons]
  await run.ctx.step('record-rebuilt', () => {
    const data = { rebuildId: run.rebuild.id, isEqual: comparisons.every(({ isEqual }) => isEqual) }
    return recordCattle(run.deps.ledger, run.environment.id, [{ type: 'rebuilt', data, key: `rebuilt:${run.rebuild.id}` }])
  })
  await run.ctx.step('finish', () => run.append([endOf(run, { type: 'rebuild-done', data: { comparisons } })]))
}

function endBefore(ended: Exclude<BroughtEnd, { end: 'all' }>): WithoutKey<End> {
  switch (ended.end) {
    case 'waiting':
      return { type: 'rebuild-waiting', data: { steps: ended.steps } }
    case 'failed':
      return { type: 'rebuild-failed', data: { refusal: ended.refusal } }
    case 'indeterminate':
      return { type: 'rebuild-indeterminate', data: { message: ended.message } }
  }
}

/** The run as it goes on in the new environment. */
async function makeAnew(run: RebuildRun): Promise<RebuildRun> {
  const { rebuild, deps, ctx } = run
  const { order } = rebuild
  if (order.spec === undefined) throw new DroverError('rebuild.unknown-kind', `What ${run.environment.name} is to be made as is not known.`)
  const work = administrationRun(run)
  const platformId = rebuild.newPlatformId ?? (await replace(run, work, order.spec))
  await finishSettings(run, work, platformId)
  await waitForAnswer(work, {
    platformId,
    clientId: run.environment.credentials.clientId,
    look: () => deps.environments.open(run.environment).observe({ solution: '', connectionIds: [] }),
  })
  await ctx.step('forget-old', () => forgetObserved(run))
  await ctx.step('note-answers', () => run.append([noteStep(run, 'answers', `${run.environment.name} is new, and answers.`)]))
  const fresh = await ctx.step('load-again', () => loadFacts(deps, { rebuildId: rebuild.id, run: run.run }))
  return { ...run, ...fresh }
}

async function replace(
  run: RebuildRun,
  work: AdministrationRun,
  spec: NonNullable<RebuildFacts['rebuild']['order']['spec']>,
): Promise<string> {
  const { rebuild, deps, ctx, environment } = run
  const { oldPlatformId } = rebuild.order
  if (oldPlatformId !== undefined) {
    await deleteEnvironment(work, {
      platformId: oldPlatformId,
      async mustBe(there) {
        await work.checkLease()
        const { configuration } = orThrow(await requireConfiguration(deps))
        const now = orThrow(findEnvironment(configuration, environment.id))
        await requireCattle(work, { configuration, environment: { ...now, url: environment.url }, there })
      },
    })
    await ctx.step('note-deleted', () => run.append([noteStep(run, 'deleted', `The old environment (${oldPlatformId}) is gone.`)]))
  }
  const made = await createEnvironment(work, { spec, madeAs: `${spec.displayName} (${rebuild.id})` })
  const address = addressOfMade(made, environment)
  await ctx.step('register', async () => {
    const { configuration } = orThrow(await requireConfiguration(deps))
    orThrow(refuseAddressOfPet(configuration, address.url, environment.name))
    await registerAddress(deps, { environmentId: environment.id, address, actor: rebuild.by })
    await run.append([
      { type: 'rebuild-environment-made', data: made, key: 'made' },
      noteStep(run, 'made', `The new environment (${made.platformId}) is at ${made.url}.`),
    ])
  })
  return made.platformId
}

/** It was made under a name of its own, and is Managed where the old one was. */
async function finishSettings(run: RebuildRun, work: AdministrationRun, platformId: string): Promise<void> {
  const { administration } = work
  const { spec, isManaged } = run.rebuild.order
  const displayName = spec?.displayName ?? run.environment.name
  const fetch = () => administration.fetchEnvironment(platformId)
  await settle(work, {
    label: 'name',
    isSo: async () => (await fetch())?.displayName === displayName,
    change: () => administration.changeEnvironment(platformId, { displayName }),
  })
  if (!isManaged) return
  await settle(work, {
    label: 'managed',
    isSo: async () => (await fetch())?.isManaged === true,
    change: () => administration.setManaged(platformId, true),
  })
}

/** What was seen of the old environment at this address says nothing of the new one. */
async function forgetObserved({ deps, environment }: RebuildRun): Promise<void> {
  const lane = laneOf(environment)
  const parts = await deps.observations.loadParts(lane, '')
  await deps.observations.removeParts(
    lane,
    parts.map(({ key }) => key),
  )
}
