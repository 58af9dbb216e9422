import { decideSeed } from '#domain/data'
import type { Environment } from '#domain/environment'
import type { PersonId } from '#domain/kernel'
import { peopleIn } from '#domain/people'
import type { Configuration } from '#domain/pipeline'
import type { Filling } from '#domain/rebuild'
import type { DataWork } from '../data/seed-record.ts'
import type { EngineDependencies } from '../dependencies.ts'

/** How an environment was filled, in the order in which that is done again: of several of the same tables from the same place the newest. */
export async function findFillings(
  deps: Pick<EngineDependencies, 'readModel'>,
  of: { readonly configuration: Configuration; readonly environment: Environment; readonly actor: PersonId },
): Promise<readonly Filling[]> {
  const { configuration, environment, actor } = of
  const works = await deps.readModel.list<DataWork>('data', { where: { environmentId: environment.id, kind: 'seed', state: 'ended' } })
  const newest = new Map<string, DataWork>()
  for (const work of [...works].sort((a, b) => (a.requestedAt < b.requestedAt ? -1 : 1))) {
    const { sourceId = '', tables } = work.request
    newest.set(`${sourceId} ${[...tables].sort().join(' ')}`, work)
  }
  const people = peopleIn(configuration, { environment: environment.id })
  return [...newest.values()].map(({ request: { id, tables, sourceId } }): Filling => {
    const source = configuration.environments.find((each) => each.id === sourceId)
    const from = sourceId === undefined ? {} : { from: source?.name ?? sourceId }
    if (sourceId !== undefined && source === undefined)
      return { id, tables, ...from, needsWord: false, refused: `${sourceId} is no environment of the configuration any more.` }
    const asked = decideSeed({ target: environment, source, people, actor })
    if (!asked.ok) return { id, tables, ...from, needsWord: false, refused: asked.refusal.message }
    return { id, tables, ...from, needsWord: asked.value === 'wait' }
  })
}
