import { describe, expect, it } from 'vitest'
import { filesOf, guid, petShop, textsOf, unpacked } from '../../../test/support/pet-shop.ts'
import { unorderedDifference } from '../../../test/golden/unordered-xml.ts'
import { memoryTree } from '../file-tree.ts'
import { parseXml } from '../xml/parse-xml.ts'
import type { PackOptions } from './options.ts'
import { packSolution } from './pack-solution.ts'
import { unpackSolution } from './unpack-solution.ts'

const carriedPath = '.drover/carried.json'

describe('a packed folder', () => {
  it('is the solution that was unpacked, file names of the zip included', async () => {
    const packed = await packedAgain(petShop())
    expect([...packed.keys()]).toEqual([
      'customizations.xml',
      'solution.xml',
      'environmentvariabledefinitions/pet_Url/environmentvariabledefinition.xml',
      'WebResources/pet_bark1111',
      'Workflows/Walk-2222.json',
      '[Content_Types].xml',
    ])
  })

  it('has the version and the package type that are asked for', async () => {
    const folder = await unpacked(petShop())
    expect((await packed(folder, { version: '2.0' })).get('solution.xml')).toContain('<Version>2.0</Version>')
    await expect(packed(folder, { version: 'two' })).rejects.toMatchObject({ code: 'solution.bad-version' })
    await expect(packed(folder, { type: 'managed' })).rejects.toMatchObject({
      code: 'solution.wrong-package-type',
      message: expect.stringContaining('Solution package type did not match requested type.'),
    })
  })

  it('is the same from the YAML layout', async () => {
    const yaml = await textsOf(unpackSolution(memoryTree(filesOf(petShop())), { layout: 'yaml' }))
    expect([...yaml.keys()]).toContain('solutions/Pets/solution.yml')
    expectSame(await packed(yaml), petShop())
  })

  it('is the same whether Git gave its lines CRLF or LF', async () => {
    const folder = await unpacked(petShop())
    const windows = new Map([...folder].map(([path, text]) => [path, path.endsWith('.xml') ? text.replaceAll('\n', '\r\n') : text]))
    const variable = 'environmentvariabledefinitions/pet_Url/environmentvariabledefinition.xml'
    windows.set(variable, folder.get(variable) ?? '')
    expect(await packed(windows)).toEqual(await packed(folder))
  })

  it.for(['xml', 'yaml'] as const)('has the data providers of virtual tables, a file each in the %s layout', async (layout) => {
    const provider = `<EntityDataProvider><EntityDataProviderId>{${guid(8)}}</EntityDataProviderId><Name>Kennels</Name></EntityDataProvider>`
    const kennels = petShop({
      customizations: (xml) => xml.replace('<connection', `<EntityDataProviders>${provider}</EntityDataProviders><connection`),
      manifest: (xml) => xml.replace('<RootComponents>', `<RootComponents><RootComponent type="181" id="{${guid(8)}}" behavior="0" />`),
    })
    const folder = await textsOf(unpackSolution(memoryTree(filesOf(kennels)), { layout }))
    const file = layout === 'xml' ? `EntityDataProviders/{${guid(8)}}.xml` : `entitydataproviders/{${guid(8)}}.yml`
    expect(folder.get(file)).toContain('Kennels')
    expectSame(await packed(folder), kennels)
  })

  it('takes components in the order that Windows lists their files, whatever order they come in', async () => {
    const two = petShop({
      customizations: (xml) => xml.replace('</optionset>', '</optionset><optionset Name="Pet_AGE" />'),
      manifest: (xml) => xml.replace('<RootComponents>', '<RootComponents><RootComponent type="9" schemaName="Pet_AGE" behavior="0" />'),
    })
    const folder = await unpacked(two)
    expect(await packed(new Map([...folder].reverse()))).toEqual(await packed(folder))
    expect((await packed(folder)).get('customizations.xml')).toMatch(/Pet_AGE[^]*pet_size/)
  })
})

