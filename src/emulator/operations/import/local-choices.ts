import { attributeOf, child } from '#format'
import { readPart } from '../../kinds/content.ts'
import { currentDigest, listComponents } from '../../layers/component-state.ts'
import type { RecordedDependency } from '../../layers/dependencies.ts'
import type { ReadTransaction } from '../../store/store.ts'

/**
 * Leaves out what is required as a choice of type 9 and is a column's own: real packages require choices that live inside their column, by
 * names such as `table_statuscode`, although no file lists them as components.
 */
export function withoutLocalChoices<T extends { readonly required: RecordedDependency['required'] }>(
  tx: ReadTransaction,
  entries: readonly T[],
): readonly T[] {
  if (entries.every(({ required }) => required.type !== '9')) return entries
  const local = localChoices(tx)
  return entries.filter(({ required }) => required.type !== '9' || !local.has(required.schemaName?.toLowerCase() ?? ''))
}

function localChoices(tx: ReadTransaction): ReadonlySet<string> {
  const names = new Set<string>()
  for (const state of listComponents(tx)) {
    const digest = state.kind === 'Attribute' ? currentDigest(state) : undefined
    const name = digest === undefined ? undefined : attributeOf(child(readPart(tx, digest).xml, 'optionset'), 'Name')
    if (name !== undefined) names.add(name.toLowerCase())
  }
  return names
}
