import type { AdoptState, NewEnvironmentEvent } from '#domain/drift'
import { changeRequestId } from '#domain/drift'
import type { PersonId } from '#domain/kernel'
import { DroverError, errorCode, errorMessage } from '#domain/kernel'
import type { FileTree, SourceMerge } from '#format'
import { memoryTree, mergeSource } from '#format'
import type { DurableDefinition, SourceFiles } from '#engine/ports'
import type { WorkerDependencies } from '../dependencies.ts'
import { solutionKey } from '../summaries.ts'
import { followChangeRequests } from './change-requests.ts'
import type { DispositionInput, DispositionRun } from './disposition-work.ts'
import { exportByTransport, underLease } from './disposition-work.ts'
import type { Shipped } from './find-shipped.ts'
import { findShipped } from './find-shipped.ts'
import { loadEnvironmentStream, recordFacts } from './stream.ts'
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
  const exported = await exportByTransport(run)
  await run.ctx.step('propose', () => propose(run, { shipped, exported }))
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
  { shipped, exported }: { readonly shipped: readonly Shipped[]; readonly exported: Uint8Array },
): Promise<void> {
  const exportedDigest = await run.deps.artifacts.put(exported)
  const folder = `solutions/${run.solution}`
  const current = await readSource(run, folder, undefined)
  const merge = await mergeAll(run, { shipped, exported, folder, current })
  const asker = await askerOf(run)
  const proposed = await commit(run, { merge, current, folder, asker })
  const proofOf = (deviation: string): AdoptState['proof'] => {
    const release = shipped.find((each) => each.deviation === deviation)?.release
    return release && { shipped: release.unmanaged.digest, exported: exportedDigest }
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
    readonly merge: SourceMerge
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

/** What was changed on the same release is merged together, one release after the other. */
async function mergeAll(
  run: DispositionRun,
  of: { readonly shipped: readonly Shipped[]; readonly exported: Uint8Array; readonly folder: string; readonly current: SourceFiles },
): Promise<SourceMerge> {
  const { shipped, exported, folder, current } = of
  let files = current.files
  let merged: SourceMerge = { files: new Map(), components: [], conflicts: [], difference: [] }
  for (const commit of new Set(shipped.map(({ release }) => release.commit))) {
    const base = await readSource(run, folder, commit)
    const components = shipped.filter(({ release }) => release.commit === commit).map(({ deviation }) => deviation)
    const next = await mergeSource({ shipped: treeOf(base.files), exported, current: treeOf(files), components })
    merged = {
      files: new Map([...merged.files, ...next.files]),
      components: [...merged.components, ...next.components],
      conflicts: [...merged.conflicts, ...next.conflicts],
      difference: [...merged.difference, ...next.difference],
    }
    files = withChanges(files, next.files)
  }
  return merged
}

function withChanges(files: SourceFiles['files'], changes: SourceMerge['files']): SourceFiles['files'] {
  const changed = new Map(files)
  for (const [path, bytes] of changes) {
    if (bytes === undefined) changed.delete(path)
    else changed.set(path, bytes)
  }
  return changed
}

/** As a commit has it; as it is now without one. */
async function readSource(run: DispositionRun, folder: string, commit: string | undefined): Promise<SourceFiles> {
  const source = run.deps.openSourceControl(run.configuration.sourceRepository)
  const found = await source.readSource({ folder, commit })
  if (found !== undefined) return found
  const what = commit === undefined ? `any source of ${run.solution}` : `commit ${commit.slice(0, 12)}, which shipped ${run.solution}`
  throw new DroverError('drift.no-source', `The source repository does not have ${what}.`, {
    hint: 'Check `sourceRepository` in drover.yaml: it has to be the one that releases were committed to.',
  })
}

function treeOf(files: SourceFiles['files']): FileTree {
  return memoryTree([...files].map(([path, bytes]) => ({ path, bytes })))
}

async function askerOf(run: DispositionRun): Promise<PersonId | undefined> {
  const { record } = await loadEnvironmentStream(run.deps.ledger, run.lane)
  const first = run.subjects[0]?.deviation.id ?? ''
  return record?.dispositions[first]?.by
}

/** Undefined when nothing is left to propose. */
async function commit(
  run: DispositionRun,
  of: { readonly merge: SourceMerge; readonly current: SourceFiles; readonly folder: string; readonly asker: PersonId | undefined },
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
    readonly merge: SourceMerge
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
