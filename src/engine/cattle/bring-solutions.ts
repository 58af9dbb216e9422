import type { ObservedState } from '#domain/environment'
import type { Refusal } from '#domain/kernel'
import { DroverError, errorMessage, refuse } from '#domain/kernel'
import type { Stage } from '#domain/pipeline'
import type { ComponentParameters } from '#domain/plan'
import type { ConnectionMap, HumanStep, RebuildRecord, WantedRelease, WantedSolution, WantedSource } from '#domain/rebuild'
import { connectionStep, installStep, mapConnections, neededBy, remapSettings } from '#domain/rebuild'
import type { Release } from '#domain/release'
import type { SettingsTemplate } from '#domain/settings'
import { isSameName, makeSettingsTemplate, orderFlows } from '#domain/settings'
import type { MissingDependency } from '#domain/solution'
import { readSolution } from '#format'
import { findPipeline, findStage } from '../find.ts'
import { orThrow } from '../or-throw.ts'
import { planPromotion } from '../plan-promotion.ts'
import type { SettingsEnd } from './bring-settings.ts'
import { bringSettings } from './bring-settings.ts'
import { bringSourceData } from './bring-source-data.ts'
import type { PutEnd, PutPackage } from './put-package.ts'
import { putPackage } from './put-package.ts'
import { packSource } from './put-source.ts'
import type { RebuildRun } from './rebuild-run.ts'
import { putRun } from './rebuild-run.ts'
import { recordBrought } from './record-brought.ts'

export type BroughtEnd =
  | { readonly end: 'all' }
  /** What could be brought without them is there. */
  | { readonly end: 'waiting'; readonly steps: readonly HumanStep[] }
  | Exclude<PutEnd, { end: 'done' }>

/** One solution, ready to be brought: its package, and the flows that are to run in their order. */
interface Ready {
  readonly put: PutPackage
  readonly flows: readonly { readonly id: string; readonly name: string }[]
  readonly dependencies: readonly MissingDependency[]
  /** Only a person can see to these; in the way of this solution, and of what needs it. */
  readonly steps: readonly HumanStep[]
  readonly refusal: Refusal | null
  readonly note: string
}

/**
 * Brings each wanted solution in order: package, bindings to the connections that stand for the old ones, values, flows. What waits for a
 * person is passed over with what needs it, so that everybody is asked for everything at once.
 */
export async function bringSolutions(run: RebuildRun): Promise<BroughtEnd> {
  const { rebuild } = run
  const there = await run.ctx.step('look-around', () => lookAround(run))
  await run.ctx.step('record-connections', () =>
    run.append([{ type: 'rebuild-connections-mapped', data: { mapped: there.connections.mapped }, key: `${run.run}:mapped` }]),
  )
  const brought = new Set(rebuild.brought.map(({ solution }) => lower(solution)))
  const steps: HumanStep[] = []
  const passedOver = new Set<string>()
  for (const wanted of rebuild.order.plan.solutions) {
    const name = lower(wanted.solution)
    if (brought.has(name)) continue
    const ready = await run.ctx.step(`prepare-${wanted.solution}`, () => prepare(run, wanted, there))
    if (ready.refusal !== null) return { end: 'failed', refusal: ready.refusal }
    const lacking = neededBy(ready).filter((need) => !brought.has(lower(need)) && !isInstalled(there, need))
    const foreign = lacking.filter((need) => !passedOver.has(lower(need)))
    const own = [...ready.steps, ...foreign.map((need) => installStep(run.environment, need))]
    if (own.length > 0 || lacking.length > 0) {
      steps.push(...own)
      passedOver.add(name)
      continue
    }
    const ended = await bring(run, ready, { wanted, there })
    if (ended.end !== 'done') return ended
    await run.ctx.step(`record-${wanted.solution}`, () =>
      recordBrought(run, { wanted, put: ready.put, note: `${ended.note}${ready.note}` }),
    )
    brought.add(name)
  }
  return steps.length === 0 ? { end: 'all' } : { end: 'waiting', steps: distinct(steps) }
}

