import type { YamlDocument, YamlMap, YamlNode } from './yaml-node.ts'

/**
 * A document as text: block style, two spaces a level, line feeds, a final line end. Text that any YAML parser reads as text
 * stands plain; everything else (numbers, dates, yes and no, odd characters) is quoted; text of several lines is a literal block.
 */
export function writeYaml(document: YamlDocument): string {
  const out: string[] = []
  writeMap(out, new Map([[document.root, document.node]]), { indent: '', isFirstInline: false })
  return out.join('')
}

interface Place {
  readonly indent: string
  /** Whether the first key continues a line that is begun already ("- "). */
  readonly isFirstInline: boolean
}

function writeMap(out: string[], map: YamlMap, place: Place): void {
  let isInline = place.isFirstInline
  for (const [key, node] of map) {
    out.push(isInline ? '' : place.indent, keyText(key), ':')
    isInline = false
    if (Array.isArray(node)) writeList(out, node as readonly YamlNode[], place.indent)
    else writeValue(out, node, place.indent)
  }
}

function writeList(out: string[], list: readonly YamlNode[], indent: string): void {
  out.push(list.length === 0 ? ' []\n' : '\n')
  const inside = `${indent}    `
  for (const node of list) {
    out.push(indent, '  -')
    if (node instanceof Map && node.size > 0) {
      out.push(' ')
      writeMap(out, node, { indent: inside, isFirstInline: true })
    } else writeValue(out, node, `${indent}  `)
  }
}

/** What stands behind a key or a dash, with its line end. */
function writeValue(out: string[], node: YamlNode, indent: string): void {
  if (node === null) out.push('\n')
  else if (typeof node === 'string') out.push(' ', scalarText(node, indent), '\n')
  else if (node instanceof Map && node.size > 0) {
    out.push('\n')
    writeMap(out, node, { indent: `${indent}  `, isFirstInline: false })
  } else out.push(' {}\n')
}

const knownKeys = new Map<string, string>()

function keyText(key: string): string {
  const known = knownKeys.get(key)
  if (known !== undefined) return known
  const text = isPlain(key) ? key : quoted(key)
  // Keys are names of elements and attributes: few, and the same ones over and over. The bound is against forged files.
  if (knownKeys.size < 5000) knownKeys.set(key, text)
  return text
}

function scalarText(text: string, indent: string): string {
  if (isPlain(text)) return text
  return isBlock(text) ? blockText(text, `${indent}  `) : quoted(text)
}

/** Words that some parser reads as a truth value or as nothing (YAML 1.1 and 1.2). */
const readOtherwise = /^(?:~|=|<<|null|true|false|yes|no|on|off|y|n)$/i
/** What may be a number, a date or a time to some parser. */
const numberLike = /^(?:[-+.]?[\d.,:_+\- eTZ]*|0[xob][\da-f_]*|[-+]?\.(?:inf|nan))$/i
/** Begins with no sign of YAML's own, holds no control character. */
const plainShape = /^[^\s\-?:,[\]{}#&*!|>'"%@`\x00-\x20\x7f-\x9f\ufeff\u2028\u2029][^\x00-\x1f\x7f-\x9f\ufeff\u2028\u2029\ufffe\uffff]*$/

function isPlain(text: string): boolean {
  if (!plainShape.test(text) || text.includes(': ') || text.includes(' #')) return false
  const last = text.charCodeAt(text.length - 1)
  if (last === 32 || last === 58) return false
  const first = text.charCodeAt(0)
  if (first < 58 && numberLike.test(text)) return false
  return text.length > 5 || !readOtherwise.test(text)
}

/** Text of several lines, which a literal block says without change. */
function isBlock(text: string): boolean {
  return (
    /^[^\s\x00-\x1f]/.test(text) &&
    /[^\n]$/.test(text) &&
    text.includes('\n') &&
    !/[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\u2028\u2029\ufffe\uffff]/.test(text)
  )
}

function blockText(text: string, indent: string): string {
  const lines = text.split('\n').map((line) => (line === '' ? '' : indent + line))
  return `|-\n${lines.join('\n')}`
}

const needsEscape = /[\x00-\x1f\x7f-\x9f\ufeff\u2028\u2029\ufffe\uffff]/

function quoted(text: string): string {
  if (!needsEscape.test(text)) return `'${text.replaceAll("'", "''")}'`
  const escaped = JSON.stringify(text).replace(
    /[\x7f-\x9f\ufeff\u2028\u2029\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return escaped
}
