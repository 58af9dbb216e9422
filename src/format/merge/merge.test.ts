import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { version } from '../../../test/support/domain-builders.ts'
import type { ComponentPart, XmlElement } from '../package.ts'
import { packageOfFiles } from '../read-package.ts'
import { emptySkeleton } from '../compose-customizations.ts'
import { buildManifest } from '../manifest.ts'
import { memoryTree } from '../file-tree.ts'
import { unpackSolution } from '../source/unpack-solution.ts'
import { packSolution } from '../source/pack-solution.ts'
import { parseXml } from '../xml/parse-xml.ts'
import { filesOfPackage, writePackage } from '../write-package.ts'
import { writeXml } from '../xml/write-xml.ts'
import { mergeElements, type MergeNotes } from './merge-xml.ts'
import { mergeComponent } from './merge-component.ts'
import { mergeJson } from './merge-json.ts'
import { mergeSource } from './merge-source.ts'

function notes(): MergeNotes {
  return { component: 'SystemForm:1', kind: 'SystemForm', conflicts: [] }
}

function mergeText(base: string, theirs: string, ours: string, into = notes()): string {
  const [b, t, o] = [parseXml(base, 'base'), parseXml(theirs, 'theirs'), parseXml(ours, 'ours')] as const
  return writeXml(mergeElements(into, { base: b, theirs: t, ours: o }), { indent: 0 })
}

/** Elements with items that have ids, single children, attributes and texts; names that no rule of noise knows. */
const trees: fc.Arbitrary<XmlElement> = fc.letrec<{ node: XmlElement; root: XmlElement }>((tie) => {
  const attributes = fc.uniqueArray(
    fc.record({ name: fc.constantFrom('colour', 'size', 'shape'), value: fc.constantFrom('1', '2', '3') }),
    {
      selector: ({ name }) => name,
    },
  )
  const leaf = fc.tuple(fc.constantFrom('alpha', 'beta'), attributes, fc.constantFrom('', 'one', 'two')).map(
    ([name, given, text]): XmlElement => ({
      type: 'element',
      name,
      attributes: given,
      children: text === '' ? [] : [{ type: 'text', text }],
      isSelfClosed: false,
    }),
  )
  const items = fc
    .uniqueArray(
      fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), attributes, fc.option(tie('node'), { nil: undefined, depthSize: 'small' })),
      {
        selector: ([id]) => id,
      },
    )
    .map((list) =>
      list.map(
        ([id, given, child]): XmlElement => ({
          type: 'element',
          name: 'thing',
          attributes: [{ name: 'id', value: id }, ...given],
          children: child === undefined ? [] : [child],
          isSelfClosed: false,
        }),
      ),
    )
  const things = fc
    .tuple(attributes, items)
    .map(([given, children]): XmlElement => ({ type: 'element', name: 'things', attributes: given, children, isSelfClosed: false }))
  return {
    node: fc.oneof({ maxDepth: 3 }, leaf, things),
    root: fc
      .tuple(attributes, fc.option(things, { nil: undefined }), fc.uniqueArray(leaf, { selector: ({ name }) => name, maxLength: 2 }))
      .map(
        ([given, list, leaves]): XmlElement => ({
          type: 'element',
          name: 'root',
          attributes: given,
          children: [...leaves, ...(list === undefined ? [] : [list])],
          isSelfClosed: false,
        }),
      ),
  }
}).root

const written = (element: XmlElement): string => writeXml(element, { indent: 0 })

