import { describe, expect, it } from 'vitest'
import { filesOf, guid, petShop, textsOf, unpacked } from '../../../test/support/pet-shop.ts'
import { memoryTree } from '../file-tree.ts'
import { packSolution } from './pack-solution.ts'

const xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
const form = `Entities/pet_Dog/FormXml/main/{${guid(1)}}.xml`

describe('packing refuses', () => {
  it.for([
    ['a\tb', 'solution.unsafe-path'],
    ['a\u0000b', 'solution.unsafe-path'],
    ['a\\b', 'solution.unsafe-path'],
    ['', 'solution.unsafe-path'],
    ['a/./b', 'solution.unsafe-path'],
    ['../a', 'solution.unsafe-path'],
    ['folder/', 'solution.unsafe-path'],
    ['CON', 'solution.unsafe-path'],
    ['solution.xml', 'solution.path-twice'],
    ['Customizations.XML', 'solution.path-twice'],
    ['[Content_Types].xml', 'solution.path-twice'],
  ] as const)('a file whose path no zip may hold, or that is made of others: %j', async ([path, code]) => {
    await expect(packedWith(path, 'content')).rejects.toMatchObject({ code })
  })

  it.for(['../a', 'a\tb', 'solution.xml'])('a carried file that would go to %j', async (path) => {
    const carried = JSON.stringify({ format: 1, xml: { files: [{ path, lines: ['x'] }] } })
    await expect(packedWith('.drover/carried.json', carried)).rejects.toMatchObject({
      code: expect.stringMatching(/unsafe-path|path-twice/),
      message: expect.stringContaining(JSON.stringify(path)),
    })
  })

  it.for([
    ['Other/Solution.xml', '<Entity />', 'begins with <Entity>'],
    ['Other/Customizations.xml', '<Entities />', 'begins with <Entities>'],
    ['Other/Relationships/Dog.xml', '<EntityMaps><EntityMap /></EntityMaps>', 'begins with <EntityMaps>'],
    [
      'Other/Relationships/Dog.xml',
      '<EntityRelationships><Role /></EntityRelationships>',
      '<Role> stands where only <EntityRelationship> may',
    ],
    ['Other/Relationships/Dog.xml', '<EntityRelationships a="1" />', 'has the attribute "a"'],
    ['Entities/pet_Dog/Entity.xml', '<savedqueries />', 'begins with <savedqueries>'],
    ['Other/FieldSecurityProfiles.xml', '<FieldSecurityProfiles />', '<FieldSecurityProfiles> is empty, so the file says nothing'],
    ['Other/SiteMap.xml', '<SiteMap> &#x20; </SiteMap>', '<SiteMap> is empty, so the file says nothing'],
    ['Entities/pet_Dog/Entity.xml', '<Entity><Name>pet_Dog</Name><FormXml a="1" /></Entity>', '<FormXml> says something of its own'],
    [
      'Entities/pet_Dog/Entity.xml',
      '<Entity><Name>pet_Dog</Name><FormXml><forms /></FormXml></Entity>',
      '<FormXml> says something of its own',
    ],
    ['Entities/pet_Dog/RibbonDiff.xml', '<forms />', 'begins with <forms>'],
    ['Entities/pet_Dog/Visualizations/{1}.xml', '<savedquery />', 'begins with <savedquery>'],
    [form, '<systemform />', 'begins with <systemform>'],
    [form, '<forms />', '<forms> is empty'],
    [form, '<forms a="1"><systemform /></forms>', 'has the attribute "a"'],
  ] as const)('%s that says %s, and names it', async ([path, xml, problem]) => {
    await expect(packedWith(path, xml)).rejects.toMatchObject({ code: 'solution.bad-part', message: expect.stringContaining(problem) })
    await expect(packedWith(path, xml)).rejects.toThrow(path)
  })

  it.for(['EmailTemplates', 'ContractTemplates', 'KBArticleTemplates', 'MailMergeTemplates'])(
    'a folder with %s in files: without them an upgrade would delete them',
    async (kind) => {
      await expect(packedWith(`Templates/${kind}.xml`, `<${kind} />`)).rejects.toMatchObject({
        code: 'solution.templates-in-files',
        message: expect.stringContaining(`Templates/${kind}.xml`),
        hint: expect.stringContaining('SolutionPackager'),
      })
    },
  )

  it('nothing because a zip has a file of that name', async () => {
    const zip = petShop().set('Templates/EmailTemplates.xml', '<EmailTemplates />')
    expect((await packed(await unpacked(zip))).get('Templates/EmailTemplates.xml')).toBe('<EmailTemplates />')
  })

  it('nothing for the namespaces that a root declares', async () => {
    const xml = `<EntityRelationships ${xsi} xmlns:x="urn:x"><EntityRelationship Name="r" /></EntityRelationships>`
    expect((await packedWith('Other/Relationships/Dog.xml', xml)).get('customizations.xml')).toContain('<EntityRelationship Name="r" />')
  })

  it('nothing when all forms of a group were deleted: the group stays, empty as it is then', async () => {
    const zip = petShop({ customizations: (xml) => xml.replace('<forms type="main">', '<forms type="main" a="1">') })
    const folder = await unpacked(zip)
    folder.delete(form)
    expect((await packed(folder)).get('customizations.xml')).toContain('<forms type="main" a="1"></forms>')
  })
})

async function packedWith(path: string, text: string): Promise<Map<string, string>> {
  return packed((await unpacked(petShop())).set(path, text))
}

function packed(folder: ReadonlyMap<string, string>): Promise<Map<string, string>> {
  return textsOf(packSolution(memoryTree(filesOf(folder))))
}
