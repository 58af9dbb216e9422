import { nounOf } from '#domain/difference'
import type { ContentIndex } from './forecast-facts.ts'

interface Named {
  readonly kind: string
  readonly key: string
  readonly name?: string | undefined
  readonly displayName?: string | undefined
  readonly noun?: string | undefined
  readonly table?: string | undefined
  readonly parent?: string | undefined
}

/** "column Comments of Permit": what it is, the name that people know, and the table that it is in. */
export function wordsFor(index: Pick<ContentIndex, 'release' | 'target'>, component: Named): string {
  const noun = component.noun ?? nounOf(nounKind(component.kind))
  const table = tableOf(component)
  const within = table === undefined || component.kind.toLowerCase() === 'entity' ? '' : ` of ${tableName(index, table)}`
  return `${noun} ${nameOf(component)}${within}`
}

/** The name that people know; ids only where there is nothing else. */
export function nameOf(component: Named): string {
  const known = component.displayName ?? component.name
  if (known !== undefined && known !== '') return known
  const isOfTable = ['attribute', 'entitykey'].includes(component.kind.toLowerCase())
  return isOfTable ? component.key.replace(/^[^.]*\./, '') : component.key
}

/** Logical name of the table that a component belongs to. */
export function tableOf(component: Named): string | undefined {
  if (component.table !== undefined) return component.table
  const [, table] = /^entity:(.+)$/i.exec(component.parent ?? '') ?? []
  return table
}

function tableName({ release, target }: Pick<ContentIndex, 'release' | 'target'>, table: string): string {
  const id = `entity:${table.toLowerCase()}`
  return release.get(id)?.displayName ?? target.get(id)?.name ?? table
}

/** Environments write kinds of newer components in other capitals than solution files. */
function nounKind(kind: string): string {
  return kind === 'EnvironmentVariableDefinition' ? 'environmentvariabledefinition' : kind
}
