import type { AdoptState, NewEnvironmentEvent } from '#domain/drift'
import { changeRequestId } from '#domain/drift'
import type { PersonId } from '#domain/kernel'
import { errorCode, errorMessage } from '#domain/kernel'
import type { DurableDefinition, SourceFiles } from '#engine/ports'
import type { WorkerDependencies } from '../dependencies.ts'
import { solutionKey } from '../summaries.ts'
import { followChangeRequests } from './change-requests.ts'
import type { DispositionInput, DispositionRun } from './disposition-work.ts'
import { underLease } from './disposition-work.ts'
import type { Shipped } from './find-shipped.ts'
import { findShipped } from './find-shipped.ts'
import { loadEnvironmentStream, recordFacts } from './stream.ts'
import type { MergedChanges } from './merge-changes.ts'
import { mergeChanges, readFor, readSource, withChanges } from './merge-changes.ts'
import type { ChangesRead } from './read-changes.ts'
import { readChanges } from './read-changes.ts'
import { conflictPage, proposalMessage } from './tell-proposal.ts'

export const adoptWork = 'adopt-drift'

export interface AdoptInput extends DispositionInput {
  readonly lane: string
  readonly solution: string
}

/** Reads changes out of an environment, merges them into the source three ways, and proposes them on a branch; each step recorded. */
export function adoptDefinition(deps: WorkerDependencies): DurableDefinition<AdoptInput> {
  return {
    name: adoptWork,
    async run(ctx, input) {
      try {
        await underLease(deps, ctx, { input, work: adopt })
      } catch (error) {
        if (errorCode(error) === 'unexpected') deps.log.error('Adopting a change broke', { ...input, error: errorMessage(error) })
        await ctx.step('record-error', () => endAdoption(deps, input, errorMessage(error)))
      }
    },
  }
}

/** Ends what is still running as failed, with the reason. */
export async function endAdoption(deps: Pick<WorkerDependencies, 'ledger'>, input: AdoptInput, note: string): Promise<void> {
  const { record } = await loadEnvironmentStream(deps.ledger, input.lane)
  const events = input.deviations.flatMap((deviation): NewEnvironmentEvent[] => {
    const disposition = record?.dispositions[deviation]
    const isMeant = disposition?.kind === 'adopt' && disposition.state === 'running' && disposition.workId === input.workId
    return isMeant ? [changed(input.workId, deviation, { ...disposition, state: 'failed', note })] : []
  })
  if (events.length > 0) await recordFacts(deps.ledger, input.lane, events)
}

function changed(workId: string, deviation: string, disposition: AdoptState): NewEnvironmentEvent {
  return { type: 'disposition-changed', data: { deviation, disposition }, key: `adopted:${workId}:${deviation}` }
}

async function adopt(run: DispositionRun): Promise<void> {
  const shipped = await run.ctx.step('find-shipped', () => findShipped(run))
  const read = await readChanges(run, shipped)
  await run.ctx.step('propose', () => propose(run, { shipped, read }))
  await run.ctx.step('ask-owner', () => askOwner(run))
}

/** Where the source has a host, the owner is asked there; a host that cannot be reached is asked again with each look. */
async function askOwner(run: DispositionRun): Promise<void> {
  const { record } = await loadEnvironmentStream(run.deps.ledger, run.lane)
  const request = record?.changeRequests?.filter(({ id }) => id === changeRequestId(run.workId)) ?? []
  const events = await followChangeRequests(run.deps, run.configuration, { changeRequests: request })
  if (events.length > 0) await run.record(events.map((event) => ({ ...event, key: `${changeRequestId(run.workId)}:asked` })))
}

async function propose(
  run: DispositionRun,
  { shipped, read }: { readonly shipped: readonly Shipped[]; readonly read: readonly ChangesRead[] },
): Promise<void> {
  const folder = `solutions/${run.solution}`
  const current = await readSource(run, folder, undefined)
  const merge = await mergeChanges(run, { shipped, read, folder, current })
  const asker = await askerOf(run)
  const proposed = await commit(run, { merge, current, folder, asker })
  const proofOf = (deviation: string): AdoptState['proof'] => {
    const release = shipped.find((each) => each.deviation === deviation)?.release
    return release && { shipped: release.unmanaged.digest, exported: readFor(read, release).exported }
  }
  const changes = await outcomes(run, { merge, branch: proposed?.branch, proofOf })
  await run.record([...changes, ...requestOwner(run, { proposed, merge, changes, asker })])
}

