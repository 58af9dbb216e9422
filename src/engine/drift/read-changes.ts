import { activeLayer, layerPolicyOf, realChanges } from '#domain/environment'
import type { Digest } from '#domain/kernel'
import { errorCode } from '#domain/kernel'
import type { Release } from '#domain/release'
import type { LayerText } from '#format'
import { packageOfLayers } from '#format'
import type { DispositionRun } from './disposition-work.ts'
import { exportSubjects } from './disposition-work.ts'
import type { Shipped } from './find-shipped.ts'

/** Changes of an environment as an unmanaged solution file. */
export interface ChangesRead {
  /** The release that they were made on; undefined where the file holds those of all releases. */
  readonly releaseId: Release['id'] | undefined
  readonly exported: Digest
  /** Deviation → why it is not in the file. */
  readonly cannot: Readonly<Record<string, string>>
  /** Why nothing was made there to read them; absent where a transport solution was. */
  readonly withoutTransport?: string
}

/**
 * Reads changes by hand out of an environment: by a transport solution, which the environment fills and exports itself. Where nothing may be
 * made there by hand, or our identity has no right to make it, out of the layers themselves, as far as those hold whole texts.
 */
export async function readChanges(run: DispositionRun, shipped: readonly Shipped[]): Promise<readonly ChangesRead[]> {
  const { kind, reason } = layerPolicyOf(run.environment)
  if (kind === 'strict')
    return readLayers(run, { shipped, why: `${run.environment.name} is strict (${reason}), so nothing was made there` })
  try {
    const bytes = await exportSubjects(run)
    const exported = await run.ctx.step('keep-changes', () => run.deps.artifacts.put(bytes))
    return [{ releaseId: undefined, exported, cannot: {} }]
  } catch (error) {
    if (errorCode(error) !== 'dataverse.forbidden') throw error
    return readLayers(run, { shipped, why: `Drover may not make a transport solution in ${run.environment.name}` })
  }
}

function readLayers(
  run: DispositionRun,
  { shipped, why }: { readonly shipped: readonly Shipped[]; readonly why: string },
): Promise<readonly ChangesRead[]> {
  return run.ctx.step('read-layers', async () => {
    const read: ChangesRead[] = []
    for (const release of new Map(shipped.map((each) => [each.release.id, each.release])).values()) {
      const own = shipped.filter((each) => each.release.id === release.id).map(({ deviation }) => deviation)
      const { layers, cannot } = await fetchTexts(run, own)
      const file = await packageOfLayers(await run.deps.artifacts.get(release.unmanaged.digest), layers)
      const exported = await run.deps.artifacts.put(file.bytes)
      read.push({ releaseId: release.id, exported, cannot: { ...file.cannot, ...cannot }, withoutTransport: why })
    }
    return read
  })
}

/** What the layers say, and of which nothing may be taken: what others say in between would pass for a change by hand. */
async function fetchTexts(
  run: DispositionRun,
  deviations: readonly string[],
): Promise<{ readonly layers: readonly LayerText[]; readonly cannot: Readonly<Record<string, string>> }> {
  const layers: LayerText[] = []
  const cannot: Record<string, string> = {}
  for (const { deviation, component } of run.subjects.filter((subject) => deviations.includes(subject.deviation.id))) {
    const known = component.layers ?? []
    const seen = known.find(({ solution }) => solution === activeLayer)
    const now = await run.target.fetchActiveDefinition(component)
    if (seen === undefined || now?.layer.digest !== seen.digest)
      cannot[deviation.id] =
        'Its layer by hand is not the one any more that was asked about; look again with `drover drift` and adopt it anew.'
    else if (known.filter(({ solution }) => solution !== activeLayer).length !== 1)
      cannot[deviation.id] =
        'Other solutions say something of it too, and its layer does not tell theirs from what was changed by hand; make the change in Dev by hand.'
    layers.push({ component: deviation.id, changed: realChanges(now?.layer ?? { changed: undefined }), attributes: now?.attributes })
  }
  return { layers: layers.filter(({ component }) => cannot[component] === undefined), cannot }
}