describe('a folder that does not fit together is refused', () => {
  it('when RootComponents lacks components that it holds, all of them named', async () => {
    const folder = await unpacked(petShop())
    folder.set('OptionSets/pet_b.xml', '<optionset Name="pet_b" />')
    folder.set('Roles/Vet.xml', `<Role id="{${guid(7)}}" name="Vet" />`)
    await expect(packed(folder)).rejects.toMatchObject({
      code: 'solution.component-not-listed',
      message: expect.stringMatching(
        /Following objects, required by the solution, are not present\.[^]*Roles\/Vet\.xml: <RootComponent type="20" id="\{7[^]*OptionSets\/pet_b\.xml: <RootComponent type="9" schemaName="pet_b"[^]*RootComponent validation failed\./,
      ),
    })
  })

  it('when two files are one component', async () => {
    const folder = await unpacked(petShop())
    folder.set('OptionSets/copy.xml', folder.get('OptionSets/pet_size.xml') ?? '')
    await expect(packed(folder)).rejects.toMatchObject({
      code: 'solution.component-twice',
      message: expect.stringContaining('OptionSets/copy.xml'),
    })
  })

  it('when a file is gone that a component asks for, with the line that asks', async () => {
    const folder = await unpacked(petShop())
    folder.delete('Workflows/Walk-2222.json')
    await expect(packed(folder)).rejects.toMatchObject({
      code: 'solution.file-missing',
      message: "Cannot find required file 'Workflows/Walk-2222.json'. Workflows/Walk-2222.json.data.xml, line 3, asks for it.",
    })
  })

  it('when a part is ill-formed, with its line', async () => {
    const folder = await unpacked(petShop())
    folder.set('OptionSets/pet_size.xml', '<optionset Name="pet_size">\n  <a></b>\n</optionset>')
    await expect(packed(folder)).rejects.toMatchObject({
      code: 'solution.bad-xml',
      message: expect.stringContaining('OptionSets/pet_size.xml, line 2'),
    })
  })

  it('when its carried.json is broken', async () => {
    const folder = await unpacked(petShop())
    for (const text of ['{', '[]', '{"format":2}', '{"format":1,"xml":{"components":[{"section":1}]}}']) {
      await expect(packed(new Map([...folder, [carriedPath, text]]))).rejects.toMatchObject({ code: 'solution.bad-carried' })
    }
  })

  it('and when it is no folder of a solution', async () => {
    await expect(packed(new Map([['readme.txt', 'x']]))).rejects.toMatchObject({ code: 'solution.no-solution' })
  })

  it('but a file that no component names is packed with a warning', async () => {
    const folder = await unpacked(petShop())
    folder.set('WebResources/pet_/stray.js', 'x')
    const warnings: string[] = []
    const made = await packed(folder, { onWarning: ({ message }) => warnings.push(message) })
    expect(made.get('WebResources/pet_/stray.js')).toBe('x')
    expect(warnings.join()).toContain('WebResources/pet_/stray.js is packed, but no component names it')
  })

  it('but what is listed and not there is a warning', async () => {
    const folder = await unpacked(petShop())
    folder.delete('OptionSets/pet_size.xml')
    const warnings: string[] = []
    await packed(folder, { onWarning: ({ message }) => warnings.push(message) })
    expect(warnings).toEqual([
      "Following root components are not defined in customizations:\n  Type='OptionSet', Id (or schema name)='pet_size'.",
    ])
  })
})

