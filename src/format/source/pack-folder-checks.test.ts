import { describe, expect, it } from 'vitest'
import { filesOf, guid, petShop, textsOf, unpacked } from '../../../test/support/pet-shop.ts'
import { unorderedDifference } from '../../../test/golden/unordered-xml.ts'
import { memoryTree } from '../file-tree.ts'
import { parseXml } from '../xml/parse-xml.ts'
import type { PackWarning } from './options.ts'
import { packSolution } from './pack-solution.ts'
import { unpackSolution } from './unpack-solution.ts'

const index = 'Other/Relationships.xml'
const ofDog = 'Other/Relationships/pet_Dog.xml'
const relationship = (name: string, table: string) =>
  `<EntityRelationship Name="${name}"><ReferencedEntityName>${table}</ReferencedEntityName></EntityRelationship>`

describe('a folder is refused', () => {
  it('when it holds components and its manifest has no list of any', async () => {
    const folder = await unpacked(petShop({ manifest: withoutRoots }))
    await expect(packed(folder)).rejects.toMatchObject({
      code: 'solution.component-not-listed',
      message: expect.stringContaining('OptionSets/pet_size.xml'),
    })
  })

  it('but not when it holds none that has to be listed', async () => {
    const zip = petShop({ manifest: withoutRoots, customizations: () => '<ImportExportXml><Entities /></ImportExportXml>' })
    const { files } = await packed(await unpacked(zip))
    expect(files.get('solution.xml')).not.toContain('RootComponents')
  })

  it('when no file holds relationships that are listed, each of them named with its line', async () => {
    const folder = await unpacked(kennel())
    folder.delete(ofDog)
    await expect(packed(folder)).rejects.toMatchObject({
      code: 'solution.file-missing',
      message: [
        `Cannot find required file 'Other/Relationships/<table>.xml' with the relationship 'pet_dog_owner'. ${index}, line 3, lists it.`,
        `Cannot find required file 'Other/Relationships/<table>.xml' with the relationship 'pet_dog_vet'. ${index}, line 4, lists it.`,
      ].join('\n'),
    })
  })

  it('when Other/Customizations.xml is gone, with what to do', async () => {
    const folder = await unpacked(petShop())
    folder.delete('Other/Customizations.xml')
    await expect(packed(folder)).rejects.toMatchObject({
      code: 'solution.file-missing',
      message: "Cannot find required file 'Other/Customizations.xml'.",
      hint: expect.stringContaining('source control'),
    })
  })

  it('when it carries a component of a section that is none', async () => {
    const carried = { format: 1, xml: { components: [{ section: 'Nope', xml: ['<a />'] }] } }
    const folder = (await unpacked(petShop())).set('.drover/carried.json', JSON.stringify(carried))
    await expect(packed(folder)).rejects.toMatchObject({ code: 'solution.bad-carried', message: expect.stringContaining('"Nope"') })
  })

  it('when it has a file in two spellings, both of them named', async () => {
    const folder = await unpacked(petShop())
    folder.set('other/solution.xml', folder.get('Other/Solution.xml') ?? '')
    await expect(packed(folder)).rejects.toMatchObject({
      code: 'solution.path-twice',
      message: expect.stringMatching(/Other\/Solution\.xml and other\/solution\.xml/),
    })
  })
})

describe('a folder is packed with a warning', () => {
  it('when the index of relationships is gone, or lacks one', async () => {
    const folder = await unpacked(kennel())
    const whole = await packed(folder)
    expect(whole.warnings).toEqual([])
    const short = new Map(folder).set(index, (folder.get(index) ?? '').replace(/.*pet_dog_vet.*\n/, ''))
    const lacking = new Map(folder)
    lacking.delete(index)
    for (const [changed, said] of [
      [short, 'pet_dog_vet'],
      [lacking, 'There is no Other/Relationships.xml'],
    ] as const) {
      const { files, warnings } = await packed(changed)
      expect(files.get('customizations.xml')).toBe(whole.files.get('customizations.xml'))
      expect(warnings).toMatchObject([{ code: 'solution.index-outdated', message: expect.stringContaining(said) }])
    }
  })

  it('when its manifest lost the list of what the solution needs', async () => {
    const folder = await unpacked(petShop({ manifest: (xml) => xml.replace('<MissingDependencies />', '') }))
    expect((await packed(folder)).warnings).toMatchObject([{ code: 'solution.list-missing' }])
  })

  it.for([
    'README.md',
    'map.xml',
    'Entities/notes.txt',
    'OptionSets/pet_size.xml.bak',
    'Other/old.xml',
    'Templates/EmailTemplates/1033/{a}.xml',
    'NewKinds/{a}.xml',
  ])('when it holds %s, which no component explains', async (path) => {
    const { files, warnings } = await packed((await unpacked(petShop())).set(path, 'x'))
    expect(files.get(path)).toBe('x')
    expect(warnings).toMatchObject([{ code: 'solution.file-without-component', path, message: expect.stringContaining(path) }])
  })

  it.for([
    'bots/pet/bot.xml',
    'Assets/pet_dog_ownerset.xml',
    'Controls/pet_Chart/bundle.js',
    'environmentvariabledefinitions/pet_Url/notes.json',
  ])('but not when %s lies in the folder of a kind that may hold it', async (path) => {
    expect((await packed((await unpacked(petShop())).set(path, 'x'))).warnings).toEqual([])
  })

  it('but not when components stand in a second section of their kind', async () => {
    const workflow = `<Workflow WorkflowId="{${guid(6)}}" Name="Run"><JsonFileName>/Workflows/Run-6.json</JsonFileName></Workflow>`
    const zip = petShop({
      customizations: (xml) => xml.replace('</Workflows>', `</Workflows><Workflows>${workflow}</Workflows>`),
      manifest: (xml) => xml.replace('<RootComponents>', `<RootComponents><RootComponent type="29" id="{${guid(6)}}" behavior="0" />`),
    }).set('Workflows/Run-6.json', '{}')
    expect((await packed(await unpacked(zip))).warnings).toEqual([])
  })
})

