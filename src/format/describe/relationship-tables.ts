import type { ComponentPart } from '../package.ts'
import { childText } from '../xml/tree.ts'

/** The tables (`Entity:<name>`) that a relationship connects, the one that it is told under first; none for other kinds. */
export function tablesOf(part: ComponentPart): string[] {
  if (part.kind !== 'EntityRelationship') return []
  const names = ['ReferencingEntityName', 'ReferencedEntityName', 'FirstEntityName', 'SecondEntityName']
  const tables = names.map((name) => childText(part.xml, name)).filter((name) => name !== undefined)
  return [...new Set(tables.map((name) => `Entity:${name.toLowerCase()}`))]
}