type Around = Pick<ObservedState, 'solutions'> & { readonly connections: ConnectionMap }

async function lookAround(run: RebuildRun): Promise<Around> {
  const observed = await putRun(run).target.observe({ solution: '', connectionIds: 'all' })
  return { solutions: observed.solutions, connections: mapConnections(run.rebuild.order.connections, observed.connections) }
}

function isInstalled({ solutions }: Around, name: string): boolean {
  return solutions.some(({ uniqueName }) => isSameName(uniqueName, name))
}

/** The very version, managed: nobody but this rebuild, or whoever was here before it in place, has brought it. */
function isThere({ solutions }: Around, { solution, version, mode }: PutPackage): boolean {
  return mode !== 'unmanaged' && solutions.some((one) => one.isManaged && one.version === version && isSameName(one.uniqueName, solution))
}

function prepare(run: RebuildRun, wanted: WantedSolution, there: Around): Promise<Ready> {
  if (wanted.kind === 'source') return prepareSource(run, wanted, there)
  return wanted.stage === undefined ? prepareBesides(run, wanted) : prepareRelease(run, { ...wanted, stage: wanted.stage }, there)
}

/** References are bound as they were, to what stands for their connections; source has no settings of its own. */
async function prepareSource(run: RebuildRun, wanted: WantedSource, there: Around): Promise<Ready> {
  const { solution, commit } = wanted
  const packed = await packSource(run.deps, { repository: run.configuration.sourceRepository, solution, commit })
  const { model } = await readSolution(await run.deps.artifacts.get(packed.digest))
  const { bindings, connections } = run.rebuild.order
  const old = (name: string) => Object.entries(bindings).find(([key]) => isSameName(key, name))?.[1]
  const { bound, missing } = bindAll(
    model.connectionReferences.map((reference) => ({ ...reference, was: old(reference.logicalName) })),
    there.connections,
  )
  const template = makeSettingsTemplate(model)
  const usable = flowsToRun(template, bound)
  const unbound = model.connectionReferences.length - bound.length
  return {
    put: {
      ...{ label: packed.solution, ...packed, mode: 'unmanaged' },
      parameters: { connectionReferences: bound, environmentVariables: [] },
    },
    flows: usable,
    dependencies: model.manifest.missingDependencies,
    steps: missing.map((id) => {
      const why = there.connections.missing.find(({ connection }) => isSameName(connection.id, id))?.why ?? 'what it was is not known'
      return withReason(stepFor(run, connections.find((one) => isSameName(one.id, id)) ?? unknownConnection(id)), `Now ${why}.`)
    }),
    refusal: null,
    note: ` From commit ${packed.commit.slice(0, 12)}.${unbound === 0 ? '' : ` ${unbound} connection references were bound to nothing before, and are so now.`}`,
  }
}

type Bound = ComponentParameters['connectionReferences'][number]

function bindAll(
  references: readonly { readonly logicalName: string; readonly displayName: string | undefined; readonly was: string | undefined }[],
  { mapped }: ConnectionMap,
): { readonly bound: readonly Bound[]; readonly missing: readonly string[] } {
  const bound: Bound[] = []
  const missing = new Set<string>()
  for (const { logicalName, displayName, was } of references) {
    if (was === undefined) continue
    const now = mapped.find(({ from }) => isSameName(from, was))
    if (now === undefined) missing.add(was)
    else bound.push({ logicalName, displayName, connectorId: now.connectorId, connectionId: now.to })
  }
  return { bound, missing: [...missing] }
}