describe('capitals of the layout do not matter', () => {
  it('a folder whose names lost theirs packs to the same files', async () => {
    const folder = await unpacked(kennel())
    const lower = new Map(
      [...folder].map(([path, text]) => [path.replace(/^Other\/[^/]+\.xml$|^[^/]+/, (name) => name.toLowerCase()), text]),
    )
    expect([...lower.keys()]).toContain('other/solution.xml')
    expect((await packed(lower)).files).toEqual((await packed(folder)).files)
  })

  it('but a zip gets its own back', async () => {
    const zip = petShop({ customizations: (xml) => xml.replace('/Workflows/Walk', '/workflows/Walk') })
    zip.set('workflows/Walk-2222.json', zip.get('Workflows/Walk-2222.json') ?? '').delete('Workflows/Walk-2222.json')
    const folder = await unpacked(zip)
    expect([...folder.keys()]).toEqual(expect.arrayContaining(['Workflows/Walk-2222.json', 'Workflows/Walk-2222.json.data.xml']))
    await expectSame(folder, zip)
  })
})

describe('a component whose name no file may have on Windows', () => {
  it.for([
    ['a web resource named as a device', (xml: string) => xml.replace('pet_/bark.js', 'pet_/Icons/Con.png'), 'pet_/Icons/Con.png'],
    ['a web resource with a colon', (xml: string) => xml.replace('pet_/bark.js', 'pet_/a:b.js'), 'pet_/a:b.js'],
    ['a role named as a device', (xml: string) => xml.replace('name="Dog keeper"', 'name="AUX"'), undefined],
    ['a table named as a device', (xml: string) => xml.replace('>pet_Dog<', '>nul<'), 'nul'],
    ['a relationship of such a table', (xml: string) => withRelationships(xml, relationship('pet_r', 'prn')), undefined],
  ] as const)('is unpacked and packed again: %s', async ([, customizations, root]) => {
    const manifest = (xml: string) => xml.replace(root === 'nul' ? 'pet_dog' : 'pet_/bark.js', root ?? 'pet_/bark.js')
    const zip = petShop({ customizations, manifest })
    const folder = await unpacked(zip)
    expect([...folder.keys()].filter((path) => /(^|\/)(con|aux|nul|prn)\b|:/i.test(path))).toEqual([])
    await expectSame(folder, zip)
  })

  it('but a zip that has a file of such a name is refused', async () => {
    await expect(unpacked(petShop().set('WebResources/con.js', 'x'))).rejects.toMatchObject({ code: 'solution.unsafe-path' })
  })
})

/** The pet shop with two relationships. */
function kennel(): Map<string, string> {
  const both = relationship('pet_dog_owner', 'pet_Dog') + relationship('pet_dog_vet', 'pet_Dog')
  return petShop({ customizations: (xml) => withRelationships(xml, both) })
}

function withRelationships(xml: string, relationships: string): string {
  return xml.replace('<EntityRelationships>', `<EntityRelationships>${relationships}`)
}

function withoutRoots(xml: string): string {
  return xml.replace(/<RootComponents>.*<\/RootComponents>/, '')
}

async function packed(folder: ReadonlyMap<string, string>) {
  const warnings: PackWarning[] = []
  const files = await textsOf(packSolution(memoryTree(filesOf(folder)), { onWarning: (warning) => void warnings.push(warning) }))
  return { files, warnings }
}

/** The folder packs to the zip, and both layouts agree. */
async function expectSame(folder: ReadonlyMap<string, string>, zip: ReadonlyMap<string, string>): Promise<void> {
  const yaml = await textsOf(unpackSolution(memoryTree(filesOf(zip)), { layout: 'yaml' }))
  for (const { files } of [await packed(folder), await packed(yaml)]) {
    expect([...files.keys()].sort()).toEqual([...zip.keys()].sort())
    for (const [path, text] of files) {
      if (path === '[Content_Types].xml') continue
      const given = zip.get(path) ?? ''
      if (path.endsWith('.xml')) expect(unorderedDifference(parseXml(text, path), parseXml(given, path))).toBeUndefined()
      else expect(text).toBe(given)
    }
  }
}
