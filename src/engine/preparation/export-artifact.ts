import type { Artifact } from '#domain/artifact'
import type { Instant } from '#domain/kernel'
import { DroverError, toId } from '#domain/kernel'
import { readSolution } from '#format'
import { followOperation } from '../follow-operation.ts'
import type { PreparationRun } from './run.ts'
import { noteStep } from './run.ts'

/** Exports asynchronously, keeps the bytes under their digest, and records what they say of themselves. */
export async function exportArtifact(run: PreparationRun, kind: Artifact['kind']): Promise<Artifact> {
  const name = run.way.solution.uniqueName
  const started = await run.ctx.step(`start-export-${kind}`, () => run.environment.startExport(name, kind === 'managed'))
  const end = await followOperation(run, {
    label: `export-${kind}`,
    asyncOperationId: started.asyncOperationId,
    environment: run.environment,
  })
  if (end.state !== 'succeeded') {
    throw new DroverError(
      'export.failed',
      `The ${kind} export of "${name}" from ${run.way.source.name} ended as ${end.state}: ${end.message}`,
      {
        hint: 'Open the solution history of the development environment for the platform’s own account.',
      },
    )
  }
  const exportedAt = await run.ctx.now()
  return run.ctx.step(`keep-${kind}`, async () => {
    const bytes = await run.environment.downloadExport(started.exportJobId)
    const artifact = await keepArtifact(run, { bytes, kind, exportedAt: toId<Instant>(exportedAt) })
    await run.record([
      { type: 'artifact-exported', data: { artifact }, key: `artifact:${kind}` },
      noteStep(`export-${kind}`, `${artifact.solution} ${artifact.version}, ${artifact.size} bytes, ${artifact.digest}`),
    ])
    return artifact
  })
}

async function keepArtifact(
  run: PreparationRun,
  exported: { bytes: Uint8Array; kind: Artifact['kind']; exportedAt: Instant },
): Promise<Artifact> {
  const { manifest } = (await readSolution(exported.bytes)).model
  if (manifest.isManaged !== (exported.kind === 'managed') || manifest.uniqueName !== run.way.solution.uniqueName) {
    throw new DroverError(
      'export.unexpected-file',
      `The export says it is ${manifest.uniqueName} (${manifest.isManaged ? 'managed' : 'unmanaged'}), not the ${exported.kind} ${run.way.solution.uniqueName} that was asked for.`,
    )
  }
  const digest = await run.deps.artifacts.put(exported.bytes)
  return {
    digest,
    kind: exported.kind,
    solution: manifest.uniqueName,
    version: manifest.version,
    size: exported.bytes.byteLength,
    exportedAt: exported.exportedAt,
    source: run.way.source.id,
  }
}
