import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sha256 } from '../../../test/support/domain-builders.ts'
import type { Subtree } from './index.ts'
import {
  asciiBase64,
  asciiJson,
  collectWithheld,
  createLedgerTree,
  headText,
  leafOf,
  makeHead,
  preAuthentication,
  readSignedHeads,
  signedHeadText,
} from './index.ts'

const entryOf = (sequence: number) => ({ sequence, hash: sha256(`entry ${sequence}`) })

/** A ledger of so many entries, which of them a pack shows, and of which sizes of it somebody keeps a head. */
const anyPack = fc.integer({ min: 1, max: 70 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    shown: fc.uniqueArray(fc.integer({ min: 1, max: size })),
    edges: fc.uniqueArray(fc.integer({ min: 1, max: size }), { maxLength: 3 }),
  }),
)

function rootOf(size: number): string {
  const tree = createLedgerTree(sha256)
  for (let sequence = 1; sequence <= size; sequence++) tree.add(leafOf(entryOf(sequence), sha256))
  return tree.root()
}

function withholdOf({ size, shown, edges }: { size: number; shown: readonly number[]; edges: readonly number[] }): readonly Subtree[] {
  const collector = collectWithheld(sha256, { isShown: (each) => shown.includes(each), isEdge: (count) => edges.includes(count) })
  for (let sequence = 1; sequence <= size; sequence++) collector.add(entryOf(sequence))
  return collector.end()
}

/** As whoever verifies a pack builds it; undefined where the parts do not fit together. */
function rebuild(parts: readonly Subtree[], edges: readonly number[]) {
  const tree = createLedgerTree(sha256)
  const at = new Map<number, string>()
  for (const part of parts.toSorted((a, b) => a.from - b.from)) {
    if (!tree.add(part)) return undefined
    if (edges.includes(tree.size())) at.set(tree.size(), tree.root())
  }
  return { root: tree.root(), size: tree.size(), at }
}

describe('entries that are shown beside others that are withheld', () => {
  it('give the root of the whole ledger, and of what it was at each anchor', () => {
    fc.assert(
      fc.property(anyPack, (pack) => {
        const parts = [...pack.shown.map((sequence) => leafOf(entryOf(sequence), sha256)), ...withholdOf(pack)]
        const built = rebuild(parts, pack.edges)
        expect([built?.size, built?.root]).toEqual([pack.size, rootOf(pack.size)])
        for (const edge of pack.edges) expect(built?.at.get(edge)).toBe(rootOf(edge))
      }),
    )
  })

  it('never give it when one of them is another, or one was put in or left out', () => {
    fc.assert(
      fc.property(anyPack, fc.nat(), (pack, choice) => {
        fc.pre(pack.shown.length > 0)
        const withheld = withholdOf(pack)
        const shown = pack.shown.map((sequence) => leafOf(entryOf(sequence), sha256))
        const at = choice % shown.length
        const forged = leafOf({ sequence: pack.shown[at] ?? 0, hash: sha256('forged') }, sha256)
        const more = leafOf({ sequence: pack.size + 1, hash: sha256('forged') }, sha256)
        for (const parts of [shown.with(at, forged), [...shown, more], shown.toSpliced(at, 1), [...shown, forged]])
          expect(rebuild([...parts, ...withheld], [])?.root).not.toBe(rootOf(pack.size))
      }),
    )
  })

  it('grow with the logarithm of what is withheld', () => {
    expect(withholdOf({ size: 10_000, shown: [7_001], edges: [] }).length).toBeLessThan(2 * Math.log2(10_000))
  })

  it('are refused where a subtree stands in a place that no tree of that form has', () => {
    const tree = createLedgerTree(sha256)
    expect(tree.add(leafOf(entryOf(1), sha256))).toBe(true)
    expect(
      [
        { from: 2, count: 2 },
        { from: 2, count: 3 },
        { from: 2, count: 0 },
        { from: 3, count: 1 },
      ].map((part) => tree.add({ ...part, hash: sha256('x') })),
    ).toEqual([false, false, false, false])
  })
})

describe('a signed head', () => {
  const head = makeHead({ ...entryOf(3), root: rootOf(3), at: '2026-11-02T08:00:00.000Z' as never, keyId: sha256('key') })
  const signed = { head, signature: 'c2lnbmF0dXJl' }

  it('is read from a list, from the message of a tag, and from a file of its own', () => {
    const line = signedHeadText(signed)
    expect(readSignedHeads(`${line}\n${line.slice(0, 40)}\n\nSigned-off-by: somebody\n${line}\n`)).toEqual([signed, signed])
    expect(readSignedHeads(JSON.stringify(signed, null, 2))).toEqual([signed])
  })

  it('is none with a field too many, too few, or of another form', () => {
    const wrong = [
      { ...signed, more: 1 },
      { head: { ...head, more: 1 }, signature: '' },
      { head: { ...head, hash: 'x' }, signature: '' },
      { head: { ...head, kind: 'other' }, signature: '' },
      { head },
      [],
      null,
    ]
    expect(wrong.flatMap((each) => readSignedHeads(JSON.stringify(each)))).toEqual([])
  })

  it('is signed over the same text, whatever the order of its fields', () => {
    expect(headText(Object.fromEntries(Object.entries(head).reverse()) as unknown as typeof head)).toBe(headText(head))
  })
})

describe('a statement that is signed', () => {
  it('is in ASCII, and in base64 as everybody writes it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const ascii = asciiJson(JSON.stringify({ text }))
        expect(JSON.parse(ascii)).toEqual({ text })
        expect(asciiBase64(ascii)).toBe(Buffer.from(ascii, 'utf8').toString('base64'))
      }),
    )
  })

  it('is signed as DSSE has it', () => {
    // The example of the protocol's own page.
    expect(preAuthentication('http://example.com/HelloWorld', 'hello world')).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world')
  })
})
