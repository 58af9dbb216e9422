import { describe, expect, it } from 'vitest'
import type { ComponentPart } from '../package.ts'
import { parseXml } from '../xml/parse-xml.ts'
import { writeXml } from '../xml/write-xml.ts'
import { layerTexts } from './layer-texts.ts'

const view = part(
  'SavedQuery',
  '<savedquery><fetchxml><fetch><entity name="con_a" /></fetch></fetchxml><LocalizedNames><LocalizedName description="All" languagecode="1033" /></LocalizedNames></savedquery>',
)
const column = part(
  'Attribute',
  '<attribute><RequiredLevel>none</RequiredLevel><MaxLength>100</MaxLength><Length>200</Length><displaynames><displayname description="Size" languagecode="1033" /><displayname description="Grootte" languagecode="1043" /></displaynames></attribute>',
)
const script = { ...part('WebResource', '<WebResource><Name>con_a</Name></WebResource>'), files: [fileOf('WebResources/con_a', 'old')] }
const flow = {
  ...part('Workflow', '<Workflow Name="Greet"><Type>1</Type></Workflow>'),
  files: [fileOf('Workflows/Greet.json', '{"properties":{}}')],
}
const process = { ...flow, files: [fileOf('Workflows/Greet.xaml', '<Activity />')] }

describe('a text of a layer', () => {
  it.each([
    ['a query', view, 'fetchxml', '<fetch><entity name="con_b" /></fetch>', 'name="con_b"'],
    ['a name', view, 'name', 'Mine', 'description="Mine"'],
    ['a required level', column, 'requiredlevel', 'ApplicationRequired', '<RequiredLevel>required</RequiredLevel>'],
    ['a length, with the space that it takes', column, 'maxlength', '150', '<MaxLength>150</MaxLength><Length>300</Length>'],
    ['the content of a web resource', script, 'content', btoa('new'), 'new'],
    ['the definition of a flow', flow, 'clientdata', '{"properties":{"a":1}}', '{"properties":{"a":1}}'],
  ])('is put into the file: %s', (_, into, attribute, text, expected) => {
    expect(textOf(write(into, attribute, text))).toContain(expected)
  })

  it.each([
    ['a name in several languages, of which the layer tells one', column, 'displayname', 'Length'],
    ['a required level as a number of unknown meaning', column, 'requiredlevel', '1'],
    ['a length that is none', column, 'maxlength', '-1'],
    ['a query that is something else', view, 'fetchxml', '<grid />'],
    ['content that is not base64', script, 'content', 'not base64!'],
    ['a definition that is no object', flow, 'clientdata', '[]'],
    ['the definition of a classic process, which is in no JSON', process, 'clientdata', '{}'],
    ['what the file does not have', view, 'description', 'New'],
  ])('is refused where it cannot be sound: %s', (_, into, attribute, text) => {
    expect(write(into, attribute, text)).toBeUndefined()
  })
})

function write(into: ComponentPart, attribute: string, text: string): ComponentPart | undefined {
  return layerTexts[into.kind.toLowerCase()]?.[attribute]?.(into, text)
}

function part(kind: string, xml: string): ComponentPart {
  return { kind, key: 'a', displayName: 'a', parent: undefined, section: [], xml: parseXml(xml, kind), files: [] }
}

function fileOf(path: string, text: string) {
  return { path, bytes: new TextEncoder().encode(text) }
}

function textOf(of: ComponentPart | undefined): string {
  if (of?.xml === undefined) return ''
  return `${writeXml(of.xml, { indent: 0 })}${of.files.map(({ bytes }) => new TextDecoder().decode(bytes)).join('')}`.replaceAll(
    />\s+</g,
    '><',
  )
}
