import type { Release } from '#domain/release'
import type { PendingChange, PendingWork } from '#engine/ports'
import type { PreparationRun } from './run.ts'
import { noteStep } from './run.ts'

/** Publishes what the solution has pending in Dev, component by component; what cannot be published without others' work is named as left behind. */
export async function publishPending(run: PreparationRun): Promise<Release['unpublished']> {
  const name = run.way.solution.uniqueName
  const found = await run.ctx.step('find-unpublished', () => run.environment.fetchPending(name))
  await run.ctx.step('publish', async () => {
    await run.environment.publish([...found.pending, ...found.untold])
    await run.record([noteStep('publish', describe(found))])
  })
  return [
    ...found.pending.map((change) => ({ component: nameOf(change), outcome: 'published' as const, why: undefined })),
    ...found.untold.map((change) => ({
      component: nameOf(change),
      outcome: 'published' as const,
      why: 'Nothing tells whether it had changed; it was published to be sure.',
    })),
    ...found.shared.map((component) => ({
      component,
      outcome: 'left-behind' as const,
      why: 'Nothing tells whether it has unpublished changes, and it is shared: publishing it would publish the work of other teams.',
    })),
  ]
}

function describe({ pending, untold, shared }: PendingWork): string {
  const known = pending.length === 0 ? 'Nothing was known to wait for publishing.' : `Published: ${pending.map(nameOf).join(', ')}.`
  const sure = untold.length === 0 ? '' : ` Published to be sure: ${untold.length} tables, choices and apps of the solution.`
  const left = shared.length === 0 ? '' : ` Left as they are published: ${shared.length} shared components.`
  return `${known}${sure}${left}`
}

function nameOf(change: PendingChange): string {
  return `${change.kind} ${change.name}`
}
