import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { XmlCopier, type XsiRule } from './copy-xml.ts'
import { parseXml, rootOf } from './parse-xml.ts'
import { scanOutline, scanXml } from './scan-xml.ts'
import { packagerStyle, serverStyle, writeXml, type XmlWriteOptions } from './write-xml.ts'

describe('copying scanned XML', () => {
  it.for([packagerStyle, serverStyle])('writes what writing the tree would write, in style %j', (style) => {
    fc.assert(
      fc.property(document, (source) => {
        const options = { ...style, hasDeclaration: false, hasByteOrderMark: false }
        expect(copied(source, options)).toBe(writeXml(parseXml(source, 'a.xml'), options))
      }),
      { numRuns: 2000 },
    )
  })

  it('writes the same, only deeper, whether the source is laid out in lines or not', () => {
    fc.assert(
      fc.property(laidOutFreely, fc.constantFrom(serverStyle, packagerStyle), fc.integer({ min: 0, max: 3 }), (source, laidOut, depth) => {
        const tree = parseXml(source, 'a.xml')
        const even = writeXml(tree, { ...laidOut, hasDeclaration: true })
        const plain = writeXml(tree, { indent: 0, lineEnd: '\n' })
        expect(copiedAt(even, depth)).toBe(copiedAt(plain, depth))
      }),
      { numRuns: 2000 },
    )
  })

  it('writes the same where an element is too long for one piece, wherever that ends', () => {
    const lines = Array.from({ length: 60_000 }, (_, at) => `\r\n    <row n="${at}">Größe ${at}</row>`)
    const source = `<list>\r\n  <rows>${lines.join('')}\r\n  </rows>\r\n</list>`
    for (const style of [packagerStyle, serverStyle]) {
      const options = { ...style, hasDeclaration: false, hasByteOrderMark: false }
      expect(copied(source, options) === writeXml(parseXml(source, 'a.xml'), options)).toBe(true)
    }
  })

  it('writes the same of an outline, from which all is left off that is laid out evenly', () => {
    fc.assert(
      fc.property(document, fc.constantFrom(serverStyle, packagerStyle), fc.integer({ min: 0, max: 3 }), (source, laidOut, depth) => {
        const even = writeXml(parseXml(source, 'a.xml'), { ...laidOut, hasDeclaration: true })
        for (const written of [
          source,
          even,
          `<r>\r\n  <s>${even.slice(even.indexOf('?>') + 2).replace(/\r?\n/g, '$&    ')}\r\n  </s>\r\n</r>`,
        ])
          expect(copiedAt(written, depth, scanOutline)).toBe(copiedAt(written, depth))
      }),
      { numRuns: 2000 },
    )
  })

  it('refuses in an outline what it refuses in the whole, and copies the rest alike, wherever a byte was changed', () => {
    const even = `<?xml version="1.0"?>\n<r>\n  <s a="1">\n    <t b="x&amp;é" c="2" bb="" />\n    <t>\n      <u>é &lt; 1</u>\n      <u d="1">a</u>\n      <u></u>\n    </t>\n  </s>\n</r>`
    const bytes = new TextEncoder().encode(even)
    const change = fc.tuple(
      fc.nat({ max: bytes.length - 1 }),
      fc.nat({ max: 2 }),
      fc.constantFrom(...new TextEncoder().encode('<>/="\' &;a:-1 \n\r\t!\0'), 0x80, 0xc3, 0xef, 0xff),
    )
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 2 }), (changes) => {
        let changed = [...bytes]
        for (const [at, taken, byte] of changes) changed = changed.toSpliced(at, taken, byte)
        const source = new Uint8Array(changed)
        expect(outcome(source, scanOutline)).toEqual(outcome(source, scanXml))
      }),
      { numRuns: 5000 },
    )
  })

  it('leaves off what is laid out evenly, and says so to who asks for it', () => {
    const tape = scanOutline('<r>\n  <s>\n    <t>x</t>\n  </s>\n  <s>one <b>line</b></s>\n</r>', 'a.xml')
    const [folded = 0, plain = 0] = tape.elementsOf(0)
    expect([tape.isFolded(folded), tape.isFolded(plain), tape.length]).toEqual([true, false, 7])
    expect(() => tape.child(folded, 't')).toThrow('left off')
  })

  it('gives the same by a plan that is carried out later, also as a part of another plan', () => {
    const items = Array.from(
      { length: 40 },
      (_, at) => `\r\n    <item name="n${at}">\r\n      <label>${'é'.repeat(at)}</label>\r\n    </item>`,
    )
    const source = `<list>\r\n  <items>${items.join('')}\r\n  </items>\r\n</list>`
    const style = { lineEnd: '\n', indent: 2 } as const
    const planning = new XmlCopier({ ...style, isPlanning: true })
    const tape = scanXml(source, 'a.xml')
    planning.element(tape, rootOf(tape), 0)
    const inner = planning.takePlan()
    expect(inner.runs.length).toBeGreaterThan(0)
    planning.text('<!-- before -->')
    planning.append(inner)
    planning.text('<!-- after -->')
    const reader = new XmlCopier(style)
    reader.append(planning.takePlan())
    expect(new TextDecoder().decode(reader.take())).toBe(`<!-- before -->${copied(source, style)}<!-- after -->`)
  })

  it('keeps apart in one plan what comes from two documents', () => {
    const [first, second] = ['a', 'b'].map((name) => `<${name}>\n  <x>${name.repeat(400)}</x>\n</${name}>`) as [string, string]
    const style = { lineEnd: '\n', indent: 2 } as const
    const planning = new XmlCopier({ ...style, isPlanning: true })
    for (const source of [first, second]) {
      const tape = scanXml(source, 'a.xml')
      planning.element(tape, rootOf(tape), 0)
    }
    expect(new TextDecoder().decode(planning.take())).toBe(first + second)
  })

  it('gives back what was taken whole, however much follows', () => {
    const tape = scanXml(`<a>\n${'  <b>text</b>\n'.repeat(5000)}</a>`, 'a.xml')
    const copier = new XmlCopier({ lineEnd: '\r\n', indent: 2 })
    const taken = [1, 2, 3, 4].map((depth) => {
      copier.element(tape, 0, depth)
      return { depth, bytes: copier.take() }
    })
    for (const { depth, bytes } of taken)
      expect(bytes.length).toBe('<a></a>'.length + 5000 * ('\r\n<b>text</b>'.length + 2 * depth + 2) + 2 + 2 * depth)
  })

  it.for(['<a b="1">', '<a b="1" />', '<a />', '<a>'])('adds the xsi namespace at the end of %s, and takes it from there again', (tag) => {
    const whole = tag.endsWith('/>') ? tag : `${tag}</a>`
    const added = tag.replace(/( \/)?>$/, ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"$&')
    expect(startTag(whole, 'added')).toBe(added)
    expect(startTag(whole.replace(tag, added), 'dropped')).toBe(tag)
    expect(startTag(whole.replace(tag, added).replaceAll('"', "'"), 'dropped')).toBe(tag)
    expect(startTag(whole, 'dropped')).toBe(tag)
  })
})