/** Those that the source says run, child flows first, and whose references are all bound. */
function flowsToRun(template: SettingsTemplate, bound: readonly Bound[]): Ready['flows'] {
  const isBound = (flow: { readonly name: string }): boolean =>
    template.connectionReferences.every(
      ({ logicalName, usedBy }) => !usedBy.includes(flow.name) || bound.some((one) => isSameName(one.logicalName, logicalName)),
    )
  const wanted = template.flows.filter((flow) => flow.desired === 'on' && isBound(flow))
  return orderFlows(wanted).flows.map(({ id, name }) => ({ id, name }))
}

/** As a promotion into the stage would plan it, with the connections that stand for the old ones. */
async function prepareRelease(
  run: RebuildRun,
  wanted: WantedRelease & { readonly stage: NonNullable<WantedRelease['stage']> },
  there: Around,
): Promise<Ready> {
  const release = await loadRelease(run, wanted)
  const stage = orThrow(findStage(orThrow(findPipeline(run.configuration, wanted.stage.pipelineId)), wanted.stage.stageId))
  const configuration = remapSettings(run.configuration, { environmentId: run.environment.id, mapped: there.connections.mapped })
  const { plan } = await planPromotion(run.deps, { release, stage, configuration, isNew: true })
  const put: PutPackage = {
    label: release.solution,
    solution: release.solution,
    version: release.version,
    digest: release.managed.digest,
    mode: plan.mode === 'upgrade' || plan.mode === 'stage-for-upgrade' ? 'upgrade' : plan.mode === 'update' ? 'update' : 'install',
    parameters: plan.parameters,
  }
  const blockers = plan.blockers.filter(({ code }) => code !== 'STR-15' && !(isThere(there, put) && code === 'STR-12'))
  const forPeople = blockers.filter(({ code }) => isForPeople(code))
  return {
    put,
    flows: plan.flows.filter(({ action }) => action === 'switch-on').map(({ id, name }) => ({ id, name })),
    dependencies: release.dependencies,
    steps: forPeople.flatMap((blocker) => stepsOf(run, { blocker, release, there, stage })),
    refusal: blockers.find(({ code }) => !isForPeople(code)) ?? null,
    note: '',
  }
}

/** What is missing outside of the environment, and what only its people have: all of it can be mended, and the rebuild goes on. */
function isForPeople(code: string): boolean {
  return code.startsWith('connection.') || code.startsWith('secret.') || code === 'STR-10'
}

function stepsOf(
  run: RebuildRun,
  of: { readonly blocker: Refusal; readonly release: Release; readonly there: Around; readonly stage: Stage },
): readonly HumanStep[] {
  const { blocker, release, there, stage } = of
  if (!blocker.code.startsWith('connection.')) {
    return [
      {
        who: 'Whoever keeps drover.yaml',
        where: `Settings of ${release.solution} for stage ${stage.id}`,
        what: `${blocker.message} ${blocker.hint}`,
      },
    ]
  }
  const settings = run.configuration.solutions.find(({ uniqueName }) => uniqueName === release.solution)?.settings[stage.id]
  const named = (logicalName: string) =>
    Object.entries(settings?.connectionReferences ?? {})
      .find(([name]) => isSameName(name, logicalName))?.[1]
      .trim()
  return blocker.reasons.flatMap(({ subject, message }) => {
    const id = named(subject)
    const missing = there.connections.missing.find(({ connection }) => id !== undefined && isSameName(connection.id, id))
    const template = release.settingsTemplate.connectionReferences.find(({ logicalName }) => isSameName(logicalName, subject))
    const known = missing?.connection ?? unknownConnection(id ?? subject)
    const connectorId = known.connectorId === '' ? (template?.connectorId ?? '') : known.connectorId
    return [withReason(stepFor(run, { ...known, connectorId }), message)]
  })
}

/** Another team's solution that source here needs: its released bytes, with no settings of this place. */
async function prepareBesides(run: RebuildRun, wanted: WantedRelease): Promise<Ready> {
  const release = await loadRelease(run, wanted)
  return {
    put: {
      ...{ label: release.solution, solution: release.solution, version: release.version, digest: release.managed.digest, mode: 'install' },
      parameters: { connectionReferences: [], environmentVariables: [] },
    },
    flows: [],
    dependencies: release.dependencies,
    steps: [],
    refusal: null,
    note: ' It is here because source needs it; its connection references are not bound.',
  }
}

