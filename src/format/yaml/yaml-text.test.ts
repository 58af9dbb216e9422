import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readAnyYaml } from './read-any-yaml.ts'
import { readBlockYaml } from './read-block-yaml.ts'
import { readYaml } from './read-yaml.ts'
import { writeYaml } from './write-yaml.ts'
import type { YamlNode } from './yaml-node.ts'

describe('a document written as YAML', () => {
  it('reads back as it was, by our reader and by the general one', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const text = writeYaml(document)
        const map = new Map([[document.root, document.node]])
        expect(plain(readBlockYaml(text))).toEqual(plain(map))
        expect(plain(readAnyYaml(text, 'a.yml'))).toEqual(plain(map))
      }),
      { numRuns: 500 },
    )
  })

  it('means the same to parsers of YAML 1.1 and 1.2: text and nothing, never a number, a date or a truth value', () => {
    fc.assert(
      fc.property(documents, fc.constantFrom('1.1' as const, '1.2' as const), (document, version) => {
        const read: unknown = parse(writeYaml(document), { version })
        expect(read).toEqual(plain(new Map([[document.root, document.node]])))
      }),
      { numRuns: 500 },
    )
  })

  it('quotes what some parser would read as anything but text', () => {
    for (const text of ['1', '1.10', '0x1F', 'true', 'No', 'null', '~', '2026-01-01', '1.0.0.0', '12:30', '1e5', '.5', '=', '<<', '']) {
      expect(writeYaml({ root: 'a', node: text })).toBe(`a: '${text}'\n`)
    }
  })

  it('writes text of several lines so that each line shows in a difference', () => {
    expect(writeYaml({ root: 'a', node: 'one\n  two\n\nthree' })).toBe('a: |-\n  one\n    two\n\n  three\n')
  })
})

