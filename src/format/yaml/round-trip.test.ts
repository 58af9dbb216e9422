import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryTree } from '../file-tree.ts'
import type { PackageFile, XmlElement, XmlNode } from '../package.ts'
import { packagerStyle, writeXml } from '../xml/write-xml.ts'
import { safeEntryPath } from '../zip/entry-path.ts'
import { isFileName } from './file-name.ts'
import { toXmlLayout, toYamlLayout } from './index.ts'

const head = '\uFEFF<?xml version="1.0" encoding="utf-8"?>\n'
const xsi = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
const manifest = `${head}<ImportExportXml>\n  <SolutionManifest>\n    <UniqueName>Contoso</UniqueName>\n  </SolutionManifest>\n</ImportExportXml>`
const rest = `${head}<ImportExportXml />`

describe('from XML to YAML and back', () => {
  it('whatever an element says comes back byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(role, async (element) => {
        await expectSame({ 'Roles/Clerk.xml': writeXml(element, packagerStyle) })
      }),
      { numRuns: 300 },
    )
  })

  it('so does XML that is laid out otherwise, and XML that is broken', async () => {
    await fc.assert(
      fc.asyncProperty(role, edit, async (element, { place, what }) => {
        const text = writeXml(element, packagerStyle)
        const at = place % (text.length + 1)
        await expectSame({ 'Roles/Clerk.xml': text.slice(0, at) + what + text.slice(at) })
      }),
      { numRuns: 300 },
    )
  })

  it('so do components of any name that a file may have', async () => {
    await fc.assert(
      fc.asyncProperty(name, async (called) => {
        const text = called.replaceAll('&', '&amp;')
        await expectSame({
          [`Roles/${called}.xml`]: `${head}<Role name="${text}"${xsi} />`,
          [`Entities/${called}/Entity.xml`]: `${head}<Entity${xsi}>\n  <Name>${text}</Name>\n  <FormXml />\n</Entity>`,
          [`Entities/${called}/FormXml/main/{1}.xml`]: `${head}<forms${xsi}>\n  <systemform />\n</forms>`,
          [`Other/Relationships.xml`]: `${head}<EntityRelationships${xsi}>\n  <EntityRelationship Name="${text}" />\n</EntityRelationships>`,
          [`Other/Relationships/Task.xml`]: `${head}<EntityRelationships${xsi}>\n  <EntityRelationship Name="${text}">\n    <ReferencedEntityName>Task</ReferencedEntityName>\n  </EntityRelationship>\n</EntityRelationships>`,
          [`WebResources/contoso_/${called}.yml`]: 'a: &b 1',
          [`WebResources/contoso_/${called}.yml.data.xml`]: `${head}<WebResource${xsi}>\n  <Name>contoso_/${text}.yml</Name>\n</WebResource>`,
          [`CanvasApps/${called}.meta.xml`]: `${head}<CanvasApp${xsi}>\n  <DocumentUri>/CanvasApps/${text}.msapp</DocumentUri>\n</CanvasApp>`,
          [`CanvasApps/${called}.msapp`]: 'a zip',
          [`Controls/${called}/css/style.yml`]: 'a: b',
          [`bots/${called}/bot.xml`]: '<bot />',
          [`botcomponents/${called}/data`]: 'kind: AdaptiveDialog\n',
          [`customapis/${called}/customapi.xml`]: '<customapi />',
          [`environmentvariabledefinitions/${called}/environmentvariablevalues.json`]: '{}',
          [`pluginpackages/${called}/package/${called}.nupkg`]: 'a zip',
          [`of a later time/${called}.yml`]: '- a',
        })
      }),
      { numRuns: 200 },
    )
  })

  it.for<readonly [string, Readonly<Record<string, string>>]>([
    ['tables of two names', table('<Name>contoso_Permit</Name>\n  <Name>other</Name>')],
    ['tables of another name than their folder', table('<Name>CONTOSO_permit</Name>')],
    ['tables of no name', table('<Name />')],
    ['columns in an order of their own', table(`<Name>contoso_Permit</Name>\n${columns('contoso_B', 'contoso_A', 'contoso_C')}`)],
    ['columns of one name', table(`<Name>contoso_Permit</Name>\n${columns('contoso_A', 'contoso_a')}`)],
    ['columns with names of devices', table(`<Name>contoso_Permit</Name>\n${columns('con', 'aux.x')}`)],
    ['relationships beside which something else lies', { ...relationships('a', 'b'), 'Other/Relationships/notes.txt': 'x' }],
    ['relationships with names of devices', relationships('con', 'nul.x')],
    [
      'manifests with two lists of root components',
      {
        'Other/Solution.xml': manifest.replace('  </S', '    <RootComponents />\n    <RootComponents></RootComponents>\n  </S'),
      },
    ],
    ['text of some megabytes', { 'Roles/Clerk.xml': `${head}<Role${xsi}>\n  <d>${"it's: #1\n".repeat(500_000)}</d>\n</Role>` }],
  ])('so do %s', async ([, files]) => {
    await expectSame(files)
  })

  it('is refused with the place where the manifest is broken', () => {
    const files = filesOf({ 'Other/Solution.xml': manifest.replace('</UniqueName>', ''), 'Other/Customizations.xml': rest })
    expect(() => toYamlLayout(files)).toThrow(expect.objectContaining({ message: expect.stringMatching(/Other\/Solution\.xml.*line/s) }))
  })

  it('is refused where a publisher is called what no folder may be', () => {
    const publisher = '    <Publisher>\n      <UniqueName>../contoso</UniqueName>\n    </Publisher>\n  </S'
    const files = filesOf({ 'Other/Solution.xml': manifest.replace('  </S', publisher), 'Other/Customizations.xml': rest })
    expect(() => toYamlLayout(files)).toThrow(expect.objectContaining({ code: 'solution.bad-manifest' }))
  })
})

