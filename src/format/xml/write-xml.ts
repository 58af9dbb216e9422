import type { XmlElement, XmlNode } from '../package.ts'
import { escapeAttribute, escapeBlank, escapeText, isBlank } from './entities.ts'

export interface XmlWriteOptions {
  /** Spaces per level; 0 writes everything on one line. Default 2. */
  readonly indent?: number
  readonly lineEnd?: '\r\n' | '\n'
  /** With `<?xml version="1.0" encoding="utf-8"?>` in front. */
  readonly hasDeclaration?: boolean
  readonly hasByteOrderMark?: boolean
}

/** As the platform writes solution.xml and customizations.xml: indented, CRLF, neither declaration nor byte order mark. */
export const serverStyle: XmlWriteOptions = { indent: 2, lineEnd: '\r\n', hasDeclaration: false, hasByteOrderMark: false }
/** As SolutionPackager writes the files that it splits out. */
export const packagerStyle: XmlWriteOptions = { indent: 2, lineEnd: '\n', hasDeclaration: true, hasByteOrderMark: true }
/** On one line, nothing around it. */
export const compactStyle: XmlWriteOptions = { indent: 0, lineEnd: '\n', hasDeclaration: false, hasByteOrderMark: false }

/** The element as text, without a final line end. Elements that hold text are never indented inside, so that no text changes. */
export function writeXml(root: XmlElement, options: XmlWriteOptions = serverStyle): string {
  const lineEnd = options.lineEnd ?? '\r\n'
  const isIndented = (options.indent ?? 2) > 0
  const writer: Writer = { out: [], lineEnd, step: ' '.repeat(options.indent ?? 2), breaks: [], isIndented, keepsSpace: false }
  if (options.hasByteOrderMark === true) writer.out.push('\uFEFF')
  if (options.hasDeclaration === true) writer.out.push('<?xml version="1.0" encoding="utf-8"?>', isIndented ? lineEnd : '')
  writeElement(writer, root, 0)
  return writer.out.join('')
}

interface Writer {
  readonly out: string[]
  readonly lineEnd: string
  readonly step: string
  /** Line end and indentation per depth, made once. */
  readonly breaks: string[]
  readonly isIndented: boolean
  /** Whether xml:space="preserve" holds. */
  keepsSpace: boolean
}

function writeElement(writer: Writer, element: XmlElement, depth: number): void {
  const { out } = writer
  const { keepsSpace } = writer
  out.push('<', element.name)
  for (const { name, value } of element.attributes) {
    out.push(' ', name, '="', escapeAttribute(value), '"')
    if (name === 'xml:space') writer.keepsSpace = value === 'preserve'
  }
  writeContent(writer, element, depth)
  writer.keepsSpace = keepsSpace
}

function writeContent(writer: Writer, element: XmlElement, depth: number): void {
  const { out } = writer
  if (element.children.length === 0) {
    out.push(element.isSelfClosed ? ' />' : `></${element.name}>`)
    return
  }
  out.push('>')
  const holdsText = element.children.some((node) => node.type === 'text' || node.type === 'cdata')
  const inside = depth + 1
  const isOnlyBlank = holdsText && !writer.keepsSpace && element.children.length > 1 && !holdsWords(element.children)
  for (const node of element.children) {
    if (isOnlyBlank && node.type === 'text') {
      out.push(escapeBlank(node.text))
      continue
    }
    if (!holdsText && depth >= 0) out.push(lineBreak(writer, inside))
    // A negative depth says: inside of text, where a line break would be text too.
    writeNode(writer, node, holdsText || depth < 0 ? -2 : inside)
  }
  if (!holdsText && depth >= 0) out.push(lineBreak(writer, depth))
  out.push('</', element.name, '>')
}

/** Whether there is CDATA, or text that is more than white space. */
function holdsWords(nodes: readonly XmlNode[]): boolean {
  return nodes.some((node) => node.type === 'cdata' || (node.type === 'text' && !isBlank(node.text)))
}

function lineBreak(writer: Writer, depth: number): string {
  if (!writer.isIndented) return ''
  return (writer.breaks[depth] ??= writer.lineEnd + writer.step.repeat(depth))
}

function writeNode(writer: Writer, node: XmlNode, depth: number): void {
  switch (node.type) {
    case 'element':
      writeElement(writer, node, depth)
      break
    case 'text':
      writer.out.push(withLineEnds(escapeText(node.text), writer.lineEnd))
      break
    case 'cdata':
      writer.out.push('<![CDATA[', withLineEnds(node.text, writer.lineEnd), ']]>')
      break
    case 'comment':
      writer.out.push('<!--', withLineEnds(node.text, writer.lineEnd), '-->')
      break
    case 'instruction':
      writer.out.push('<?', withLineEnds(node.text, writer.lineEnd), '?>')
      break
  }
}

function withLineEnds(text: string, lineEnd: string): string {
  return lineEnd === '\n' || !text.includes('\n') ? text : text.replaceAll('\n', lineEnd)
}
