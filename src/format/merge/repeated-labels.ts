import type { XmlElement } from '../package.ts'
import { attributeOf, child, childElements, isElement, withChildren } from '../xml/tree.ts'

/**
 * Their form with the cell labels of the base where theirs are blank: a managed solution leaves the labels of cells blank that repeat the
 * name of their column [web-api G.2], and so does what an environment exports of such a form.
 */
export function withRepeatedLabels(theirs: XmlElement, base: XmlElement): XmlElement {
  const labels = new Map<string, XmlElement>()
  collectLabels(base, labels)
  return fillLabels(theirs, labels)
}

function collectLabels(element: XmlElement, labels: Map<string, XmlElement>): void {
  const [id, own] = [attributeOf(element, 'id'), child(element, 'labels')]
  if (element.name === 'cell' && id !== undefined && own !== undefined) labels.set(id.toLowerCase(), own)
  for (const each of childElements(element)) collectLabels(each, labels)
}

function fillLabels(element: XmlElement, labels: ReadonlyMap<string, XmlElement>): XmlElement {
  const children = element.children.map((node) => (isElement(node) ? fillLabels(node, labels) : node))
  const known = element.name === 'cell' ? labels.get(attributeOf(element, 'id')?.toLowerCase() ?? '') : undefined
  const isRepeated = (node: XmlElement['children'][number]): boolean =>
    isElement(node) && node.name === 'labels' && childElements(node).every((label) => attributeOf(label, 'description') === '')
  return withChildren(
    element,
    children.map((node) => (known !== undefined && isRepeated(node) ? known : node)),
  )
}
