import type { XmlElement } from '#format'
import { child, childElements, childText, textOf } from '#format'
import { memoByDigest } from '../../kinds/digest-memo.ts'

export type DeleteBehaviour = 'Cascade' | 'RemoveLink' | 'Restrict' | 'NoCascade'

/** A lookup column and the table that it points to. */
export interface OneToMany {
  readonly kind: 'OneToMany'
  readonly name: string
  /** Table with the lookup. */
  readonly from: string
  readonly column: string
  readonly to: string
  /** Navigation properties: from the row with the lookup, and from the row that it points to; undefined where the file names none. */
  readonly navigation: string | undefined
  readonly collection: string | undefined
  readonly onDelete: DeleteBehaviour
}

/** Two tables whose rows are joined in pairs. */
export interface ManyToManyFacts {
  readonly kind: 'ManyToMany'
  readonly name: string
  readonly tables: readonly [string, string]
  /** Collection-valued navigation properties of the first and the second table. */
  readonly navigations: readonly [string, string]
  readonly intersect: string
}

export const relationFacts = memoByDigest((part): OneToMany | ManyToManyFacts | undefined => {
  const { xml } = part
  if (part.kind !== 'EntityRelationship' || xml === undefined) return undefined
  const text = (name: string): string => childText(xml, name) ?? ''
  const table = (name: string): string => text(name).toLowerCase()
  if (text('EntityRelationshipType') === 'ManyToMany') {
    const [first, second] = [
      navigationOf(xml, 'AssociationRoleOrdinal', '1') ?? part.key,
      navigationOf(xml, 'AssociationRoleOrdinal', '2') ?? part.key,
    ]
    const tables = [table('FirstEntityName'), table('SecondEntityName')] as const
    return { kind: 'ManyToMany', name: part.key, tables, navigations: [first, second], intersect: table('IntersectEntityName') }
  }
  return {
    kind: 'OneToMany',
    name: part.key,
    from: table('ReferencingEntityName'),
    column: table('ReferencingAttributeName'),
    to: table('ReferencedEntityName'),
    navigation: navigationOf(xml, 'RelationshipRoleType', '1'),
    collection: navigationOf(xml, 'RelationshipRoleType', '0'),
    onDelete: behaviour(text('CascadeDelete')),
  }
})

/** Columns of an alternate key. */
export const keyFacts = memoByDigest((part): readonly string[] =>
  childElements(child(part.xml, 'EntityKeyAttributes')).flatMap((node) => textOf(node)?.trim().toLowerCase() ?? []),
)

function navigationOf(xml: XmlElement, by: 'AssociationRoleOrdinal' | 'RelationshipRoleType', wanted: string): string | undefined {
  const role = childElements(child(xml, 'EntityRelationshipRoles')).find((node) => childText(node, by) === wanted)
  return role === undefined ? undefined : childText(role, 'NavigationPropertyName')
}

function behaviour(text: string): DeleteBehaviour {
  return text === 'Cascade' || text === 'RemoveLink' || text === 'Restrict' ? text : 'NoCascade'
}