describe('nothing is lost of a solution', () => {
  const listed = (type: number, name: string) => (xml: string) =>
    xml.replace('<RootComponents>', `<RootComponents><RootComponent type="${type}" schemaName="${name}" behavior="0" />`)

  it.for([
    [
      'with a workflow that has no file',
      (xml: string) => xml.replace('<Workflows>', `<Workflows><Workflow WorkflowId="{${guid(2)}}" Name="x" unmodified="1" />`),
    ],
    ['with two roles of one name', (xml: string) => xml.replace('<Roles>', `<Roles><Role id="{${guid(4)}}" name="dog KEEPER"><a/></Role>`)],
    ['with attributes and comments on its sections', (xml: string) => xml.replace('<Roles>', '<Roles a="1"><!-- b -->')],
    [
      'with a section that stands twice',
      (xml: string) => xml.replace('<Roles>', `<Roles><Role id="{${guid(4)}}" name="b" /></Roles><Roles>`),
    ],
    [
      'with forms of one type in two groups',
      (xml: string) =>
        xml.replace('<FormXml>', `<FormXml><forms type="main"><systemform><formid>{${guid(5)}}</formid></systemform></forms>`),
    ],
    ['with an empty group of forms', (xml: string) => xml.replace('<FormXml>', '<FormXml><forms type="card" />')],
    ['with an empty group of forms that has an end tag', (xml: string) => xml.replace('<FormXml>', '<FormXml><forms type="card"></forms>')],
    ['with a section that is empty save its attributes', (xml: string) => xml.replace('<Roles>', '<Connectors a="1"></Connectors><Roles>')],
    ['with white space that is written as references', (xml: string) => xml.replace('<Roles>', '<Other>&#xA;<a />&#x20;</Other><Roles>')],
    ['with attributes on a group of forms', (xml: string) => xml.replace('<forms type="main">', '<forms type="main" a="1">')],
    ['with a comment among its forms', (xml: string) => xml.replace('<forms type="main">', '<forms type="main"><!-- c -->')],
    ['with two forms of one id', (xml: string) => xml.replace(/<systemform>.*<\/systemform>/, '$&$&')],
    ['with a form that has no id', (xml: string) => xml.replace('</systemform>', '</systemform><systemform />')],
    ['with text among its views', (xml: string) => xml.replace('<savedqueries>', '<savedqueries>text')],
    ['with two lists of views', (xml: string) => xml.replace('<SavedQueries>', '<SavedQueries /><SavedQueries>')],
    [
      'with a component that declares xsi itself',
      (xml: string) => xml.replace('<optionset Name', '<optionset xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" Name'),
    ],
    [
      'with a table that declares xsi itself',
      (xml: string) => xml.replace('<Entity>', '<Entity xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'),
    ],
    [
      'with a relationship in mixed text',
      (xml: string) =>
        xml.replace('<EntityRelationships>', '<EntityRelationships><EntityRelationship Name="r">a<b/>c</EntityRelationship>'),
    ],
    ['with something unknown in a section', (xml: string) => xml.replace('<optionsets>', '<optionsets><other />')],
    ['with marks like ours', (xml: string) => xml.replace('<forms type="main">', '<forms type="main"><?drover-file x?>')],
    ['with text in a table', (xml: string) => xml.replace('<FormXml>', 'text<FormXml>')],
  ] as const)('%s', async ([, customizations]) => {
    await expectNothingLost(petShop({ customizations }))
  })

  it('and text among components, which no list of files can hold, is refused', async () => {
    const zip = petShop({ customizations: (xml) => xml.replace('</Role>', '</Role>text') })
    await expect(unpacked(zip)).rejects.toMatchObject({ code: 'solution.bad-xml' })
  })

  it('when files of the zip lie where the layout has its own', async () => {
    const zip = petShop()
    for (const path of [
      'Roles/x.xml',
      'Other/Solution.xml',
      'Entities/a/Formulas/b.yaml',
      carriedPath,
      'Connectors/a.json',
      'Connector/b.json',
      'WebResources/pet_/bark.js',
      'connector/c.json',
    ]) {
      zip.set(path, `content of ${path}`)
    }
    await expectNothingLost(zip)
  })

  it('when its manifest says nothing', async () => {
    const zip = petShop({
      customizations: () => '<ImportExportXml />',
      manifest: () => '<ImportExportXml><SolutionManifest></SolutionManifest></ImportExportXml>',
    })
    for (const path of ['WebResources/pet_bark1111', 'Workflows/Walk-2222.json']) zip.delete(path)
    await expectNothingLost(zip)
  })

  it('when files have the names of what objects have', async () => {
    const zip = petShop({
      customizations: (xml) => xml.replace('<Roles>', '<constructor /><Roles>'),
      manifest: (xml) =>
        xml.replace('<RootComponents>', '<RootComponents><RootComponent type="toString" schemaName="__proto__" behavior="0" />'),
    })
    for (const path of ['toString', 'constructor', '__proto__', 'Connector/__proto__']) zip.set(path, `content of ${path}`)
    await expectNothingLost(zip)
  })

  it.for(['Controls/pet_x/.gitkeep', '.gitignore', 'Assets/Thumbs.db', 'bots/pet/.DS_Store', 'a/desktop.ini/b'])(
    'when a file is named as those that reading a folder skips: %s',
    async (path) => {
      const zip = petShop().set(path, 'content')
      const folder = await unpacked(zip)
      expect([...folder.keys()]).not.toContain(path)
      expectSame(await packed(folder), zip)
    },
  )

  it('when components are named so', async () => {
    const names = ['pet_/.gitignore', 'pet_/Thumbs.db/x.js']
    const resources = names.map((name, at) => `<WebResource><Name>${name}</Name><FileName>/WebResources/b${at}</FileName></WebResource>`)
    const zip = petShop({
      customizations: (xml) =>
        xml
          .replace('</WebResource>', `</WebResource>${resources.join('')}`)
          .replace('>pet_Dog<', '>.gitkeep<')
          .replace('"pet_size"', '".gitattributes"'),
      manifest: (xml) =>
        [...names, '.gitattributes'].reduce((text, name) => listed(name.includes('/') ? 61 : 9, name)(text), listed(1, '.gitkeep')(xml)),
    })
    for (const at of [0, 1]) zip.set(`WebResources/b${at}`, `b${at}`)
    await expectNothingLost(zip)
    for (const path of (await unpacked(zip)).keys()) expect(path).not.toMatch(/gitignore|Thumbs|gitkeep/)
  })

  it.for([
    ['a table', '>pet_Dog<', '>pet/Dog<', 1, 'pet/Dog'],
    ['a choice', '"pet_size"', '"pet/size"', 9, 'pet/size'],
    ['a form', `<formid>{${guid(1)}}`, '<formid>a/b', 0, ''],
    ['a type of forms', '<forms type="main">', '<forms type="a/b">', 0, ''],
    ['a view', `<savedqueryid>{${guid(3)}}`, '<savedqueryid>a\\b', 0, ''],
    ['an app', '<Roles>', '<AppModules><AppModule><UniqueName>a/b</UniqueName></AppModule></AppModules><Roles>', 80, 'a/b'],
  ] as const)('when the name of %s leads into a folder', async ([, from, to, type, name]) => {
    await expectNothingLost(petShop({ customizations: (xml) => xml.replace(from, to), manifest: listed(type, name) }))
  })

  it.for(['a/b', '..', '.gitkeep/x'])('when a relationship names a table as no file can be: %s', async (table) => {
    const relationship = `<EntityRelationship Name="r"><ReferencedEntityName>${table}</ReferencedEntityName></EntityRelationship>`
    await expectNothingLost(petShop({ customizations: (xml) => xml.replace('<EntityRelationships>', `$&${relationship}`) }))
  })

  it('when a name is a folder for one file and a file for another', async () => {
    const resource = (name: string, file: string) =>
      `<WebResource><Name>${name}</Name><FileName>/WebResources/${file}</FileName></WebResource>`
    const zip = petShop({
      customizations: (xml) =>
        xml.replace(
          '</WebResource>',
          `</WebResource>${resource('pet_', 'a1')}${resource('pet_/bark.js/deep', 'a2')}${resource('pet_/bark.js.data.xml', 'a3')}${resource('pet_/same', 'a1')}`,
        ),
      manifest: (xml) =>
        ['pet_', 'pet_/bark.js/deep', 'pet_/bark.js.data.xml', 'pet_/same'].reduce((text, name) => listed(61, name)(text), xml),
    })
    for (const file of ['a1', 'a2', 'a3']) zip.set(`WebResources/${file}`, file)
    await expectNothingLost(zip)
  })

  it('when a file that a component names is not in it', async () => {
    const zip = petShop()
    zip.delete('WebResources/pet_bark1111')
    await expectNothingLost(zip)
  })

  it('when the zip writes a file name with other capitals than its component', async () => {
    const zip = petShop()
    zip.delete('WebResources/pet_bark1111')
    zip.set('WebResources/PET_bark1111', 'x')
    await expectNothingLost(zip)
  })
})

