import { attributeOf, child } from '#format'
import { scalarColumns } from './generic-kind.ts'
import type { KindBehaviour } from './kind-behaviour.ts'
import { label, valueOf } from './part-text.ts'

/** Relationships: of both kinds; names of tables and columns in lower case, as rows name them. */
export const entityRelationship: KindBehaviour = {
  kind: 'EntityRelationship',
  project(part) {
    const lower = (name: string): string | null => valueOf(part, name)?.toLowerCase() ?? null
    return {
      ...scalarColumns(part.xml),
      schemaname: part.key,
      referencingentity: lower('ReferencingEntityName'),
      referencedentity: lower('ReferencedEntityName'),
      referencingattribute: lower('ReferencingAttributeName'),
      firstentity: lower('FirstEntityName'),
      secondentity: lower('SecondEntityName'),
      intersectentity: lower('IntersectEntityName'),
    }
  },
}

export const entityKey: KindBehaviour = {
  kind: 'EntityKey',
  project(part) {
    const at = part.key.indexOf('.')
    return {
      ...scalarColumns(part.xml),
      logicalname: part.key.slice(at + 1),
      schemaname: valueOf(part, 'Name') ?? part.key.slice(at + 1),
      entitylogicalname: part.key.slice(0, at),
      displayname: label(child(part.xml, 'displaynames')) ?? null,
    }
  },
}

/** Global choices. */
export const optionSet: KindBehaviour = {
  kind: 'OptionSet',
  project: (part) => ({
    ...scalarColumns(part.xml),
    name: part.key,
    displayname: label(child(part.xml, 'displaynames')) ?? attributeOf(part.xml, 'localizedName') ?? part.key,
  }),
}
