import { isMap, isNode, isScalar, LineCounter, parseDocument, visit, type Document, type YAMLMap } from 'yaml'
import type { Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Breach } from './configuration-issues.ts'

/** A YAML text read once: its data, and where each part of it stands. */
export interface YamlSource {
  readonly data: unknown
  readonly document: Document
  readonly lines: LineCounter
}

/** Both from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** Reads YAML 1.2. The parser's own code frames are off: they would repeat a line that may hold a secret. */
export function parseYaml(text: string): Result<YamlSource> {
  if (isTooDeep(text)) {
    const hint = `Write it with fewer parts inside of each other: nothing that is read here needs more than ${mostDepth} levels.`
    const reasons = [{ subject: 'drover.yaml', message: `It has more than ${mostDepth} levels of lists and maps inside of each other.` }]
    return refuse('configuration.not-yaml', 'The configuration is nested deeper than anything that it could say.', hint, reasons)
  }
  const lines = new LineCounter()
  // The parser would hold each key against all before it, which takes minutes where somebody sends a map of a hundred thousand.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false, version: '1.2' })
  const faults = document.errors.length > 0 ? document.errors.map(({ code, pos }) => ({ code, at: pos[0] })) : findKeyFaults(document)
  if (faults.length > 0) {
    return refuse(
      'configuration.not-yaml',
      'The configuration is not readable YAML.',
      'Correct the named lines; indentation is by spaces, and texts with : or # need quotes.',
      faults.map(({ code, at }) => {
        const place = lines.linePos(at)
        return { subject: 'drover.yaml', message: `line ${place.line}, column ${place.col}: ${plainMessage(code)}` }
      }),
    )
  }
  try {
    return accept({ data: document.toJS({ maxAliasCount: 50 }), document, lines })
  } catch {
    return refuse('configuration.not-yaml', 'The configuration uses aliases that cannot be followed.', 'Write the repeated parts out.')
  }
}

/** Far more than any configuration, masking file or policy nests. */
const mostDepth = 100

/**
 * Judged on the text, before the parser, which goes into what is nested by calling itself: near the end of the stack a pattern that has to be
 * compiled ends the whole process (seen with Node 20), and nothing catches that. Signs inside of quotes count too; nobody writes so many.
 */
function isTooDeep(text: string): boolean {
  let open = 0
  for (const sign of text) {
    if (sign === '[' || sign === '{') open++
    else if (sign === ']' || sign === '}') open = Math.max(0, open - 1)
    if (open > mostDepth) return true
  }
  // By indentation, and by marks of lists and keys one after the other on a line.
  return new RegExp(`^ {${4 * mostDepth},}\\S`, 'm').test(text) || new RegExp(`(?:[-?:][ \\t]+){${mostDepth},}`).test(text)
}

/** More keys than any part of a configuration has; what looks for one of them may look at all. */
const mostKeys = 2_000

interface KeyFault {
  readonly code: 'DUPLICATE_KEY' | 'TOO_MANY_KEYS'
  readonly at: number
}

function findKeyFaults(document: Document): readonly KeyFault[] {
  const faults: KeyFault[] = []
  visit(document, { Map: (_key, map) => void faults.push(...keyFaultsOf(map)) })
  return faults
}

function keyFaultsOf(map: YAMLMap): readonly KeyFault[] {
  if (map.items.length > mostKeys) return [{ code: 'TOO_MANY_KEYS', at: map.range?.[0] ?? 0 }]
  const known = new Set<unknown>()
  return map.items.flatMap(({ key }): readonly KeyFault[] => {
    if (!isScalar(key)) return []
    if (known.has(key.value)) return [{ code: 'DUPLICATE_KEY', at: key.range?.[0] ?? 0 }]
    known.add(key.value)
    return []
  })
}

/** Where a breach stands: the key that is too much, the value that is wrong, or the nearest thing around what is missing. */
export function locateIn(source: YamlSource, breach: Breach): Place {
  const offset = (breach.isAboutKey ? keyOffset(source.document, breach.path) : undefined) ?? nearestOffset(source.document, breach.path)
  const place = source.lines.linePos(offset)
  return { line: Math.max(1, place.line), column: Math.max(1, place.col) }
}

function keyOffset(document: Document, path: readonly PropertyKey[]): number | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  if (!isMap(parent)) return undefined
  const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(path.at(-1)))
  return pair !== undefined && isScalar(pair.key) ? pair.key.range?.[0] : undefined
}

function nearestOffset(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return document.contents?.range?.[0] ?? 0
}

/** The parser's messages can quote the text; its codes cannot. */
function plainMessage(code: string): string {
  const known: Readonly<Record<string, string>> = {
    DUPLICATE_KEY: 'the same key stands twice in one place.',
    TOO_MANY_KEYS: `one place has more than ${mostKeys} keys.`,
    BAD_INDENT: 'the indentation does not fit.',
    TAB_AS_INDENT: 'a tab is used to indent; use spaces.',
    MISSING_CHAR: 'a closing quote, bracket or colon is missing.',
    UNEXPECTED_TOKEN: 'this does not belong here.',
    BLOCK_AS_IMPLICIT_KEY: 'a list or map stands where a single value belongs; check the indentation or quote the text.',
    MULTILINE_IMPLICIT_KEY: 'a key goes over several lines; a colon or quote may be missing.',
    BAD_ALIAS: 'an alias names nothing; texts that begin with * need quotes.',
  }
  return known[code] ?? `this is not valid YAML (${code.toLowerCase().replaceAll('_', ' ')}).`
}
