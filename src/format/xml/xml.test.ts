import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { XmlElement, XmlNode } from '../package.ts'
import { parseXml, parseXmlInTurns } from './parse-xml.ts'
import { attributeOf, child, element, textElement, textOf } from './tree.ts'
import { compactStyle, packagerStyle, serverStyle, writeXml } from './write-xml.ts'

describe('writing XML', () => {
  it('and reading it again gives the same tree, in every style', () => {
    fc.assert(
      fc.property(elements.element, (tree) => {
        for (const style of [compactStyle, serverStyle, packagerStyle]) expect(parseXml(writeXml(tree, style), 'tree.xml')).toEqual(tree)
      }),
      { numRuns: 300 },
    )
  })

  it('and reading it in turns gives the same tree, too', async () => {
    await fc.assert(
      fc.asyncProperty(elements.element, async (tree) => {
        for (const style of [compactStyle, serverStyle]) expect(await parseXmlInTurns(writeXml(tree, style), 'tree.xml')).toEqual(tree)
      }),
      { numRuns: 100 },
    )
  })

  it('and reading a large one in turns lets others work meanwhile', async () => {
    const item = element('Entity', {}, [textElement('Name', 'x'.repeat(1000))])
    const large = writeXml(
      element('r', {}, [
        element(
          'Entities',
          {},
          Array.from({ length: 6000 }, () => item),
        ),
      ]),
      serverStyle,
    )
    const others = setInterval(() => turns++, 0)
    let turns = 0
    const tree = await parseXmlInTurns(large, 'large.xml')
    clearInterval(others)
    expect(turns).toBeGreaterThan(1)
    expect(tree).toEqual(parseXml(large, 'large.xml'))
  })

  it('keeps <a /> and <a></a> apart', () => {
    const source = '<r><a /><b></b></r>'
    expect(writeXml(parseXml(source, 'x.xml'), compactStyle)).toBe(source)
  })

  it('as SolutionPackager does: byte order mark, declaration, two spaces, no line end at the end', () => {
    const tree = element('Role', { id: '{1}' }, [textElement('IsCustomizable', '1'), element('RolePrivileges')])
    const lines = ['<Role id="{1}">', '  <IsCustomizable>1</IsCustomizable>', '  <RolePrivileges />', '</Role>']
    expect(writeXml(tree, packagerStyle)).toBe(`\uFEFF<?xml version="1.0" encoding="utf-8"?>\n${lines.join('\n')}`)
    expect(writeXml(tree, serverStyle)).toBe(lines.join('\r\n'))
  })

  it('never indents where text stands, because white space would be text too', () => {
    const source = '<p>Hello <b>big</b> <i>world</i></p>'
    expect(writeXml(parseXml(source, 'x.xml'), serverStyle)).toBe(source)
  })

  it('refuses a character that XML does not have, rather than write what nobody can read', () => {
    for (const text of ['\u0000', '\u0008', '\u001f', '\ufffe', '\uffff']) {
      expect(() => writeXml(element('a', { b: text }), compactStyle)).toThrow('does not allow')
      expect(() => writeXml(textElement('a', text), compactStyle)).toThrow('does not allow')
    }
  })

  it.for(['<a>&#xA;<b /></a>', '<a><b />&#x20;<c /></a>', '<a>&#x9;<!--c--></a>', '<a xml:space="preserve">\n<b /></a>', '<a>\t</a>'])(
    'writes white space that is text so that it is read as text again: %j',
    (source) => expect(writeXml(parseXml(source, 'x.xml'), packagerStyle)).toContain(source),
  )

  it('writes line ends in attributes as references, or they would be read back as spaces', () => {
    const tree = element('a', { b: 'one\ntwo\tthree' })
    expect(writeXml(tree, compactStyle)).toBe('<a b="one&#xA;two&#x9;three" />')
  })
})

