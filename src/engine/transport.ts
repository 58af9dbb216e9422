import { isOwnTransport, transportName } from '#domain/drift'
import type { ObservedComponent } from '#domain/environment'
import { DroverError } from '#domain/kernel'
import type { ArtifactStore, DurableContext, OpenEnvironment } from '#engine/ports'
import type { Pace } from './dependencies.ts'
import { followOperation } from './follow-operation.ts'

export interface TransportRun {
  readonly deps: { readonly artifacts: ArtifactStore }
  readonly ctx: DurableContext
  readonly pace: Pace
  readonly target: OpenEnvironment
  readonly environment: { readonly name: string }
  readonly workId: string
  /** Unique name of the solution whose publisher the transport gets. */
  readonly solution: string
  readonly components: readonly Pick<ObservedComponent, 'kind' | 'id' | 'type' | 'table'>[]
  checkLease(): Promise<void>
}

/**
 * Reads the components out of the environment as an unmanaged solution file: a transport solution is made, filled, exported and removed. One
 * that a killed worker left is found by its name, since all work of an environment is in one queue and so none but this can be under way.
 */
export async function exportByTransport(run: TransportRun): Promise<Uint8Array> {
  const uniqueName = transportName(run.workId)
  await run.ctx.step('remove-left-over', () => removeTransports(run))
  try {
    await run.ctx.step('make-transport', async () => {
      await run.checkLease()
      await run.target.makeTransport({ uniqueName, publisherOf: run.solution, components: run.components })
    })
    const digest = await exportAndKeep(run, uniqueName)
    return await run.deps.artifacts.get(digest)
  } finally {
    await run.ctx.step('remove-transport', () => run.target.removeTransport(uniqueName))
  }
}

async function exportAndKeep(run: TransportRun, uniqueName: string) {
  const started = await run.ctx.step('start-export', () => run.target.startExport(uniqueName, false))
  const end = await followOperation(run, { label: 'export', asyncOperationId: started.asyncOperationId, environment: run.target })
  if (end.state !== 'succeeded') {
    throw new DroverError('export.failed', `Reading the change out of ${run.environment.name} ended as ${end.state}: ${end.message}`, {
      hint: 'Open the solution history of the environment for the platform’s own account, then try again.',
    })
  }
  return run.ctx.step('keep-export', async () => run.deps.artifacts.put(await run.target.downloadExport(started.exportJobId)))
}

/** All that are there: whatever made them is not at work any more. */
async function removeTransports(run: TransportRun): Promise<void> {
  for (const { uniqueName, isManaged } of await run.target.fetchSolutions()) {
    if (!isManaged && isOwnTransport(uniqueName)) await run.target.removeTransport(uniqueName)
  }
}
