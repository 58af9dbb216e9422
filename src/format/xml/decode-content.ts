import { decodeReferences } from './entities.ts'
import { nameIn } from './names.ts'
import { isNameByte, isSpaceByte, mark } from './syntax.ts'

export interface AttributeText {
  readonly name: string
  readonly value: string
}

/** Content of a scanned node as it is meant: line ends are line feeds (XML 1.0, 2.11); in text, references are resolved. */
export function decodeContent(raw: string, isText: boolean): string {
  const unified = raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw
  return isText ? decodeReferences(unified) : unified
}

/** The attributes of a scanned start tag whose name ends at `from`. Literal line ends and tabs are read as spaces (XML 1.0, 3.3.3). */
export function attributesIn(
  source: { readonly bytes: Uint8Array; decode(from: number, to: number): string },
  from: number,
): AttributeText[] {
  const { bytes } = source
  const found: AttributeText[] = []
  let at = from
  for (;;) {
    while (isSpaceByte(bytes[at])) at++
    if (!isNameByte(bytes[at])) return found.slice()
    const nameFrom = at
    while (isNameByte(bytes[at])) at++
    const name = nameIn(bytes, nameFrom, at)
    while (bytes[at] !== mark.quote && bytes[at] !== mark.apostrophe) at++
    const quote = bytes[at]
    const valueFrom = ++at
    let isBroken = false
    for (let byte = bytes[at] ?? 0; byte !== quote; byte = bytes[++at] ?? 0) if (byte < mark.space) isBroken = true
    const raw = source.decode(valueFrom, at++)
    found.push({ name, value: decodeReferences(isBroken ? raw.replace(/\r\n|[\r\n\t]/g, ' ') : raw) })
  }
}
