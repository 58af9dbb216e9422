import type { XmlElement } from '#format'

/** Where two trees differ when the order of siblings and attributes does not count; undefined when they are equal. */
export function unorderedDifference(left: XmlElement, right: XmlElement, path = left.name): string | undefined {
  const ownLeft = ownForm(left)
  const ownRight = ownForm(right)
  if (ownLeft !== ownRight) return `${path}: ${ownLeft} against ${ownRight}`
  const a = sortedChildren(left)
  const b = sortedChildren(right)
  if (a.length !== b.length) return `${path}: ${a.length} children against ${b.length}`
  for (const [at, { form, element }] of a.entries()) {
    const other = b[at]
    if (other === undefined || other.form === form) continue
    if (other.element.name !== element.name) return `${path}: <${element.name}> against <${other.element.name}>`
    return unorderedDifference(element, other.element, `${path}/${element.name}`)
  }
  return undefined
}

function sortedChildren(parent: XmlElement): { form: string; element: XmlElement }[] {
  const list = parent.children.flatMap((node) => (node.type === 'element' ? [{ form: canonicalForm(node), element: node }] : []))
  return list.sort((a, b) => (a.form < b.form ? -1 : Number(a.form > b.form)))
}

function ownForm(element: XmlElement): string {
  const attributes = element.attributes.map((attribute) => JSON.stringify([attribute.name, attribute.value])).sort()
  const rest = element.children.flatMap((node) => (node.type === 'element' ? [] : [JSON.stringify([node.type, node.text])]))
  return `${element.name}${attributes.join('')}${rest.join('')}`
}

function canonicalForm(element: XmlElement): string {
  return `<${ownForm(element)}|${sortedChildren(element)
    .map((child) => child.form)
    .join('')}>`
}
