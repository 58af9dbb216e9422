import { differenceText, diffSolutions } from '#domain/difference'
import type { Digest, Refusal } from '#domain/kernel'
import { DroverError, refuse } from '#domain/kernel'
import { describeSolution, readPackage } from '#format'
import type { DurableContext, OpenEnvironment } from '#engine/ports'
import type { Pace, WorkerDependencies } from '../dependencies.ts'
import { followOperation } from '../follow-operation.ts'
import type { PairRun } from './run-preparation.ts'

/** What the Dev of a hotfix holds of the solution beyond what production runs: importing removes nothing, and a release would carry it there. Null: nothing. */
export async function findLeftovers(run: PairRun, target: OpenEnvironment): Promise<Refusal | null> {
  const digest = await exportUnmanaged(
    { deps: run.deps, ctx: run.ctx, pace: run.devPace, target },
    { label: 'check-dev', solution: run.hotfix.solution, from: run.dev.name },
  )
  return run.ctx.step('compare-dev', async () => {
    const [wanted, found] = [
      await readPackage(await run.deps.artifacts.get(run.base.unmanaged.digest)),
      await readPackage(await run.deps.artifacts.get(digest)),
    ]
    const difference = diffSolutions(await describeSolution(wanted), await describeSolution(found))
    const components = difference.components.filter(({ kind }) => kind !== 'Solution')
    if (components.length === 0) return null
    return refuse(
      'hotfix.dev-not-clean',
      `${run.dev.name} does not hold ${run.hotfix.solution} as production runs it, although that was imported: something of it was there before.`,
      `Rebuild ${run.dev.name} with \`drover env rebuild ${run.dev.id}\`, then \`drover hotfix retry ${run.hotfix.hotfixId}\`.`,
      differenceText({ components }).map((message) => ({ subject: run.hotfix.solution, message })),
    ).refusal
  })
}

interface ExportRun {
  readonly deps: Pick<WorkerDependencies, 'artifacts'>
  readonly ctx: DurableContext
  readonly pace: Pace
  readonly target: OpenEnvironment
}

/** Exports a solution unmanaged as it is published now, and keeps it. */
export async function exportUnmanaged(
  run: ExportRun,
  of: { readonly label: string; readonly solution: string; readonly from: string },
): Promise<Digest> {
  const { label, solution, from } = of
  const started = await run.ctx.step(`start-export-${label}`, () => run.target.startExport(solution, false))
  const end = await followOperation(run, {
    label: `export-${label}`,
    asyncOperationId: started.asyncOperationId,
    environment: run.target,
  })
  if (end.state !== 'succeeded') {
    throw new DroverError('export.failed', `The export of "${solution}" from ${from} ended as ${end.state}: ${end.message}`, {
      hint: 'Open the solution history of the environment for the platform’s own account.',
    })
  }
  return run.ctx.step(`keep-${label}`, async () => run.deps.artifacts.put(await run.target.downloadExport(started.exportJobId)))
}