interface Proposed {
  readonly branch: string
  readonly commit: string
}

/** What stands on a branch waits for somebody: the owner of the solution is asked by name. */
function requestOwner(
  run: DispositionRun,
  of: {
    readonly proposed: Proposed | undefined
    readonly merge: MergedChanges
    readonly changes: readonly NewEnvironmentEvent[]
    readonly asker: PersonId | undefined
  },
): readonly NewEnvironmentEvent[] {
  const { proposed, merge, changes, asker } = of
  const deviations = changes.flatMap((event) =>
    event.type === 'disposition-changed' && event.data.disposition.kind === 'adopt' && event.data.disposition.branch !== undefined
      ? [event.data.deviation]
      : [],
  )
  if (proposed === undefined || deviations.length === 0) return []
  const { environment, solution } = run
  const owner = run.configuration.solutions.find(({ uniqueName }) => solutionKey(uniqueName) === solutionKey(solution))?.owner
  const [title = '', ...body] = proposalMessage(run, merge).split('\n\n')
  const id = changeRequestId(run.workId)
  const request = {
    ...{ id, environmentId: environment.id, solution, deviations, ...proposed, title, body: body.join('\n\n') },
    ...{ owner: owner ?? environment.owner, askedBy: asker ?? environment.owner },
  }
  return [{ type: 'change-request-opened', data: { environmentId: environment.id, request }, key: `${id}:opened` }]
}

async function askerOf(run: DispositionRun): Promise<PersonId | undefined> {
  const { record } = await loadEnvironmentStream(run.deps.ledger, run.lane)
  const first = run.subjects[0]?.deviation.id ?? ''
  return record?.dispositions[first]?.by
}

/** Undefined when nothing is left to propose. */
async function commit(
  run: DispositionRun,
  of: { readonly merge: MergedChanges; readonly current: SourceFiles; readonly folder: string; readonly asker: PersonId | undefined },
): Promise<Proposed | undefined> {
  const { merge, current, folder, asker } = of
  if (merge.files.size === 0 && merge.conflicts.length === 0) return undefined
  const files = withChanges(current.files, merge.files)
  const branch = `drift/${run.environment.id}/${run.solution}/${run.workId}`
  const page = conflictPage(run, merge)
  const pages =
    page === undefined ? [] : [{ folder: `drift/${run.workId}`, files: new Map([['conflicts.md', new TextEncoder().encode(page)]]) }]
  const commit = await run.deps.openSourceControl(run.configuration.sourceRepository).commitBranch({
    branch,
    parent: current.commit,
    folders: [{ folder, files }, ...pages],
    message: proposalMessage(run, merge),
    author: asker ?? 'drover',
  })
  return { branch, commit }
}

async function outcomes(
  run: DispositionRun,
  of: {
    readonly merge: MergedChanges
    readonly branch: string | undefined
    proofOf(deviation: string): AdoptState['proof']
  },
): Promise<readonly NewEnvironmentEvent[]> {
  const { record } = await loadEnvironmentStream(run.deps.ledger, run.lane)
  return of.merge.components.flatMap(({ component, outcome, note }): NewEnvironmentEvent[] => {
    const disposition = record?.dispositions[component]
    if (disposition?.kind !== 'adopt' || disposition.workId !== run.workId) return []
    const base = { ...disposition, proof: of.proofOf(component) }
    if (outcome === 'cannot') return [changed(run.workId, component, { ...base, state: 'failed', note })]
    const carried = 'The latest source in Dev says it already; it waits for the next release.'
    const next: AdoptState = {
      ...base,
      state: 'proposed',
      branch: outcome === 'carried' ? undefined : of.branch,
      note: outcome === 'carried' ? carried : note,
    }
    return [changed(run.workId, component, next)]
  })
}