describe('a folder of both package types', () => {
  const managed = petShop({ isManaged: true, customizations: (xml) => xml.replace('<OptionSetType>picklist<', '<OptionSetType>state<') })

  it('shows the managed form of what both have, and still gives each of them back', async () => {
    const folder = await both(petShop(), managed)
    expect(folder.get('OptionSets/pet_size.xml')).toContain('state')
    expect(folder.get('Other/Solution.xml')).toContain('<Managed>2</Managed>')
    expect([...folder.keys()].filter((path) => path.includes('FormXml'))).toHaveLength(2)
    expectSame(await packed(folder), petShop())
    expectSame(await packed(folder, { type: 'managed' }), managed)
  })

  it('takes an edit into both, and says so', async () => {
    const folder = await both(petShop(), managed)
    folder.set('OptionSets/pet_size.xml', (folder.get('OptionSets/pet_size.xml') ?? '').replace('state', 'status'))
    const warnings: string[] = []
    const made = await packed(folder, { onWarning: ({ message }) => warnings.push(message) })
    expect(made.get('customizations.xml')).toContain('status')
    expect(warnings.join()).toContain('OptionSets/pet_size.xml was edited')
  })

  it('is refused of zips that are not the two types of one version', async () => {
    await expect(both(petShop(), petShop())).rejects.toMatchObject({ code: 'solution.wrong-package-type' })
    const newer = petShop({ isManaged: true, manifest: (xml) => xml.replace('1.0.0.1', '1.0.0.2') })
    await expect(both(petShop(), newer)).rejects.toMatchObject({ code: 'solution.not-twins' })
  })
})

