import { nounOf } from '#domain/difference'
import type { ObservedComponent } from '#domain/environment'

/** "View Open boats of hand_boat": what it is in a maker's word, its name, and the table that it is in. */
export function callObserved({ kind, name, table }: Pick<ObservedComponent, 'kind' | 'name' | 'table'>): string {
  const noun = nounOf(kind)
  const within = table === undefined || kind === 'Entity' ? '' : ` of ${table}`
  return `${noun.charAt(0).toUpperCase()}${noun.slice(1)} ${name}${within}`
}
