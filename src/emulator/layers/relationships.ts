import { child, textOf } from '#format'
import { memoByDigest } from '../kinds/digest-memo.ts'
import type { ReadTransaction } from '../store/store.ts'
import type { ComponentState } from './component-state.ts'
import { currentDigest } from './component-state.ts'

/** The tables whose inclusion brings a relationship along: the referencing one, or both of a many-to-many. Lower case. */
export function tablesOfRelationship(tx: ReadTransaction, state: ComponentState): readonly string[] {
  const digest = currentDigest(state)
  if (digest === undefined) return []
  return tablesAt(tx, digest)
}

const tablesAt = memoByDigest(({ xml }): readonly string[] => {
  const names = ['ReferencingEntityName', 'FirstEntityName', 'SecondEntityName'].map((name) =>
    textOf(child(xml, name))?.trim().toLowerCase(),
  )
  return names.filter((name): name is string => name !== undefined && name !== '')
})