async function loadRelease(run: RebuildRun, { releaseId, digest }: WantedRelease): Promise<Release> {
  const release = await run.deps.readModel.load<Release>('release', releaseId)
  if (release !== undefined && release.managed.digest === digest) return release
  throw new DroverError('rebuild.no-release', `The release ${releaseId} is not what it was when the rebuild was ordered.`, {
    hint: 'Order the rebuild again.',
  })
}

async function bring(
  run: RebuildRun,
  { put, flows }: Ready,
  { wanted, there }: { readonly wanted: WantedSolution; readonly there: Around },
): Promise<PutEnd> {
  const target = putRun(run)
  const arrived: PutEnd = isThere(there, put)
    ? { end: 'done', note: `${put.solution} ${put.version} is there already.` }
    : await putPackage(target, put)
  if (arrived.end !== 'done') return arrived
  const settled = wanted.kind === 'source' ? await bringSourceData(run, { put, commit: wanted.commit }) : await settle(run, wanted, there)
  if (settled.end !== 'done') return settled
  const ended: PutEnd = { end: 'done', note: `${arrived.note}${settled.note}` }
  for (const flow of flows) {
    const failure = await run.ctx.step(`switch-on-${flow.id}`, async () => {
      await run.checkLease()
      return switchOn(() => target.target.setFlowState(flow.id, 'on'))
    })
    if (failure !== null) return { end: 'failed', refusal: flowRefused(run, { solution: put.solution, flow: flow.name, failure }) }
  }
  return flows.length === 0 ? ended : { end: 'done', note: `${ended.note} ${flows.length} flows run.` }
}

/** What source needs beside it takes no settings: those are of stages. */
async function settle(run: RebuildRun, wanted: WantedRelease, there: Around): Promise<SettingsEnd> {
  if (wanted.stage === undefined) return { end: 'done', note: '' }
  const { stage: place } = wanted
  const release = await run.ctx.step(`load-release-${wanted.solution}`, () => loadRelease(run, wanted))
  const stage = orThrow(findStage(orThrow(findPipeline(run.configuration, place.pipelineId)), place.stageId))
  const configuration = remapSettings(run.configuration, { environmentId: run.environment.id, mapped: there.connections.mapped })
  return bringSettings(run, { release, stage, configuration })
}

async function switchOn(work: () => Promise<void>): Promise<string | null> {
  try {
    await work()
    return null
  } catch (error) {
    if (error instanceof DroverError && !error.isRetryable) return errorMessage(error)
    throw error
  }
}

function stepFor(run: RebuildRun, connection: RebuildRecord['order']['connections'][number]): HumanStep {
  return connectionStep(run.environment, connection, connection.owner ?? run.environment.owner)
}

function withReason(step: HumanStep, reason: string): HumanStep {
  return { ...step, what: `${step.what} (${reason})` }
}

function unknownConnection(id: string): RebuildRecord['order']['connections'][number] {
  return { id, connectorId: '', displayName: undefined, owner: undefined }
}

function flowRefused(
  { environment }: RebuildRun,
  of: { readonly solution: string; readonly flow: string; readonly failure: string },
): Refusal {
  return refuse(
    'flow.refused',
    `${of.solution} is in ${environment.name}, but the flow "${of.flow}" could not be switched on.`,
    'Mend what the environment names, then resume the rebuild.',
    [{ subject: of.flow, message: of.failure }],
  ).refusal
}

function distinct(steps: readonly HumanStep[]): readonly HumanStep[] {
  return steps.filter((step, at) => steps.findIndex((other) => other.what === step.what && other.where === step.where) === at)
}

function lower(text: string): string {
  return text.toLowerCase()
}