async function both(zip: ReadonlyMap<string, string>, managed: ReadonlyMap<string, string>): Promise<Map<string, string>> {
  return textsOf(unpackSolution(memoryTree(filesOf(zip)), { type: 'both', managed: memoryTree(filesOf(managed)) }))
}

async function packed(folder: ReadonlyMap<string, string>, options: PackOptions = {}): Promise<Map<string, string>> {
  return textsOf(packSolution(memoryTree(filesOf(folder)), options))
}

async function packedAgain(zip: ReadonlyMap<string, string>): Promise<Map<string, string>> {
  return packed(await unpacked(zip))
}

async function expectNothingLost(zip: ReadonlyMap<string, string>): Promise<void> {
  const folder = await unpacked(zip)
  const again = await packed(folder)
  expectSame(again, zip)
  expect(await unpacked(again)).toEqual(folder)
}

function expectSame(actual: ReadonlyMap<string, string>, expected: ReadonlyMap<string, string>): void {
  expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort())
  for (const [path, text] of expected) {
    if (path === 'solution.xml' || path === 'customizations.xml') {
      expect(unorderedDifference(parseXml(text, path), parseXml(actual.get(path) ?? '', path))).toBeUndefined()
    } else if (path !== '[Content_Types].xml') expect(actual.get(path), path).toBe(text)
  }
}
