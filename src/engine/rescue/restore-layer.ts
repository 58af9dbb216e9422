import { activeLayer } from '#domain/environment'
import { DroverError } from '#domain/kernel'
import { layerKindOf } from '#domain/solution'
import type { DurableContext, OpenEnvironment } from '#engine/ports'
import type { Pace, WorkerDependencies } from '../dependencies.ts'
import { importTransport } from '../import-transport.ts'
import { publishingOf, tablesOf } from '../steps/publish.ts'
import type { NewRescueEvent, RescuedLayer } from './events.ts'

interface LayerRun {
  readonly deps: WorkerDependencies
  readonly ctx: DurableContext
  readonly target: OpenEnvironment
  readonly environmentName: string
  readonly restoreId: string
  readonly pace: Pace
  readonly layer: RescuedLayer
  checkLease(): Promise<void>
  /** False when it stood there already. */
  record(event: NewRescueEvent, key: string): Promise<boolean>
}

/**
 * Puts a change by hand back that a revert had taken away: the file that was exported before is imported unmanaged, published, and its container
 * removed again. Never over what somebody has changed there since. The import is sent once; whoever finds that it was sent asks what became of it.
 */
export async function restoreLayer(run: LayerRun): Promise<void> {
  const { layer, target, ctx } = run
  await ctx.step('look-before', async () => {
    if (await hasHand(run)) throw layerIsThere(run.environmentName, layer)
  })
  const importJobId = await ctx.id()
  const imported = await importTransport(run, {
    importJobId,
    transport: layer.transport,
    bytes: () => readFile(run),
    mark: (attempt) => run.record(sent(run.restoreId, importJobId), `layer-sent-${attempt}`),
    notTaken: (why) => notTaken(run, why),
  })
  if (imported.end !== 'imported') throw notTaken(run, imported.message)
  await ctx.step('publish', async () => {
    await run.checkLease()
    const { components } = await target.findComponents([layer])
    const changes = [...publishingOf(components), ...tablesOf([{ kind: layer.kind, table: layer.table }])]
    if (changes.length > 0) await target.publish(changes)
  })
  await ctx.step('remove-transport', () => target.removeTransport(layer.transport))
  await ctx.step('look-after', async () => {
    if (!(await hasHand(run))) throw notTaken(run, 'it took the file, and shows no layer by hand afterwards')
  })
}

function sent(restoreId: string, importJobId: string): NewRescueEvent {
  return { type: 'restore-layer-sent', data: { restoreId, importJobId } }
}

async function readFile({ deps, layer }: LayerRun): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of deps.rescues.get(layer.digest)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function hasHand({ target, layer, environmentName }: LayerRun): Promise<boolean> {
  const { components } = await target.findComponents([layer])
  const [component] = components
  if (component === undefined) {
    throw new DroverError(
      'rescue.place-missing',
      `${environmentName} does not have ${layer.name} any more, so its change has no place there.`,
      {
        hint: `Bring a version of ${layer.solution} that has it first.`,
      },
    )
  }
  let isThere: boolean | undefined
  await target.fetchLayers([component], async (_component, layers) => {
    isThere = layers?.some(({ solution }) => solution === activeLayer)
  })
  if (isThere !== undefined) return isThere
  throw new DroverError(
    'drift.layers-unread',
    `The layers of ${layerKindOf(layer.kind)} ${layer.name} cannot be read, so nothing was written over it.`,
    {
      hint: 'Give the identity of Drover the right to read layers, then ask again.',
    },
  )
}

export function layerIsThere(environmentName: string, { name }: RescuedLayer): DroverError {
  return new DroverError(
    'rescue.layer-there',
    `${name} was changed by hand in ${environmentName} since it was reverted; nothing was written over that.`,
    {
      hint: 'Adopt or revert what is there now first, then ask for the restore again.',
    },
  )
}

function notTaken({ environmentName, layer }: LayerRun, why: string): DroverError {
  return new DroverError('rescue.layer-refused', `${environmentName} did not take the change of ${layer.name} back: ${why}.`, {
    hint: 'Where the environment blocks unmanaged changes, make the change in Dev and bring it by a release; else look at it, and ask again.',
  })
}
