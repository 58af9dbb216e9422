import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseXml } from '../xml/parse-xml.ts'
import { mergeComponent } from './merge-component.ts'
import { mergeLines } from './merge-lines.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const merge = (base: string, theirs: string, ours: string): string | undefined => {
  const merged = mergeLines({ base: bytes(base), theirs: bytes(theirs), ours: bytes(ours) })
  return merged === undefined ? undefined : new TextDecoder('utf-8', { ignoreBOM: true }).decode(merged)
}
const script = (...lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join('')

describe('a script that production and Dev both changed', () => {
  it('has the changes of both where they are apart, each line with its own end', () => {
    const base = script('var a = 1', 'function onLoad() {', '  check()', '}', 'var z = 1')
    const theirs = script('var a = 2', 'function onLoad() {', '  check()', '}', 'var z = 1')
    const ours = script('var a = 1', 'function onLoad() {', '  check()', '}', 'var z = 1', 'var more')
    expect(merge(base, theirs, ours)).toBe(script('var a = 2', 'function onLoad() {', '  check()', '}', 'var z = 1', 'var more'))
  })

  it('is a conflict where both changed the same line', () => {
    expect(merge(script('a', 'b', 'c'), script('a', 'x', 'c'), script('a', 'y', 'c'))).toBeUndefined()
  })

  it('is a conflict where lines that they changed touch', () => {
    expect(merge(script('a', 'b', 'c'), script('x', 'b', 'c'), script('a', 'y', 'c'))).toBeUndefined()
  })

  it('is merged however long it is, also where most of its lines are alike', () => {
    const base = Array.from({ length: 30_000 }, (_, at) => (at % 3 === 0 ? `line ${at}` : '}'))
    expect(merge(script(...base), script(...base, 'theirs'), script('ours', ...base))).toBe(script('ours', ...base, 'theirs'))
  })

  it('is a conflict where it became another text, which nobody can follow by lines', () => {
    const lines = (mark: string) => script(...Array.from({ length: 3_000 }, (_, at) => `${mark} ${at}`))
    expect(merge(lines('base'), lines('theirs'), lines('base') + script('ours'))).toBeUndefined()
  })

  it('takes once what both changed alike', () => {
    expect(merge(script('a', 'b'), script('a', 'x'), script('a', 'x'))).toBe(script('a', 'x'))
  })

  it('is a conflict when one of them is no text', () => {
    const picture = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x00)
    expect(mergeLines({ base: bytes('a'), theirs: picture, ours: bytes('b') })).toBeUndefined()
  })

  it('keeps a byte order mark, and a last line without an end', () => {
    expect(merge('\uFEFFa\nb\nc', '\uFEFFa\nb\nd', '\uFEFFx\nb\nc')).toBe('\uFEFFx\nb\nd')
  })

  it('gives the side that changed when only one did, whatever it says', () => {
    const text = fc.array(fc.constantFrom('a', 'b', '}', ''), { maxLength: 30 }).map((lines) => lines.join('\n'))
    fc.assert(
      fc.property(text, text, (base, changed) => {
        expect(merge(base, changed, base)).toBe(changed)
        expect(merge(base, base, changed)).toBe(changed)
      }),
    )
  })
})

describe('a web resource', () => {
  const resource = (kind: string, ...lines: readonly string[]) => ({
    kind,
    key: 'con_script.js',
    displayName: 'con_script.js',
    parent: undefined,
    section: ['WebResources'],
    xml: parseXml('<WebResource><Name>con_script.js</Name></WebResource>', ''),
    files: [{ path: 'WebResources/con_script.js', bytes: bytes(script(...lines)) }],
  })
  const versionsOf = (kind: string) => ({
    base: resource(kind, 'a', 'b', 'c'),
    theirs: resource(kind, 'a', 'b', 'theirs'),
    ours: resource(kind, 'ours', 'b', 'c'),
  })

  it('is merged by its lines', () => {
    const { part, conflicts } = mergeComponent(versionsOf('WebResource'))
    expect(conflicts).toEqual([])
    expect(part.files.map((file) => new TextDecoder().decode(file.bytes))).toEqual([script('ours', 'b', 'theirs')])
  })

  it('is merged so as the only kind: lines of other files have an order or ids that lines know nothing of', () => {
    expect(mergeComponent(versionsOf('Workflow')).conflicts).toHaveLength(1)
  })
})
