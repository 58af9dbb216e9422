import fc from 'fast-check'
import { hostileMarkup, hostileText } from './hostile-text.ts'
import { type RawElement, rawElements, type RawNode, rawNodes, rawText } from './raw-xml.ts'

const kinds = [
  'remove',
  'duplicate',
  'move',
  'copy',
  'rename',
  'empty',
  'reverse',
  'nest',
  'markup before',
  'markup inside',
  'attribute',
  'attribute away',
  'attribute twice',
  'text',
  'text of another',
  'attributes of another',
  'other capitals',
  'name of another',
  'close',
] as const

/** One change of a document. Elements are picked by number, modulo how many there are. */
export interface XmlEdit {
  readonly kind: (typeof kinds)[number]
  readonly at: number
  readonly other: number
  readonly text: string
  readonly markup: string
}

export const xmlEdit: fc.Arbitrary<XmlEdit> = fc.record({
  kind: fc.constantFrom(...kinds),
  at: fc.nat(5000),
  other: fc.nat(5000),
  text: hostileText,
  markup: hostileMarkup,
})

/** The document with all the edits made, one after the other; what is no document at all stays as it is. */
export function editXml(source: string, edits: readonly XmlEdit[]): string {
  const nodes = rawNodes(source)
  for (const edit of edits) {
    const all = rawElements(nodes)
    const element = all[edit.at % Math.max(all.length, 1)]
    const other = all[edit.other % Math.max(all.length, 1)]
    if (element === undefined || other === undefined) return source
    if (all.length > 20_000) break
    apply(edit, { element, other, parent: parentOf(all, element) })
  }
  return rawText(nodes)
}

interface Place {
  readonly element: RawElement
  readonly other: RawElement
  /** Undefined for the root. */
  readonly parent: RawElement | undefined
}

function apply(edit: XmlEdit, place: Place): void {
  const { element, other, parent } = place
  const siblings = parent?.children
  switch (edit.kind) {
    case 'remove':
      siblings?.splice(siblings.indexOf(element), 1)
      return
    case 'duplicate':
      siblings?.push(...copyOf([element]))
      return
    case 'move':
      if (rawElements([element]).includes(other)) return
      siblings?.splice(siblings.indexOf(element), 1)
      other.children.push(element)
      return
    case 'copy':
      other.children.push(...copyOf([element]))
      return
    case 'rename':
      element.name = edit.text
      return
    case 'empty':
      element.children = []
      element.isSelfClosed = edit.other % 2 === 0
      return
    case 'reverse':
      element.children.reverse()
      return
    case 'nest':
      nest(element, edit.other)
      return
    case 'markup before':
      siblings?.splice(siblings.indexOf(element), 0, { kind: 'raw', text: edit.markup })
      return
    case 'markup inside':
      element.children.splice(edit.other % (element.children.length + 1), 0, { kind: 'raw', text: edit.markup })
      return
    default:
      applyToContent(edit, place)
  }
}

function applyToContent(edit: XmlEdit, { element, other }: Place): void {
  const { attributes } = element
  const attribute = attributes[edit.other % Math.max(attributes.length, 1)]
  switch (edit.kind) {
    case 'attribute':
      if (attribute === undefined) attributes.push({ name: 'added', value: escaped(edit.text) })
      else attribute.value = escaped(edit.text)
      return
    case 'attribute away':
      attributes.splice(edit.other % Math.max(attributes.length, 1), 1)
      return
    case 'attribute twice':
      if (attribute !== undefined) attributes.push({ ...attribute, value: escaped(edit.text) })
      return
    case 'text':
      element.children = [{ kind: 'raw', text: escaped(edit.text) }]
      return
    case 'text of another':
      element.children = copyOf(other.children)
      return
    case 'attributes of another':
      element.attributes = other.attributes.map((one) => ({ ...one }))
      return
    case 'name of another':
      element.name = other.name
      return
    case 'close':
      element.isSelfClosed = !element.isSelfClosed
      return
    default:
      otherCapitals(element)
  }
}

/** Wraps what is inside into a chain of elements of the same name, some of them very long. */
function nest(element: RawElement, depth: number): void {
  for (let left = depth % 7 === 0 ? 12_000 : depth % 40; left > 0; left--) {
    element.children = [{ kind: 'element', name: element.name, attributes: [], children: element.children, isSelfClosed: false }]
  }
}

function otherCapitals(element: RawElement): void {
  for (const attribute of element.attributes) attribute.value = attribute.value.toUpperCase()
  element.children = element.children.map((node) =>
    node.kind === 'raw' && !/[<&]/.test(node.text) ? { ...node, text: node.text.toUpperCase() } : node,
  )
}

/** By way of text: what is nested too deep for recursion is copied too. */
function copyOf(nodes: readonly RawNode[]): RawNode[] {
  return rawNodes(rawText(nodes))
}

function parentOf(all: readonly RawElement[], element: RawElement): RawElement | undefined {
  return all.find((one) => one.children.includes(element))
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
