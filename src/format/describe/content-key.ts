import type { XmlElement } from '../package.ts'
import { digestOfText } from './digest.ts'
import { noiseAttribute, noiseElement } from './noise.ts'

const known = new WeakMap<XmlElement, string>()

/** Tells elements apart by all that they say, whatever the order of it: the identity of what has no other. */
export function contentKey(kind: string, element: XmlElement): string {
  const before = known.get(element)
  if (before !== undefined) return before
  const pieces: string[] = []
  for (const { name, value } of element.attributes) {
    if (noiseAttribute(kind, element.name, name) === undefined) pieces.push(`@${name}=${value}`)
  }
  let text = ''
  for (const child of element.children) {
    if (child.type === 'text' || child.type === 'cdata') text += child.text
    else if (child.type === 'element' && noiseElement(kind, child.name) === undefined) pieces.push(`<${contentKey(kind, child)}`)
  }
  const key = digestOfText([element.name, text.replace(/\r\n?/g, '\n').trim(), ...pieces.sort()].join('\u0000'))
  known.set(element, key)
  return key
}