describe('a merge of XML, three ways', () => {
  it('gives the only side that changed, and what both say alike, without a conflict', () => {
    fc.assert(
      fc.property(trees, trees, (base, x) => {
        for (const versions of [
          { base, theirs: base, ours: x },
          { base, theirs: x, ours: base },
          { base, theirs: x, ours: x },
        ]) {
          const into = notes()
          expect(written(mergeElements(into, versions))).toBe(written(x))
          expect(into.conflicts).toEqual([])
        }
      }),
      { numRuns: 200 },
    )
  })

  it('always gives an element that can be read again, and tells of a conflict whenever it leaves out what they changed', () => {
    fc.assert(
      fc.property(trees, trees, trees, (base, theirs, ours) => {
        const into = notes()
        const merged = written(mergeElements(into, { base, theirs, ours }))
        expect(written(parseXml(merged, 'merged'))).toBe(merged)
        // Bringing the same changes again changes nothing more.
        const again = mergeElements(notes(), { base, theirs, ours: parseXml(merged, 'merged') })
        if (into.conflicts.length === 0) expect(written(again)).toBe(merged)
      }),
      { numRuns: 200 },
    )
  })

  it('keeps edits of both sides on different cells of one form', () => {
    const form = (...cells: readonly string[]): string => `<form><rows>${cells.join('')}</rows></form>`
    const cell = (id: string, label: string): string => `<row id="${id}"><label>${label}</label></row>`
    const merged = mergeText(
      form(cell('1', 'Name'), cell('2', 'City')),
      form(cell('1', 'Full name'), cell('2', 'City'), cell('3', 'Country')),
      form(cell('0', 'Number'), cell('1', 'Name'), cell('2', 'Town')),
    )
    expect(merged).toBe(form(cell('0', 'Number'), cell('1', 'Full name'), cell('2', 'Town'), cell('3', 'Country')))
  })

  it('keeps ours and tells where both sides changed one label', () => {
    const into = notes()
    expect(mergeText('<a><label>Name</label></a>', '<a><label>Full name</label></a>', '<a><label>Title</label></a>', into)).toBe(
      '<a><label>Title</label></a>',
    )
    expect(into.conflicts).toMatchObject([{ where: 'a › label', base: '<label>Name</label>', theirs: '<label>Full name</label>' }])
  })

  it('does not take away what the other side changed meanwhile', () => {
    const into = notes()
    const rows = (...ids: readonly string[]): string => `<rows>${ids.map((id) => `<row id="${id}" />`).join('')}</rows>`
    expect(mergeText(rows('1', '2'), rows('2'), '<rows><row id="1" colour="red" /><row id="2" /></rows>', into)).toContain('colour="red"')
    expect(into.conflicts).toHaveLength(1)
  })

  it('takes their order when only they moved something', () => {
    const rows = (...ids: readonly string[]): string => `<rows>${ids.map((id) => `<row id="${id}"/>`).join('')}</rows>`
    expect(
      mergeText(rows('1', '2', '3'), rows('3', '1', '2'), rows('1', '2', '3', '4'))
        .match(/\d/g)
        ?.join(''),
    ).toBe('3412')
  })

  it('leaves alone what says nothing about a solution', () => {
    const base = '<form><cell labelid="a" /></form>'
    expect(mergeText(base, '<form><cell labelid="b" /></form>', base)).toBe(base)
  })
})

describe('what is exported where a managed solution brought the component', () => {
  it('leaves out managed properties, which is no change of them', () => {
    const base = '<view><IsCustomizable>1</IsCustomizable><name>A</name></view>'
    expect(mergeText(base, '<view><name>B</name></view>', base)).toBe('<view><IsCustomizable>1</IsCustomizable><name>B</name></view>')
  })
})

describe('a merge of JSON, three ways', () => {
  it('keeps the laws of merging', () => {
    const json = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.dictionary(fc.constantFrom('x', 'y'), fc.nat(2)))
    fc.assert(
      fc.property(json, json, (base, x) => {
        for (const versions of [
          { base, theirs: base, ours: x },
          { base, theirs: x, ours: base },
          { base, theirs: x, ours: x },
        ])
          expect(mergeJson(notes(), versions, '')).toEqual(x)
      }),
    )
  })

  it('keeps an action that production added beside one that Dev added', () => {
    const actions = (...names: readonly string[]) => ({ actions: Object.fromEntries(names.map((name) => [name, { type: 'Compose' }])) })
    expect(mergeJson(notes(), { base: actions('A'), theirs: actions('A', 'B'), ours: actions('A', 'C') }, '')).toEqual(
      actions('A', 'C', 'B'),
    )
  })
})

function part(kind: string, key: string, xml: string, files: ComponentPart['files'] = []): ComponentPart {
  const section = { OptionSet: ['optionsets'], CanvasApp: ['CanvasApps'] }[kind] ?? []
  return { kind, key, displayName: key, parent: undefined, section, xml: parseXml(xml, key), files }
}

function choice(key: string, ...labels: readonly string[]): ComponentPart {
  const options = labels.map(
    (label, at) => `<option value="${at + 1}"><labels><label description="${label}" languagecode="1033" /></labels></option>`,
  )
  return part(
    'OptionSet',
    key,
    `<optionset Name="${key}"><OptionSetType>picklist</OptionSetType><options>${options.join('')}</options></optionset>`,
  )
}

function canvas(document: string): ComponentPart {
  const path = 'CanvasApps/con_app_DocumentUri.msapp'
  return part('CanvasApp', 'con_app', `<CanvasApp><Name>con_app</Name><DocumentUri>/${path}</DocumentUri></CanvasApp>`, [
    { path, bytes: Buffer.from(document) },
  ])
}

function packageOf(...parts: readonly ComponentPart[]) {
  const rootComponents = parts.map((each) =>
    each.kind === 'OptionSet'
      ? { type: '9', id: undefined, schemaName: each.key, behavior: 0 as const }
      : { type: '300', id: undefined, schemaName: each.key, behavior: 0 as const },
  )
  const manifest = buildManifest({
    uniqueName: 'Choices',
    displayName: 'Choices',
    version: version('1.0.0.0'),
    isManaged: false,
    publisher: { uniqueName: 'contoso', displayName: 'Contoso', prefix: 'con', optionValuePrefix: 12_345 },
    rootComponents,
    missingDependencies: [],
  })
  return { manifest, skeleton: emptySkeleton(), parts, otherFiles: [] }
}

