import { describe, expect, it } from 'vitest'
import { canonicalXml } from './canonical-xml.ts'

const canonical = (text: string): string => canonicalXml(Buffer.from(text))

describe('the form by which fuzzed documents are compared', () => {
  it.for([
    ['<a><b/><c/></a>', '<a>\r\n  <c />\r\n  <b />\r\n</a>'],
    ['<a x="1" y="2"/>', "<?xml version='1.0'?><a y='2' x='1'></a>"],
    ['<a>x &lt; y</a>', '<a><![CDATA[x < y]]></a>'],
    ['<a>1\r\n2</a>', '<a>1\n2</a>'],
  ])('is one for %s and %s', ([left = '', right = '']) => {
    expect(canonical(left)).toBe(canonical(right))
  })

  it.for([
    ['<a><b/></a>', '<a><b/><b/></a>'],
    ['<a x="1"/>', '<a x="2"/>'],
    ['<a>x</a>', '<a> x</a>'],
    ['<a> </a>', '<a></a>'],
    ['<a><b/>x</a>', '<a><b/></a>'],
    ['<a><!-- x --></a>', '<a></a>'],
    ['<a><b><c/></b><d/></a>', '<a><b/><d><c/></d></a>'],
    ['<a>&#13;</a>', '<a>\r</a>'],
  ])('tells %s from %s', ([left = '', right = '']) => {
    expect(canonical(left)).not.toBe(canonical(right))
  })
})