/** There and back, without a warning, by files that every system can have; and from there to the same YAML again. */
async function expectSame(more: Readonly<Record<string, string>>): Promise<void> {
  const files = filesOf({ 'Other/Solution.xml': manifest, 'Other/Customizations.xml': rest, ...more })
  const yaml = toYamlLayout(files)
  for (const { path } of yaml) expect(safeEntryPath(path)).toBe(path)
  const warnings: string[] = []
  const back = await toXmlLayout(memoryTree(yaml), { onWarning: ({ message }) => warnings.push(message) })
  expect(textsOf(back)).toEqual(textsOf(files))
  expect(warnings).toEqual([])
  expect(textsOf(toYamlLayout(back))).toEqual(textsOf(yaml))
}

function table(inner: string): Record<string, string> {
  return {
    'Entities/contoso_Permit/Entity.xml': `${head}<Entity${xsi}>\n  ${inner}\n</Entity>`,
    'Entities/contoso_Permit/FormXml/main/{1}.xml': `${head}<forms${xsi}>\n  <systemform />\n</forms>`,
    'Entities/contoso_Permit/Formulas/a.xaml': '<x />',
  }
}

function columns(...names: readonly string[]): string {
  const list = names.map(
    (physical) => `        <attribute PhysicalName="${physical}">\n          <Length>1</Length>\n        </attribute>\n`,
  )
  const attributes = `      <attributes>\n${list.join('')}      </attributes>\n`
  return `  <EntityInfo>\n    <entity Name="contoso_Permit">\n${attributes}    </entity>\n  </EntityInfo>`
}

function relationships(...names: readonly string[]): Record<string, string> {
  const index = names.map((called) => `  <EntityRelationship Name="${called}" />\n`)
  const list = names.map(
    (called) => `  <EntityRelationship Name="${called}">\n    <ReferencedEntityName>Task</ReferencedEntityName>\n  </EntityRelationship>\n`,
  )
  return {
    'Other/Relationships.xml': `${head}<EntityRelationships${xsi}>\n${index.join('')}</EntityRelationships>`,
    'Other/Relationships/Task.xml': `${head}<EntityRelationships${xsi}>\n${list.join('')}</EntityRelationships>`,
  }
}

function filesOf(texts: Readonly<Record<string, string>>): PackageFile[] {
  return Object.entries(texts).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) }))
}

function textsOf(files: readonly PackageFile[]): Map<string, string> {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1))
  return new Map(sorted.map(({ path, bytes }) => [path, new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)]))
}

const inXml = (text: string) => !/[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]/.test(text)
const pieces = [
  '',
  ' ',
  '\n',
  '\t',
  '\r',
  '\u0085',
  '\u2028',
  '\ufeff',
  "'",
  '"',
  '\\',
  '#',
  ': ',
  '- ',
  '&',
  '<',
  ']]>',
  'null',
  'yes',
  '1e3',
  '~',
  '|',
  '%',
  '@',
  'é😀',
]
const someText = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 5 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 8 }).filter(inXml),
)
const elementName = fc.constantFrom('a', 'b', 'Ünder', 'x:y', 'no', '__proto__', 'constructor', 'attribute')
const attributes = fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'xsi:nil', 'xmlns:xsi', 'b'), value: someText }), {
  selector: ({ name: called }) => called,
  maxLength: 3,
})
const { node } = fc.letrec<{ node: XmlNode }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    someText.filter((text) => text !== '').map((text): XmlNode => ({ type: 'text', text })),
    someText.filter((text) => !/[\r]|\]\]>/.test(text)).map((text): XmlNode => ({ type: 'cdata', text })),
    fc.constantFrom<XmlNode>({ type: 'comment', text: ' why ' }, { type: 'instruction', text: 'a b' }),
    fc
      .record({ name: elementName, attributes, children: fc.array(tie('node'), { maxLength: 4 }), isSelfClosed: fc.boolean() })
      .map(elementOf),
  ),
}))
const role = fc
  .record({ attributes, children: fc.array(node, { maxLength: 5 }), isSelfClosed: fc.boolean() })
  .map((some) => elementOf({ name: 'Role', ...some }))

function elementOf(some: {
  name: string
  attributes: readonly { name: string; value: string }[]
  children: readonly XmlNode[]
  isSelfClosed: boolean
}): XmlElement {
  return { type: 'element', ...some, isSelfClosed: some.isSelfClosed && some.children.length === 0 }
}

const edit = fc.record({
  place: fc.nat(),
  what: fc.constantFrom('\r\n', '\n\n', ' ', '\t', '<', '&', '&#9;', '<!-- -->', "'", '>', '</Role>'),
})
const name = fc
  .oneof(
    fc
      .array(
        fc.constantFrom(
          'null',
          'yes',
          '1e3',
          '~',
          '-',
          ' ',
          '#',
          "'",
          '&',
          '%',
          '+',
          'ä',
          'A',
          '.',
          '{',
          '[',
          '!',
          '`',
          '@',
          '=',
          ',',
          'x',
        ),
        { minLength: 1, maxLength: 4 },
      )
      .map((parts) => parts.join('')),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
  )
  .filter((text) => isFileName(text) && inXml(text) && text === text.trim() && !text.includes(';'))
