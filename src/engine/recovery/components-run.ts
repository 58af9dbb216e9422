import { transportName } from '#domain/drift'
import type { DescribedComponent } from '#domain/difference'
import { diffSolutions } from '#domain/difference'
import type { Environment, ObservedComponent } from '#domain/environment'
import { componentKey, laneOf } from '#domain/environment'
import type { Digest, Reason } from '#domain/kernel'
import { DroverError, errorCode, errorMessage } from '#domain/kernel'
import type { ComponentPlan, PlannedReturn, RecoveryDeed } from '#domain/recovery'
import { comesBack, refuseSandbox, returnsOf } from '#domain/recovery'
import { isSameName } from '#domain/settings'
import { requireConfiguration } from '../apply-configuration.ts'
import { describeArtifact } from '../described-artifacts.ts'
import { findEnvironment } from '../find.ts'
import { describeSolution, leaveOut, readPackage, writePackage } from '#format'
import { importTransport } from '../import-transport.ts'
import { orThrow } from '../or-throw.ts'
import { publishingOf, tablesOf } from '../steps/publish.ts'
import { exportByTransport } from '../transport.ts'
import type { ComparedComponents, ComparedPair } from './compare-components.ts'
import { compareComponents } from './compare-components.ts'
import { exportBack } from './export-back.ts'
import { registerReturns } from './register-returns.ts'
import type { RecoveryOutcome, RecoveryRun } from './sandbox-run.ts'
import { measure, recordRecovery } from './sandbox-stream.ts'

export type ComponentDeed = Extract<RecoveryDeed, { readonly kind: 'repair-components' }>

/**
 * Holds the components of a solution in a sandbox against those of its pet, and brings what was agreed on: read out of the sandbox by a transport,
 * imported unmanaged into the pet once, exported from there again and held against what was sent. What stands in the pet is written over by nothing,
 * so that the pet has what it had when the layers that came are reverted.
 */
export async function runComponentRepair(run: RecoveryRun, deed: ComponentDeed): Promise<RecoveryOutcome> {
  const { pet, sandbox } = await run.ctx.step('components-look', () => look(run))
  const { environments, fence } = run.deps
  const pair: ComparedPair = {
    pet,
    sandbox,
    openPet: environments.open(pet),
    openSandbox: environments.open(sandbox),
    solution: deed.solution,
  }
  if (deed.isDryRun) return { state: 'done', note: `${inWords((await compare(run, pair)).plan)} Nothing was brought.` }
  return fence.hold(laneOf(pet), `${run.workId}-components`, async (lease) => {
    const repair: ComponentRepair = { ...{ run, deed, pair, checkPet: () => lease.check() }, compared: await compare(run, pair) }
    const changed = changedSince(repair)
    return changed === undefined ? bring(repair) : { state: 'failed', note: changed }
  })
}

export interface ComponentRepair {
  readonly run: RecoveryRun
  readonly deed: ComponentDeed
  readonly pair: ComparedPair
  readonly compared: ComparedComponents
  /** Throws when somebody else has the lease of the pet by now. */
  checkPet(): Promise<void>
}

async function look({ deps, order }: RecoveryRun): Promise<{ readonly pet: Environment; readonly sandbox: Environment }> {
  const { configuration } = orThrow(await requireConfiguration(deps))
  const pet = orThrow(findEnvironment(configuration, order.environmentId))
  const sandbox = orThrow(findEnvironment(configuration, order.sandboxId))
  orThrow(refuseSandbox({ pet, sandbox }, configuration.environments))
  return { pet, sandbox }
}

async function compare(run: RecoveryRun, pair: ComparedPair): Promise<ComparedComponents> {
  const compared = await measure(run, 'compare', async () => {
    const value = await run.ctx.step('compare-components', () => compareComponents(pair))
    return { value, note: inWords(value.plan) }
  })
  const data = { plan: compared.plan }
  await run.ctx.step('record-compared', () =>
    recordRecovery(run.deps, run.workId, { type: 'components-compared', data, key: 'components-compared' }),
  )
  return compared
}

