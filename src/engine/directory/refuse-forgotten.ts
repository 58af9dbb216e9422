import { refuse } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { EngineDependencies } from '../dependencies.ts'
import { personStream } from './person-stream.ts'

/** An id that stood for somebody who was forgotten stands for nobody else: what they did would become another person's. */
export async function refuseForgotten(
  deps: Pick<EngineDependencies, 'ledger'>,
  { before, after }: { readonly before: Configuration | undefined; readonly after: Configuration },
): Promise<ReturnType<typeof refuse> | undefined> {
  const known = new Set(before?.people.map((person) => person.id))
  const added = after.people.filter((person) => !known.has(person.id))
  const newest = await Promise.all(added.map((person) => deps.ledger.readNewest(personStream(person.id))))
  const forgotten = added.filter((_, index) => newest[index]?.type === 'person-forgotten')
  if (forgotten.length === 0) return undefined
  return refuse(
    'configuration.forgotten-person',
    'The configuration was not applied: it declares somebody under the id of a person who was forgotten.',
    'Give them another id; what stands in the ledger under the old one stays that of the forgotten person.',
    forgotten.map(({ id }) => ({ subject: `person ${id}`, message: 'Was forgotten, and ids are not given twice.' })),
  )
}
