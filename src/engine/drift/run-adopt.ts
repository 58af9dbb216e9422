import type { AdoptState, NewEnvironmentEvent } from '#domain/drift'
import type { Digest, PersonId } from '#domain/kernel'
import { DroverError, errorCode, errorMessage } from '#domain/kernel'
import { personName } from '#domain/people'
import type { Release } from '#domain/release'
import type { FileTree, SourceMerge } from '#format'
import { memoryTree, mergeSource } from '#format'
import type { DurableDefinition, SourceFiles } from '#engine/ports'
import type { WorkerDependencies } from '../dependencies.ts'
import { loadDeployment } from '../queries/deployments.ts'
import type { DispositionInput, DispositionRun } from './disposition-work.ts'
import { exportByTransport, underLease } from './disposition-work.ts'
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
  const release = await run.ctx.step('find-release', () => findRelease(run))
  const exported = await exportByTransport(run)
  await run.ctx.step('propose', () => propose(run, { release, exported }))
}

/** The release that is deployed there: what was changed is told against what it shipped. */
async function findRelease(run: DispositionRun): Promise<Release> {
  const deployed = await loadDeployment(run.deps, run.environment.id, run.solution)
  const release = deployed && (await run.deps.readModel.load<Release>('release', deployed.releaseId))
  if (release !== undefined) return release
  throw new DroverError(
    'drift.not-deployed',
    `Drover deployed no release of ${run.solution} to ${run.environment.name}, so nothing tells what was shipped.`,
    {
      hint: 'Deploy the solution through its pipeline once; until then make the change in Dev by hand.',
    },
  )
}

async function propose(
  run: DispositionRun,
  { release, exported }: { readonly release: Release; readonly exported: Uint8Array },
): Promise<void> {
  const exportedDigest = await run.deps.artifacts.put(exported)
  const source = run.deps.openSourceControl(run.configuration.sourceRepository)
  const folder = `solutions/${run.solution}`
  const [shipped, current] = [
    await source.readSource({ folder, commit: release.commit }),
    await source.readSource({ folder, commit: undefined }),
  ]
  if (shipped === undefined || current === undefined) throw noSource(run, release.commit)
  const components = run.subjects.map(({ deviation }) => deviation.id)
  const merge = await mergeSource({ shipped: treeOf(shipped), exported, current: treeOf(current), components })
  const asker = await askerOf(run)
  const branch = await commit(run, { merge, current, folder, asker })
  const proof = { shipped: release.unmanaged.digest, exported: exportedDigest }
  await run.record(await outcomes(run, { merge, branch, proof }))
}

function treeOf({ files }: SourceFiles): FileTree {
  return memoryTree([...files].map(([path, bytes]) => ({ path, bytes })))
}

function noSource(run: DispositionRun, commit: string): DroverError {
  return new DroverError(
    'drift.no-source',
    `The source repository does not have commit ${commit.slice(0, 12)}, which shipped ${run.solution}.`,
    {
      hint: 'Check `sourceRepository` in drover.yaml: it has to be the one that releases were committed to.',
    },
  )
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
): Promise<string | undefined> {
  const { merge, current, folder, asker } = of
  if (merge.files.size === 0 && merge.conflicts.length === 0) return undefined
  const files = new Map(current.files)
  for (const [path, bytes] of merge.files) {
    if (bytes === undefined) files.delete(path)
    else files.set(path, bytes)
  }
  const branch = `drift/${run.environment.id}/${run.solution}/${run.workId}`
  const page = conflictPage(run, merge)
  const pages =
    page === undefined ? [] : [{ folder: `drift/${run.workId}`, files: new Map([['conflicts.md', new TextEncoder().encode(page)]]) }]
  await run.deps.openSourceControl(run.configuration.sourceRepository).commitBranch({
    branch,
    parent: current.commit,
    folders: [{ folder, files }, ...pages],
    message: proposalMessage(run, merge),
    author: asker === undefined ? 'drover' : personName(run.configuration.people, asker),
  })
  return branch
}

async function outcomes(
  run: DispositionRun,
  of: {
    readonly merge: SourceMerge
    readonly branch: string | undefined
    readonly proof: { readonly shipped: Digest; readonly exported: Digest }
  },
): Promise<readonly NewEnvironmentEvent[]> {
  const { record } = await loadEnvironmentStream(run.deps.ledger, run.lane)
  return of.merge.components.flatMap(({ component, outcome, note }): NewEnvironmentEvent[] => {
    const disposition = record?.dispositions[component]
    if (disposition?.kind !== 'adopt' || disposition.workId !== run.workId) return []
    const base = { ...disposition, proof: of.proof }
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