async function sourceOf(...parts: readonly ComponentPart[]): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  for await (const { path, bytes } of unpackSolution(memoryTree(filesOfPackage(packageOf(...parts))))) files.set(path, bytes)
  return files
}

const treeOf = (files: ReadonlyMap<string, Uint8Array>) => memoryTree([...files].map(([path, bytes]) => ({ path, bytes })))

async function merge(sides: Record<'shipped' | 'exported' | 'current', readonly ComponentPart[]>, components: readonly string[]) {
  const current = await sourceOf(...sides.current)
  const merged = await mergeSource({
    shipped: treeOf(await sourceOf(...sides.shipped)),
    exported: await writePackage(packageOf(...sides.exported)),
    current: treeOf(current),
    components,
  })
  return { ...merged, current }
}

describe('what an environment changed, merged into the source', () => {
  it('changes the files of the named components alone, and what it gives can be packed again', async () => {
    const merged = await merge(
      {
        shipped: [choice('con_a', 'Red'), choice('con_b', 'Big')],
        exported: [choice('con_a', 'Red', 'Blue'), choice('con_b', 'Small')],
        current: [choice('con_a', 'Scarlet'), choice('con_b', 'Big')],
      },
      ['OptionSet:con_a'],
    )
    expect([...merged.files.keys()]).toEqual(['OptionSets/con_a.xml'])
    expect(merged.components).toEqual([{ component: 'OptionSet:con_a', outcome: 'merged', note: '' }])
    for (const [path, bytes] of merged.files) if (bytes !== undefined) merged.current.set(path, bytes)
    const packed = []
    for await (const file of packSolution(treeOf(merged.current))) packed.push(file)
    const xml = written(packageOfFiles(packed).parts.find(({ key }) => key === 'con_a')?.xml ?? parseXml('<none />', ''))
    expect(xml).toContain('Scarlet')
    expect(xml).toContain('Blue')
  })

  it('says that ours carries it already when nothing is left to bring', async () => {
    const now = [choice('con_a', 'Red', 'Blue')]
    const merged = await merge({ shipped: [choice('con_a', 'Red')], exported: now, current: now }, ['optionset:con_a'])
    expect(merged.files.size).toBe(0)
    expect(merged.components[0]?.outcome).toBe('carried')
  })

  it('says what it cannot merge, and why', async () => {
    const canvasConflict = await merge({ shipped: [canvas('1')], exported: [canvas('2')], current: [canvas('3')] }, ['CanvasApp:con_app'])
    expect(canvasConflict.components).toMatchObject([{ outcome: 'cannot' }])
    expect(canvasConflict.files.size).toBe(0)
    const gone = await merge(
      { shipped: [choice('con_a', 'Red')], exported: [choice('con_a', 'Blue')], current: [choice('con_b', 'Big')] },
      ['OptionSet:con_a'],
    )
    expect(gone.components).toMatchObject([{ outcome: 'cannot', note: expect.stringContaining('took it out in Dev') as string }])
  })

  it('takes a canvas app whole where Dev left it as it was shipped, and says so', async () => {
    const merged = await merge({ shipped: [canvas('1')], exported: [canvas('2')], current: [canvas('1')] }, ['CanvasApp:con_app'])
    expect(merged.components).toMatchObject([{ outcome: 'merged', note: expect.stringContaining('canvas app') as string }])
    expect([...merged.files.keys()]).toEqual(['CanvasApps/con_app_DocumentUri.msapp'])
  })
})

describe('a form whose labels repeat the names of their columns', () => {
  const form = (labels: readonly string[], order = 'asc') => {
    const cells = labels.map(
      (label, at) => `<cell id="{C${at}}"><labels><label description="${label}" languagecode="1033" /></labels></cell>`,
    )
    return `<form order="${order}"><rows>${cells.join('')}</rows></form>`
  }

  it('is exported without them from where it is managed, which is no change', () => {
    const [base, theirs, ours] = [form(['Name', 'Permit']), form(['', 'Permit of the city'], 'desc'), form(['Name', 'Permit'])].map((xml) =>
      parseXml(xml, 'form'),
    ) as [XmlElement, XmlElement, XmlElement]
    const part = (xml: XmlElement): ComponentPart => ({
      kind: 'SystemForm',
      key: '1',
      displayName: 'Form',
      parent: 'Entity:con_permit',
      section: [],
      xml,
      files: [],
    })
    const merged = mergeComponent({ base: part(base), theirs: part(theirs), ours: part(ours) })
    expect(merged.conflicts).toEqual([])
    expect(merged.part.xml && writeXml(merged.part.xml, { indent: 0 })).toBe(form(['Name', 'Permit of the city'], 'desc'))
  })
})