function copied(source: string, style: XmlWriteOptions): string {
  const tape = scanXml(source, 'a.xml')
  const copier = new XmlCopier({ lineEnd: style.lineEnd ?? '\n', indent: style.indent ?? 2 })
  copier.element(tape, rootOf(tape), 0)
  return new TextDecoder().decode(copier.take())
}

/** Indented this much, without what is not the element's own. */
function copiedAt(source: string | Uint8Array, depth: number, scan: typeof scanOutline = scanXml): string {
  const tape = scan(source, 'a.xml')
  const copier = new XmlCopier({ lineEnd: depth % 2 === 0 ? '\n' : '\r\n', indent: 2 })
  copier.element(tape, rootOf(tape), depth)
  return new TextDecoder().decode(copier.take())
}

function outcome(source: Uint8Array, scan: typeof scanOutline): string {
  try {
    return copiedAt(source, 3, scan)
  } catch (error) {
    return (error as Error).message
  }
}

function startTag(source: string, xsi: XsiRule): string {
  const copier = new XmlCopier({ lineEnd: '\n', indent: 2 })
  copier.startTag(scanXml(source, 'a.xml'), 0, xsi)
  return new TextDecoder().decode(copier.take())
}

/** Documents as hands and machines write them: every spelling of the same thing. */
const space = fc.constantFrom('', ' ', '\n', '\r\n    ', '\t', '\r')
const gap = fc.constantFrom(' ', '  ', '\r\n ', '\t')
const reference = fc.constantFrom('&amp;', '&lt;', '&gt;', '&quot;', '&apos;', '&#10;', '&#xA;', '&#x9;', '&#xD;', '&#233;')
const letters = fc.constantFrom('a', 'Z', 'é', '😀', '.', ' ', '\n', '\r\n', '\r', '\t', '\ufeff')
const words = fc.array(fc.oneof(letters, fc.constantFrom('>', '"', "'"), reference), { maxLength: 6 }).map((parts) => parts.join(''))
const name = fc.constantFrom('a', 'b', 'label', 'x:y', 'Ünder')
const attribute = fc.tuple(gap, fc.constantFrom('="', "='", ' = "', '=\n"'), words).map(([before, middle, value]) => {
  const quote = middle.slice(-1)
  return { before, middle, value: value.replaceAll(quote, ''), quote }
})
const attributes = fc
  .tuple(fc.subarray(['p', 'q', 'xml:space']), fc.array(attribute, { minLength: 3, maxLength: 3 }))
  .map(([names, values]) => names.map((one, at) => ({ one, ...values[at] })))
  .map((list) =>
    list
      .map(({ one, before, middle, value, quote }) => `${before}${one}${middle}${one === 'xml:space' ? 'preserve' : value}${quote}`)
      .join(''),
  )

const { document } = fc.letrec<{ document: string; node: string }>((tie) => ({
  document: fc
    .tuple(name, attributes, space, fc.array(tie('node'), { maxLength: 5, depthIdentifier: 'xml' }), fc.boolean())
    .map(([tag, list, blank, children, isShort]) =>
      isShort && children.length === 0 ? `<${tag}${list}${blank}/>` : `<${tag}${list}${blank}>${children.join('')}</${tag}${blank}>`,
    ),
  node: fc.oneof(
    { depthIdentifier: 'xml', maxDepth: 4 },
    space,
    words,
    words.map((text) => `<![CDATA[${text.replaceAll('>', '')}]]>`),
    words.map((text) => `<!--${text}-->`),
    words.map((text) => `<?go ${text.replaceAll('>', '')}?>`),
    tie('document'),
  ),
}))

/** Where white space is text, other line breaks would be another document. */
const laidOutFreely = document.filter((source) => !source.includes('xml:space'))
