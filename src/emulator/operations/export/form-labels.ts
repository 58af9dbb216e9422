import type { ComponentPart, XmlElement } from '#format'
import { attributeOf, child, childElements, isElement, withAttribute, withChildren } from '#format'
import { readPart } from '../../kinds/content.ts'
import { publishedDigest, readComponent } from '../../layers/component-state.ts'
import type { ReadTransaction } from '../../store/store.ts'
import { systemParts } from '../../tables/metadata/system-parts.ts'

const baseLanguage = '1033'

/** A column's names by language code. */
type Names = ReadonlyMap<string | undefined, string | undefined>

/**
 * In a managed export, cell labels that repeat their column's own name are blank in the base language and absent in others
 * (web-api G.2, observed).
 */
export function withoutRepeatedLabels(tx: ReadTransaction, part: ComponentPart): ComponentPart {
  const table = part.parent?.slice('Entity:'.length)
  if (part.xml === undefined || table === undefined) return part
  const known = new Map<string, Names>()
  function namesOf(column: string): Names {
    const names = known.get(column) ?? columnNames(tx, String(table), column)
    known.set(column, names)
    return names
  }
  return { ...part, xml: blankCells(part.xml, namesOf) }
}

function columnNames(tx: ReadTransaction, table: string, column: string): Names {
  const state = readComponent(tx, `Attribute:${table}.${column}`)
  const digest = state === undefined ? undefined : publishedDigest(state)
  return digest === undefined ? (commonNames().get(column) ?? new Map()) : namesIn(readPart(tx, digest))
}

function namesIn(column: ComponentPart): Names {
  const labels = childElements(child(column.xml, 'displaynames'))
  return new Map(labels.map((label) => [attributeOf(label, 'languagecode'), attributeOf(label, 'description')]))
}

let common: ReadonlyMap<string, Names> | undefined

/** Names of the columns that every table has, by column: tables of the platform are here without definitions. */
function commonNames(): ReadonlyMap<string, Names> {
  if (common !== undefined) return common
  const columns = systemParts('any', '', 'UserOwned').filter(({ kind, key }) => kind === 'Attribute' && key !== 'any.anyid')
  common = new Map(columns.map((column) => [column.key.slice('any.'.length), namesIn(column)]))
  return common
}

function blankCells(element: XmlElement, namesOf: (column: string) => Names): XmlElement {
  const children = element.children.map((node) => (isElement(node) ? blankCells(node, namesOf) : node))
  const next = withChildren(element, children)
  if (element.name !== 'cell') return next
  const column = attributeOf(child(element, 'control'), 'datafieldname')
  const labels = child(next, 'labels')
  if (column === undefined || labels === undefined) return next
  const own = withChildren(labels, ownLabels(labels, namesOf(column.toLowerCase())))
  return withChildren(
    next,
    children.map((node) => (node === labels ? own : node)),
  )
}

function ownLabels(labels: XmlElement, names: Names): XmlElement[] {
  return childElements(labels).flatMap((label) => {
    const language = attributeOf(label, 'languagecode')
    const name = names.get(language)
    if (name === undefined || attributeOf(label, 'description') !== name) return [label]
    return language === baseLanguage ? [withAttribute(label, 'description', '')] : []
  })
}