/** Only what two people saw is brought. */
function changedSince({ deed, compared, pair }: ComponentRepair): string | undefined {
  const now = returnsOf(compared.plan, undefined)
  const others = deed.planned.filter(({ component, hand }) => !now.some((one) => one.component === component && one.hand === hand))
  if (others.length === 0) return undefined
  const named = others.map(({ component }) => component).join(', ')
  return `Not as it was when it was looked at, in ${pair.pet.name} or ${pair.sandbox.name}: ${named}. Nothing was brought; look again.`
}

async function bring(repair: ComponentRepair): Promise<RecoveryOutcome> {
  const file = await readOut(repair)
  const sent = await sendOnce(repair, file)
  return 'importJobId' in sent ? settle(repair, { file, importJobId: sent.importJobId }) : sent
}

/** How it ended where it is not in the pet. */
async function sendOnce(repair: ComponentRepair, file: Digest): Promise<RecoveryOutcome | { readonly importJobId: string }> {
  try {
    return await send(repair, file)
  } catch (error) {
    if (errorCode(error) !== changedCode) throw error
    return { state: 'failed', note: errorMessage(error) }
  }
}

async function send(repair: ComponentRepair, file: Digest): Promise<RecoveryOutcome | { readonly importJobId: string }> {
  const { run, pair } = repair
  const { ctx, deps, workId } = run
  const importJobId = await ctx.id()
  const imported = await importTransport(
    { deps, ctx, pace: deps.paceOf(pair.pet), target: pair.openPet, checkLease: repair.checkPet },
    {
      importJobId,
      transport: transportName(workId),
      async bytes() {
        await refuseChanged(repair)
        return deps.artifacts.get(file)
      },
      mark: (attempt) =>
        recordRecovery(deps, workId, {
          ...{ type: 'recovery-sent', data: { what: `import ${importJobId}`, attempt, state: 'sent' }, key: `import-sent-${attempt}` },
        }),
      notTaken: (why) => notTaken(pair, why),
    },
  )
  if (imported.end === 'unclear') return { state: 'indeterminate', note: imported.message }
  if (imported.end === 'refused') {
    await ctx.step('remove-refused', () => pair.openPet.removeTransport(transportName(workId)))
    return { state: 'failed', note: `${pair.pet.name} did not take what came back; it says: ${imported.message}` }
  }
  return { importJobId }
}

/** What was sent is published, read in the pet again, and registered. */
async function settle(repair: ComponentRepair, of: { readonly file: Digest; readonly importJobId: string }): Promise<RecoveryOutcome> {
  const { run, deed, pair } = repair
  const { ctx, deps, workId } = run
  const components = await publishBrought(repair)
  const back = await exportBack(repair, components)
  const problems = await ctx.step('compare-back', async () =>
    differ(deed.planned, await describeArtifact(deps.artifacts, of.file), await describeArtifact(deps.artifacts, back)),
  )
  await ctx.step('remove-from-pet', () => pair.openPet.removeTransport(transportName(workId)))
  if (problems.length > 0) return { state: 'failed', note: `${pair.pet.name} does not have what was sent: ${textOf(problems)}` }
  const tweaks = await ctx.step('register-tweaks', () => registerReturns(repair))
  const written = { ...of, components: deed.planned.map(({ component }) => component), tweaks }
  await ctx.step('record-written', () =>
    recordRecovery(deps, workId, { type: 'components-written', data: { written }, key: 'components-written' }),
  )
  const registered = tweaks.length === 0 ? '' : ` Registered as tweaks: ${tweaks.join(', ')}.`
  return {
    state: 'done',
    note: `${written.components.length} component(s) are back in ${pair.pet.name}, read there again (${back}).${registered}`,
  }
}

/**
 * What comes back as an unmanaged file. The transport takes the tables along that its components belong to; they are left out as what they are, the
 * place of their parts, so that nothing but what was agreed on gets a layer.
 */