describe('a document that somebody wrote by hand', () => {
  it('reads the same by our reader as by the general one, where ours reads it at all', () => {
    fc.assert(
      fc.property(handWritten, (text) => {
        const quick = readBlockYaml(text)
        if (quick !== undefined) expect(plain(quick)).toEqual(plain(readAnyYaml(text, 'a.yml')))
      }),
      { numRuns: 1000 },
    )
  })

  it('keeps scalars as they are written, whatever YAML makes of them', () => {
    const node = read('a:\n  version: 1.10\n  yes: true\n  hex: 0x1F\n  none:\n  empty: ""\n  tilde: ~\n  word: "null"\n')
    expect(node).toEqual({ version: '1.10', yes: 'true', hex: '0x1F', none: null, empty: '', tilde: null, word: 'null' })
  })

  it('may hold comments, flow style, folded text and Windows line ends', () => {
    expect(read('# why\na: # here\n  b: {c: [x, "y"]}\n  d: >-\n    one\n    two\n')).toEqual({ b: { c: ['x', 'y'] }, d: 'one two' })
    expect(read("# why\r\na:\r\n  '@b': 'c'\r\n  d: |-\r\n    one\r\n    two\r\n")).toEqual({ '@b': 'c', d: 'one\ntwo' })
  })

  it.for([
    ['a: &x 1\nb: *x', 'line 1'],
    ['a:\n  b: &x 1\n  c: *x\n', 'line 2, column 9: the anchor'],
    ['a:\n  b: !!binary aGk=\n', 'the tag'],
    ['a:\n  b: 1\n  b: 2\n', 'line 3, column 3'],
    ['a:\n  "b c": 1\n', 'line 2, column 3: "b c" can be the name of no element'],
    ["a:\n  '@b': {c: 1}\n", 'must be text, not a map'],
    ["a:\n  '#text':\n    - b: 1\n", 'must be text, not a map'],
    ["a:\n  '@b': {}\n", 'must be text, not a map'],
    ['a:\n  - b: 1\n', 'must be the name of one element'],
    ['a: 1\nb: 2\n', 'several keys at its top'],
    ['a:\n- - b\n', 'a list stands directly inside of a list'],
    ['a: "x\\0y"\n', 'NUL'],
    ['a:\n  b: [1\n', 'line'],
    ['', 'a map with one key is expected'],
    ['just text', 'a map with one key is expected'],
    ['a: 1\n---\nb: 2\n', 'line'],
  ])('is refused with its place: %j', ([text, reason]) => {
    expect(() => readYaml(new TextEncoder().encode(text), 'a.yml')).toThrow(
      expect.objectContaining({ code: 'solution.bad-yaml', message: expect.stringContaining(reason ?? '') }),
    )
  })

  it('is refused when it is nested without end', () => {
    const blocks = Array.from({ length: 3000 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')
    for (const text of [blocks, '['.repeat(20_000), `a: ${'{a: '.repeat(2000)}1${'}'.repeat(2000)}`]) {
      expect(() => readYaml(new TextEncoder().encode(text), 'a.yml')).toThrow(expect.objectContaining({ code: 'solution.bad-yaml' }))
    }
  })

  it('is refused when its bytes are no text', () => {
    expect(() => readYaml(new Uint8Array([0x61, 0x3a, 0xff]), 'a.yml')).toThrow(expect.objectContaining({ code: 'solution.bad-yaml' }))
  })
})

function read(text: string): unknown {
  return plain(readYaml(new TextEncoder().encode(text), 'a.yml').node)
}

/** As objects, which tests can compare; the order of keys is compared too. */
function plain(node: YamlNode | undefined): unknown {
  if (node instanceof Map) return Object.fromEntries([...node].map(([key, inner]) => [key, plain(inner)]))
  return Array.isArray(node) ? node.map(plain) : node
}

const words = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'a',
    'a: b',
    'a #b',
    '- a',
    "it's",
    '"',
    '{',
    '[]',
    '*a',
    '&a',
    '!a',
    '|',
    '>',
    '%',
    '@a',
    '`',
    '#',
    '? a',
    'a:',
    ':a',
    '1',
    '-1.5',
    'null',
    'yes',
  ),
  fc.constantFrom(
    'a\nb',
    'a\n\nb',
    'a\n b\n',
    '\na',
    ' a\nb',
    'a\r\nb',
    'a\tb',
    '\ta',
    'a\n\tb',
    'a\n   \nb',
    'a \nb ',
    'a\n#b',
    'a\n- b',
    'é😀',
    '\u0085',
    '\u2028',
    '\ufeff',
    '\u0001',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => !/[\0\ud800-\udfff]/.test(text)),
)
const key = fc.constantFrom('a', 'b', 'Ünder', 'x:y', 'no', 'y')
const { node } = fc.letrec<{ node: YamlNode; map: YamlNode; inner: YamlNode }>((tie) => ({
  node: fc.oneof({ depthSize: 'small' }, fc.constant(null), words, tie('map'), fc.array(tie('inner'), { minLength: 1, maxLength: 3 })),
  inner: fc.oneof({ depthSize: 'small' }, fc.constant(null), words, tie('map')),
  map: fc
    .tuple(
      fc.dictionary(fc.constantFrom('@a', '@x:y', '#text'), words, { maxKeys: 2 }),
      fc.array(fc.tuple(key, tie('node')), { maxLength: 4 }),
    )
    .map(([attributes, entries]): YamlNode => new Map([...Object.entries(attributes), ...entries])),
}))
const documents = fc
  .tuple(
    key,
    node.filter((one) => !Array.isArray(one)),
  )
  .map(([root, inner]) => ({ root, node: inner }))

/** Documents with a line or a sign changed: what a tired person or a bad merge leaves. */
const handWritten = fc
  .tuple(
    documents,
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.constantFrom('', ' ', '  ', '\n', '- ', ': ', "'", '"', '#', '{}', '|', '|-', '~', 'a', 'a: ', '\t', '\r', '...', '---'),
      ),
      { maxLength: 3 },
    ),
  )
  .map(([document, edits]) => {
    let text = writeYaml(document)
    for (const [place, edit] of edits) {
      const at = place % (text.length + 1)
      text = text.slice(0, at) + edit + text.slice(edit === '' ? at + 1 : at)
    }
    return text
  })
  .filter((text) => isReadable(text))

function isReadable(text: string): boolean {
  try {
    readAnyYaml(text, 'a.yml')
    return true
  } catch {
    return readBlockYaml(text) !== undefined
  }
}
