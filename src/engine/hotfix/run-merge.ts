import type { Environment } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { Hotfix, HotfixMerge } from '#domain/hotfix'
import type { Digest, Version } from '#domain/kernel'
import { DroverError, errorCode, errorMessage } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { filesOfPackage, leaveOut, memoryTree, mergeSolutions, readPackage, readSolution, unpackSolution, writePackage } from '#format'
import type { SolutionMerge, SolutionPackage } from '#format'
import type { DurableContext, DurableDefinition, OpenEnvironment } from '#engine/ports'
import { requireConfiguration } from '../apply-configuration.ts'
import { putPackage } from '../cattle/put-package.ts'
import { sourceFolder } from '../cattle/put-source.ts'
import type { Pace, WorkerDependencies } from '../dependencies.ts'
import { findWay } from '../find.ts'
import { orThrow } from '../or-throw.ts'
import { exportUnmanaged } from './check-dev.ts'
import type { RemovedComponent } from './delete-in-dev.ts'
import { deleteInDev } from './delete-in-dev.ts'
import { loadLine } from './find-carried.ts'
import type { HotfixInput } from './run-preparation.ts'
import { loadHotfix, recordHotfix } from './stream.ts'
import { mergeMessage, mergePage } from './tell-merge.ts'

export const mergeWork = 'merge-hotfix'

interface MergeRun {
  readonly deps: WorkerDependencies
  readonly ctx: DurableContext
  readonly workId: string
  readonly hotfix: Hotfix
  readonly configuration: Configuration
  /** The development environment of the pipeline. */
  readonly dev: Environment
  readonly pace: Pace
  readonly target: OpenEnvironment
  readonly intoDev: boolean
  readonly withRows: boolean
  checkLease(): Promise<void>
}

/** Three ways: what production ran before, what the hotfix made of it, and what Dev says now; each step recorded. */
export function mergeDefinition(deps: WorkerDependencies): DurableDefinition<HotfixInput> {
  return {
    name: mergeWork,
    async run(ctx, input) {
      try {
        const facts = await ctx.step('load', () => loadFacts(deps, input))
        const target = deps.environments.open(facts.dev)
        await deps.fence.hold(laneOf(facts.dev), input.workId, (lease) =>
          merge({ deps, ctx, workId: input.workId, ...facts, target, checkLease: () => lease.check() }),
        )
      } catch (error) {
        if (errorCode(error) === 'unexpected') deps.log.error('Merging a hotfix broke', { ...input, error: errorMessage(error) })
        await ctx.step('record-error', () => endMerge(deps, input, errorMessage(error)))
      }
    },
  }
}

/** Ends one that did not end well, under the same key as any other end. */
export async function endMerge(deps: Pick<WorkerDependencies, 'ledger'>, { hotfixId, workId }: HotfixInput, note: string): Promise<void> {
  await recordEnd(deps, hotfixId, { workId, state: 'failed', branch: undefined, note, components: [], conflicts: [] })
}

type Ended = Pick<HotfixMerge, 'workId' | 'branch' | 'note' | 'components' | 'conflicts'> & { readonly state: 'done' | 'failed' }

async function recordEnd(deps: Pick<WorkerDependencies, 'ledger'>, hotfixId: string, data: Ended): Promise<void> {
  await recordHotfix(deps.ledger, hotfixId, [{ type: 'hotfix-merge-ended', data, key: `merge:${data.workId}:ended` }])
}

async function loadFacts(deps: WorkerDependencies, { hotfixId, workId }: HotfixInput) {
  const hotfix = orThrow(await loadHotfix(deps, hotfixId))
  const { configuration } = orThrow(await requireConfiguration(deps))
  const dev = orThrow(findWay(configuration, hotfix.solution)).source
  const asked = hotfix.merge?.workId === workId ? hotfix.merge : undefined
  return { hotfix, configuration, dev, pace: deps.paceOf(dev), intoDev: asked?.intoDev === true, withRows: asked?.withRows === true }
}

/** What merging made: kept, so that a replay imports and commits the same. */
interface Made {
  /** Just the changed components, as a package for Dev; null where nothing has to go there. */
  readonly forDev: { readonly digest: Digest; readonly version: Version } | null
  readonly branch: string | null
  readonly components: Ended['components']
  readonly conflicts: Ended['conflicts']
  /** What only the hotfix took out; absent where that is nothing. */
  readonly removed?: readonly RemovedComponent[]
}

async function merge(run: MergeRun): Promise<void> {
  const { hotfix, dev } = run
  await run.ctx.step('check-unpublished', () => refuseUnpublished(run))
  const ours = await exportUnmanaged(run, { label: 'dev', solution: hotfix.solution, from: dev.name })
  const made = await run.ctx.step('merge', () => make(run, ours))
  const imported = made.forDev === null || !run.intoDev ? '' : await importIntoDev(run, made.forDev)
  const removed = run.intoDev ? (made.removed ?? []) : []
  const deleted = await deleteInDev({ ...run, solution: hotfix.solution, devName: dev.name }, removed)
  await run.ctx.step('end', () => {
    const { components, conflicts } = made
    const note = [describe(made), imported, deleted].filter((part) => part !== '').join(' ')
    return recordEnd(run.deps, hotfix.hotfixId, {
      workId: run.workId,
      state: 'done',
      branch: made.branch ?? undefined,
      note,
      components,
      conflicts,
    })
  })
}

