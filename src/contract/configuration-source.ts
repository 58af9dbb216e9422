import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml'
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
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, version: '1.2' })
  if (document.errors.length > 0) {
    return refuse(
      'configuration.not-yaml',
      'The configuration is not readable YAML.',
      'Correct the named lines; indentation is by spaces, and texts with : or # need quotes.',
      document.errors.map((error) => {
        const place = lines.linePos(error.pos[0])
        return { subject: 'drover.yaml', message: `line ${place.line}, column ${place.col}: ${plainMessage(error.code)}` }
      }),
    )
  }
  try {
    return accept({ data: document.toJS({ maxAliasCount: 50 }), document, lines })
  } catch {
    return refuse('configuration.not-yaml', 'The configuration uses aliases that cannot be followed.', 'Write the repeated parts out.')
  }
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
