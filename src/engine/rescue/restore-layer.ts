import { activeLayer } from '#domain/environment'
import { DroverError, errorMessage } from '#domain/kernel'
import { layerKindOf } from '#domain/solution'
import type { DurableContext, OpenEnvironment } from '#engine/ports'
import type { Pace, WorkerDependencies } from '../dependencies.ts'
import { followOperation } from '../follow-operation.ts'
import type { SeenWork } from '../start-once.ts'
import { startOnce } from '../start-once.ts'
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
  const started = await startOnce(run, {
    label: 'start-import',
    mark: (attempt) => run.record(sent(run.restoreId, importJobId), `layer-sent-${attempt}`),
    send: () => send(run, importJobId),
    ask: () => askUntilSettled(run, importJobId),
    recordNotArrived: async () => undefined,
    unclear: (why) => `What became of the import ${importJobId} cannot be told: ${why}. It is not sent again.`,
    neverArrived: (tries) => notTaken(run, `it did not arrive in ${tries} tries`),
    turnedAwayTooLong: (seconds, message) => notTaken(run, `it was turned away for ${seconds} s: ${message}`),
  })
  if (started.outcome === 'unclear') throw notTaken(run, started.message)
  const { asyncOperationId } = started
  const end = asyncOperationId === null ? undefined : await followOperation(run, { label: 'import', asyncOperationId, environment: target })
  if (end !== undefined && end.state !== 'succeeded') throw notTaken(run, end.message)
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

async function send(run: LayerRun, importJobId: string): Promise<{ readonly asyncOperationId: string }> {
  const chunks: Uint8Array[] = []
  for await (const chunk of run.deps.rescues.get(run.layer.digest)) chunks.push(chunk)
  const { uploadId, isValid, problems } = await run.target.stage(Buffer.concat(chunks))
  if (!isValid) throw notTaken(run, problems.map(({ subject, message }) => `${subject}: ${message}`).join(' '))
  const parameters = { connectionReferences: [], environmentVariables: [] }
  return run.target.startImport({ importJobId, uploadId, mode: 'unmanaged', parameters })
}

/** Only after the settle window is "absent" an answer. To be called inside a step. */
async function askUntilSettled(run: LayerRun, importJobId: string): Promise<SeenWork> {
  const now = (): number => Date.parse(run.deps.clock.now())
  const settledAt = now() + run.pace.settleMs
  for (;;) {
    const asked = await askOnce(run, importJobId)
    if (asked.seen === 'operation' || asked.seen === 'finished' || now() >= settledAt) return asked
    await run.deps.pause(run.pace.pollMs)
  }
}

async function askOnce({ target, layer }: LayerRun, importJobId: string): Promise<SeenWork> {
  try {
    const { found, asyncOperationId, isFinished } = await target.findImport(importJobId, layer.transport)
    if (!found) return { seen: 'absent' }
    if (asyncOperationId !== undefined) return { seen: 'operation', asyncOperationId }
    return isFinished ? { seen: 'finished' } : { seen: 'running' }
  } catch (error) {
    return { seen: 'no-answer', why: errorMessage(error) }
  }
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
