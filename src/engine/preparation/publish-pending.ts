import type { Release } from '#domain/release'
import type { PreparationRun } from './run.ts'
import { noteStep } from './run.ts'

/** Publishes what the solution has pending in Dev, component by component; what nothing can tell about is named as left behind. */
export async function publishPending(run: PreparationRun): Promise<Release['unpublished']> {
  const name = run.way.solution.uniqueName
  const found = await run.ctx.step('find-unpublished', () => run.environment.fetchPending(name))
  await run.ctx.step('publish', async () => {
    if (found.pending.length > 0) await run.environment.publish(found.pending)
    const published = found.pending.map((change) => `${change.kind} ${change.name}`)
    const note = published.length === 0 ? 'Nothing was waiting to be published.' : `Published: ${published.join(', ')}.`
    await run.record([noteStep('publish', note)])
  })
  return [
    ...found.pending.map((change) => ({ component: `${change.kind} ${change.name}`, outcome: 'published' as const, why: undefined })),
    ...found.unknown.map((component) => ({
      component,
      outcome: 'left-behind' as const,
      why: 'The Web API cannot tell whether this kind has unpublished changes; only what is published is exported.',
    })),
  ]
}