describe('reading XML', () => {
  it('takes bytes with a byte order mark, a declaration and CRLF line ends', () => {
    const bytes = new TextEncoder().encode('\uFEFF<?xml version="1.0" encoding="utf-8"?>\r\n<a>\r\n  <b>1\r\n2</b>\r\n</a>\r\n')
    const tree = parseXml(bytes, 'a.xml')
    expect(tree.children).toHaveLength(1)
    expect(textOf(child(tree, 'b'))).toBe('1\n2')
  })

  it('takes UTF-16, and the encoding that the declaration names', () => {
    expect(textOf(parseXml(Buffer.from('\uFEFF<a>ü</a>', 'utf16le'), 'a.xml'))).toBe('ü')
    expect(textOf(parseXml(Buffer.from('<?xml version="1.0" encoding="iso-8859-1"?><a>ü</a>', 'latin1'), 'a.xml'))).toBe('ü')
  })

  it('resolves references and keeps CDATA, comments and instructions', () => {
    const tree = parseXml('<a b="&lt;&#65;&quot;"><![CDATA[<x>&amp;]]><!-- note --><?go on?></a>', 'a.xml')
    expect(attributeOf(tree, 'b')).toBe('<A"')
    expect(tree.children).toEqual([
      { type: 'cdata', text: '<x>&amp;' },
      { type: 'comment', text: ' note ' },
      { type: 'instruction', text: 'go on' },
    ])
  })

  it.for([
    ['<a>\n  <b></c>\n</a>', 2, 6, 'must be closed'],
    ['<a>\n<b>', 2, 1, 'never closed'],
    ['<a b="1" b="2"/>', 1, 10, 'twice'],
    ['<a b=1/>', 1, 6, 'quotes'],
    ['<a>\n\n fish & chips</a>', 3, 7, 'reference'],
    ['<a>&nbsp;</a>', 1, 4, 'reference'],
    ['<a/><b/>', 1, 5, 'second root'],
    ['hello', 1, 1, 'outside'],
    ['', 1, 1, 'no element'],
    ['<a><!-- </a>', 1, 4, '-->'],
    ['<a b="<"/>', 1, 7, '&lt;'],
    ['<a x="1"y="2"/>', 1, 9, 'white space'],
  ] as const)('says where %j is wrong', ([source, line, column, problem]) => {
    expect(() => parseXml(source, 'Other/x.xml')).toThrow(
      expect.objectContaining({
        code: 'solution.bad-xml',
        message: expect.stringContaining(`Other/x.xml, line ${line}, column ${column}: `),
      }),
    )
    expect(() => parseXml(source, 'x.xml')).toThrow(problem)
  })

  it.for([
    ['<a>&#xD800;</a>', 'a reference to half a character'],
    ['<a b="&#x1;"/>', 'a reference to a control character'],
    ['<a>&#0;</a>', 'a reference to NUL'],
    ['<a>&#65535;</a>', 'a reference to U+FFFF'],
    ['<a>&#x110000;</a>', 'a reference beyond Unicode'],
    ['<a>&toString;</a>', 'the name of something that objects have'],
    ['<a>\u0008</a>', 'a control character in text'],
    ['<a b="\u001f"/>', 'a control character in a value'],
    ['<a><![CDATA[\u0000]]></a>', 'NUL in CDATA'],
    ['<a><!--\u0001--></a>', 'a control character in a comment'],
    ['<a>\ufffe</a>', 'U+FFFE in text'],
    ['<a b="\uffff"/>', 'U+FFFF in a value'],
    ['<a><!--\ufffe--></a>', 'U+FFFE in a comment'],
  ] as const)('refuses %j: %s', ([source]) => {
    expect(() => parseXml(source, 'a.xml')).toThrow(expect.objectContaining({ code: 'solution.bad-xml' }))
  })

  it('takes every character that XML has, as it stands and by reference', () => {
    const texts = ['\t', '\n', ' ', '\u007f', '\u0085', '\ud7ff', '\ue000', '\ufeff', '\ufffd', '\u{10000}', '\u{10ffff}']
    for (const text of texts) {
      expect(textOf(parseXml(`<a>x${text}</a>`, 'a.xml'))).toBe(`x${text}`)
      expect(textOf(parseXml(`<a>x&#${text.codePointAt(0)};</a>`, 'a.xml'))).toBe(`x${text}`)
    }
  })

  it('refuses a DOCTYPE, so that no entity can be expanded', () => {
    const bomb = '<!DOCTYPE a [<!ENTITY x "xxxxxxxx"><!ENTITY y "&x;&x;&x;&x;">]><a>&y;</a>'
    expect(() => parseXml(bomb, 'a.xml')).toThrow(
      expect.objectContaining({ code: 'solution.bad-xml', message: expect.stringContaining('DOCTYPE') }),
    )
  })

  it('refuses elements nested without end, instead of running out of stack', () => {
    expect(() => parseXml('<a>'.repeat(100_000), 'a.xml')).toThrow('nested deeper')
  })

  it('reads text of any kind or throws an error of ours, never another', () => {
    const piece = fc.constantFrom(
      '<a>',
      '</a>',
      '<b x="1"/>',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '&amp;',
      '&',
      'text',
      '<?',
      '?>',
      ' ',
      '"',
      '=',
      '<',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        try {
          parseXml(pieces.join(''), 'a.xml')
        } catch (error) {
          expect(error).toMatchObject({ code: 'solution.bad-xml' })
        }
      }),
      { numRuns: 2000 },
    )
  })
})

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,6}$/)
const content = fc.string({
  unit: fc.constantFrom('a', 'Z', '<', '>', '&', '"', "'", '\n', '\t', ' ', 'é', '😀', ']', '\r', '\ufffd'),
  maxLength: 12,
})

/** Trees in the form that reading gives: no two texts side by side, and none of white space alone beside elements. */
const elements = fc.letrec<{ element: XmlElement; node: XmlNode }>((tie) => ({
  element: fc
    .record({
      type: fc.constant('element' as const),
      name,
      attributes: fc.uniqueArray(fc.record({ name, value: content }), { selector: (one) => one.name, maxLength: 3 }),
      children: fc.array(tie('node'), { maxLength: 4, depthIdentifier: 'tree' }).map(settled),
      isSelfClosed: fc.boolean(),
    })
    .map((one) => ({ ...one, isSelfClosed: one.isSelfClosed && one.children.length === 0 })),
  node: fc.oneof(
    { depthIdentifier: 'tree', maxDepth: 4 },
    content.filter((text) => text.trim() !== '').map((text): XmlNode => ({ type: 'text', text })),
    content.map((text): XmlNode => ({ type: 'cdata', text: text.replaceAll(']', '').replaceAll('\r', '') })),
    content.map((text): XmlNode => ({ type: 'comment', text: text.replaceAll('\r', '') })),
    tie('element'),
  ),
}))

function settled(nodes: readonly XmlNode[]): XmlNode[] {
  return nodes.filter((node, at) => node.type !== 'text' || nodes[at - 1]?.type !== 'text')
}
