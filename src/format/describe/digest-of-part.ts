import type { ComponentPart, XmlElement, XmlNode } from '../package.ts'
import { Digest } from './digest.ts'

/** Parts with one digest say the same, down to the bytes of their files; order and formatting that mean nothing may change it. */
export function digestOfPart(part: Pick<ComponentPart, 'xml' | 'files'>): string {
  const digest = new Digest()
  if (part.xml !== undefined) addElement(digest, part.xml)
  for (const file of part.files) {
    digest.addText(file.path)
    digest.addBytes(file.bytes)
  }
  return digest.hex()
}

export function digestOfElement(element: XmlElement): string {
  const digest = new Digest()
  addElement(digest, element)
  return digest.hex()
}

/** Without recursion: documents may be nested deeply. */
function addElement(digest: Digest, root: XmlElement): void {
  const open: (XmlNode | undefined)[] = [root]
  while (open.length > 0) {
    const node = open.pop()
    if (node === undefined) digest.addText('end')
    else if (node.type !== 'element') {
      digest.addText(node.type)
      digest.addText(node.text)
    } else {
      digest.addText('start')
      digest.addText(node.name)
      for (const { name, value } of node.attributes) {
        digest.addText('attribute')
        digest.addText(name)
        digest.addText(value)
      }
      open.push(undefined)
      for (let at = node.children.length - 1; at >= 0; at--) open.push(node.children[at])
    }
  }
}