async function readOut({ run, deed, pair, compared }: ComponentRepair): Promise<Digest> {
  const { deps, ctx, pace, workId } = run
  const bytes = await exportByTransport({
    ...{ deps, ctx, pace, workId, target: pair.openSandbox, environment: pair.sandbox, solution: deed.solution },
    components: compared.saved.filter((component) => isPlanned(deed.planned, componentKey(component))),
    checkLease: () => run.checkLease(),
  })
  return ctx.step('keep-file', async () => {
    const read = await readPackage(bytes)
    const others = read.parts.filter((part) => !isMeant(deed.planned, part)).map(({ kind, key }) => `${kind}:${key}`)
    const { package: kept } = leaveOut(read, others)
    const stuck = (await describeSolution(kept)).filter((part) => isSaid(part) && !isMeant(deed.planned, part) && part.facts.some(saysMore))
    if (stuck.length === 0) return deps.artifacts.put(await writePackage(kept))
    throw new DroverError(
      'recovery.brings-more',
      `What ${pair.sandbox.name} exports of these components says something of others too: ${stuck.map(componentKey).join(', ')}. Nothing was sent.`,
      { hint: 'Name fewer components with --component, or make the change in Dev and bring it by a release.' },
    )
  })
}

/** A table that is the place of its parts has a name, and says nothing else. */
function saysMore({ path }: DescribedComponent['facts'][number]): boolean {
  return !path.startsWith('Name')
}

/** Whether a part of a file is to come back, or is in a table that is. */
function isMeant(planned: readonly PlannedReturn[], part: Pick<DescribedComponent, 'kind' | 'key' | 'parent'>): boolean {
  return isPlanned(planned, componentKey(part)) || (part.parent !== undefined && isPlanned(planned, part.parent))
}

const changedCode = 'recovery.changed-since'

/** Asked at each sending: people may have worked there while nobody worked here. */
async function refuseChanged(repair: ComponentRepair): Promise<void> {
  const note = changedSince({ ...repair, compared: await compareComponents(repair.pair) })
  if (note !== undefined) throw new DroverError(changedCode, note, { hint: 'Look at what it is now, and ask again.' })
}

/** What was brought, as the pet knows it now. */
async function publishBrought({ run, deed, pair, compared, checkPet }: ComponentRepair): Promise<readonly ObservedComponent[]> {
  return run.ctx.step('publish', async () => {
    await checkPet()
    const wanted = compared.saved.filter((component) => isPlanned(deed.planned, componentKey(component)))
    const { components } = await pair.openPet.findComponents(wanted)
    const changes = [...publishingOf(components), ...tablesOf(wanted)]
    if (changes.length > 0) await pair.openPet.publish(changes)
    return components
  })
}

function isPlanned(planned: readonly PlannedReturn[], component: string): boolean {
  return planned.some((one) => isSameName(one.component, component))
}

/** What the one file says of components and the other does not say alike. */
function differ(
  planned: readonly PlannedReturn[],
  sent: readonly DescribedComponent[],
  back: readonly DescribedComponent[],
): readonly Reason[] {
  const isCompared = (one: DescribedComponent): boolean => isSaid(one) && isMeant(planned, one)
  const { components } = diffSolutions(sent.filter(isCompared), back.filter(isCompared))
  const words = { added: 'It is there and was not sent.', removed: 'It is not there.', changed: 'It is not as it was sent.' } as const
  return components.map(({ kind, key, change }) => ({ subject: `${kind}:${key}`, message: words[change] }))
}

function isSaid({ kind, isUnmodified }: DescribedComponent): boolean {
  return kind !== 'Solution' && isUnmodified !== true
}

function textOf(reasons: readonly Reason[]): string {
  return reasons.map(({ subject, message }) => `${subject}: ${message}`).join(' ')
}

function notTaken({ pet }: ComparedPair, why: string): DroverError {
  return new DroverError('recovery.components-refused', `${pet.name} did not take what came back: ${why}.`, {
    hint: 'Look at what it says; asked for again, the work looks first.',
  })
}

function inWords({ lines, compared, note }: ComponentPlan): string {
  const of = (fate: ComponentPlan['lines'][number]['fate']): number => lines.filter((line) => line.fate === fate).length
  const counts = `${compared} components compared: ${lines.filter(comesBack).length} come back by hand, ${of('by-release')} by a release alone, ${of('stays')} stay as they are.`
  return note === '' ? counts : `${counts} ${note}`
}
