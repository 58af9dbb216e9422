import type { ObservedComponent } from '#domain/environment'
import type { PlannedComponent } from '#domain/plan'
import { layerKindOf } from '#domain/solution'
import type { PendingChange } from '#engine/ports'
import type { AttemptRun, StepEnd } from '../promotion/run.ts'

/** Publishes what was brought, and nothing else: never everybody's pending work. Repeated, it does no harm. */
export async function publish(run: AttemptRun): Promise<StepEnd> {
  return run.ctx.step<StepEnd>('publish', async () => {
    const brought = run.request.plan.content.filter(({ effect }) => effect === 'create' || effect === 'change')
    const wanted = brought.map(({ kind, key, table }) => ({ kind: layerKindOf(kind), key, table }))
    const { components } = wanted.length === 0 ? { components: [] } : await run.target.findComponents(wanted)
    const changes = [...publishingOf(components), ...brought.flatMap(tableOf)]
    await run.checkLease()
    if (changes.length > 0) await run.target.publish(changes)
    return {
      end: 'done',
      note: changes.length === 0 ? 'Nothing that was brought has to be published.' : `Published: ${describe(changes)}.`,
    }
  })
}

/** What of the tables that are left still has to be published after something in them was deleted. */
export function tablesOf(planned: readonly Pick<PlannedComponent, 'kind' | 'table'>[]): readonly PendingChange[] {
  return planned.flatMap(tableOf)
}

/** Columns, forms, views, charts and relationships are published with their table. */
function tableOf({ kind, table }: Pick<PlannedComponent, 'kind' | 'table'>): PendingChange[] {
  if (table === undefined || kind.toLowerCase() === 'entity') return []
  return [{ kind: 'Entity', id: table, name: table, publishTarget: table }]
}

/** What has to be published of these; parts of tables go with {@link tablesOf}. */
export function publishingOf(components: readonly ObservedComponent[]): readonly PendingChange[] {
  return components.flatMap(changeOf)
}

function changeOf({ kind, key, id, name, table }: ObservedComponent): PendingChange[] {
  switch (kind) {
    case 'Entity':
    case 'OptionSet':
      return [{ kind, id, name, publishTarget: key }]
    case 'WebResource':
    case 'AppModule':
      return [{ kind, id, name, publishTarget: id }]
    case 'SystemForm':
      // A form without a table is a dashboard.
      return table === undefined ? [{ kind, id, name, publishTarget: id }] : []
    default:
      return []
  }
}

function describe(changes: readonly PendingChange[]): string {
  return [...new Set(changes.map(({ kind, name }) => `${kind} ${name}`))].join(', ')
}