/** What is not published is not exported, and importing would write over it. */
async function refuseUnpublished({ target, dev, hotfix, intoDev }: MergeRun): Promise<void> {
  const { pending } = intoDev ? await target.fetchPending(hotfix.solution) : { pending: [] }
  if (pending.length === 0) return
  const named = pending.slice(0, 5).map(({ kind, name }) => `${kind} ${name}`)
  throw new DroverError(
    'hotfix.dev-unpublished',
    `${dev.name} has work on ${hotfix.solution} that is not published: ${named.join(', ')}.`,
    {
      hint: 'Have it published, or bring the hotfix onto a branch alone, without --into-dev.',
    },
  )
}

async function make(run: MergeRun, ours: Digest): Promise<Made> {
  const line = await loadLine(run.deps, run.hotfix)
  const merged = await mergeSolutions({ ...line, ours: await run.deps.artifacts.get(ours) })
  const { components, conflicts } = merged
  const removed = merged.removed.length === 0 ? {} : { removed: await removedFrom(line.base, merged) }
  const told = { components, conflicts: conflicts.map(({ component, where }) => ({ component, where })), ...removed }
  const branch = await commit(run, merged)
  if (merged.changed.length === 0) return { ...told, branch, forDev: null }
  const bytes = await writePackage(justChanged(merged))
  const { version } = (await readSolution(bytes)).model.manifest
  return { ...told, branch, forDev: { digest: await run.deps.artifacts.put(bytes), version } }
}

async function removedFrom(base: Uint8Array, { removed }: SolutionMerge): Promise<readonly RemovedComponent[]> {
  const { parts } = await readPackage(base)
  return parts
    .filter(({ kind, key }) => removed.includes(`${kind}:${key}`))
    .map(({ kind, key, parent }) => ({ kind, key, table: /^Entity:(.+)$/.exec(parent ?? '')?.[1] ?? null }))
}

/**
 * All else stays out, so that what makers save in Dev meanwhile is not written over. The table of what changed goes along as it is: a file that
 * only names it would make it the mere place of its columns in Dev's solution, which the next release would then lack.
 */
function justChanged({ package: merged, changed }: SolutionMerge): SolutionPackage {
  const wanted = new Set(changed.map((name) => name.toLowerCase()))
  // Owners stand before what they own.
  for (const { kind, key, parent } of merged.parts.toReversed())
    if (parent !== undefined && wanted.has(`${kind}:${key}`.toLowerCase())) wanted.add(parent.toLowerCase())
  const others = merged.parts.map(({ kind, key }) => `${kind}:${key}`).filter((name) => !wanted.has(name.toLowerCase()))
  return leaveOut(merged, others).package
}

/** Undefined, as null, when there is nothing to look at. */
async function commit(run: MergeRun, merged: SolutionMerge): Promise<string | null> {
  const { hotfix, configuration, deps, workId } = run
  if (merged.changed.length === 0 && merged.removed.length === 0 && merged.conflicts.length === 0) return null
  const control = deps.openSourceControl(configuration.sourceRepository)
  const folder = sourceFolder(hotfix.solution)
  const head = await control.readSource({ folder, commit: undefined })
  if (head === undefined) {
    throw new DroverError('hotfix.no-source', `The source repository does not have any source of ${hotfix.solution}.`, {
      hint: 'Check `sourceRepository` in drover.yaml: it has to be the one that releases were committed to.',
    })
  }
  const branch = `${hotfix.branch}-to-main/${workId}`
  const page = mergePage(hotfix, merged)
  const pages =
    page === undefined ? [] : [{ folder: `hotfix/${workId}`, files: new Map([['conflicts.md', new TextEncoder().encode(page)]]) }]
  await control.commitBranch({
    branch,
    parent: head.commit,
    folders: [{ folder, files: await sourceOf(merged.package) }, ...pages],
    message: mergeMessage(hotfix, merged),
    author: hotfix.merge?.by ?? 'drover',
  })
  return branch
}

async function sourceOf(merged: SolutionPackage): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  for await (const { path, bytes } of unpackSolution(memoryTree(filesOfPackage(merged)))) files.set(path, bytes)
  return files
}

async function importIntoDev(run: MergeRun, { digest, version }: NonNullable<Made['forDev']>): Promise<string> {
  const { hotfix, workId, deps, dev } = run
  const ended = await putPackage(
    {
      ...run,
      environment: dev,
      record: (key, { importJobId, state }) =>
        recordHotfix(deps.ledger, hotfix.hotfixId, [
          { type: 'hotfix-import-recorded', data: { importJobId, state }, key: `${workId}:${key}` },
        ]),
    },
    {
      label: 'dev',
      solution: hotfix.solution,
      version,
      digest,
      mode: 'unmanaged',
      parameters: { connectionReferences: [], environmentVariables: [] },
    },
  )
  if (ended.end === 'done') return `What changed is in ${dev.name}, and published.`
  const { code, message, hint } =
    ended.end === 'failed'
      ? ended.refusal
      : { code: 'hotfix.indeterminate', message: ended.message, hint: `Look into ${dev.name}, then merge again.` }
  throw new DroverError(code, message, { hint })
}

function describe({ components, conflicts, branch }: Made): string {
  const of = (outcome: string): number => components.filter((each) => each.outcome === outcome).length
  const [merged, carried, byHand] = [of('merged'), of('carried'), of('cannot')]
  const parts = [
    merged === 0 ? '' : `${merged} brought`,
    carried === 0 ? '' : `${carried} there already`,
    conflicts.length === 0 ? '' : `${conflicts.length} changed on both sides, of which Dev's say was kept`,
    byHand === 0 ? '' : `${byHand} for a person to do`,
  ].filter((part) => part !== '')
  const where = branch === null ? '' : ` The branch is ${branch}.`
  return `Of ${components.length} component(s): ${parts.join(', ') || 'nothing to do'}.${where}`
}
