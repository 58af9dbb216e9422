import { describe, expect, it } from 'vitest'
import { diffSolutions, differenceText } from '#domain/difference'
import { describeSolution } from '../describe/describe-solution.ts'
import { memoryTree } from '../file-tree.ts'
import { packageOfTree } from './package-of-tree.ts'
import { unpackSolution } from './unpack-solution.ts'
import { filesOf, guid, petShop, unpacked } from '../../../test/support/pet-shop.ts'

describe('the unpacked source', () => {
  it('has a file per component, and forms of managed solutions beside the unmanaged ones', async () => {
    const paths = [...(await unpacked(petShop())).keys()]
    expect(paths).toEqual(
      expect.arrayContaining([
        'Entities/pet_Dog/Entity.xml',
        `Entities/pet_Dog/FormXml/main/{${guid(1)}}.xml`,
        'Entities/pet_Dog/RibbonDiff.xml',
        'Workflows/Walk-2222.json.data.xml',
        'WebResources/pet_/bark.js',
        'WebResources/pet_/bark.js.data.xml',
        'Other/Solution.xml',
      ]),
    )
    expect(paths).not.toContain('Other/Relationships.xml')
    const managed = await unpacked(petShop({ isManaged: true }))
    expect([...managed.keys()]).toContain(`Entities/pet_Dog/FormXml/main/{${guid(1)}}_managed.xml`)
  })

  it.for(['../../etc/cron.d/x', 'a/../../../x', '.git/hooks/pre-commit'])(
    'is refused when a name in it would write to %s',
    async (name) => {
      const files = petShop({ customizations: (xml) => xml.replace('<Name>pet_/bark.js</Name>', `<Name>${name}</Name>`) })
      await expect(unpacked(files)).rejects.toMatchObject({ code: 'solution.unsafe-path' })
    },
  )

  it('is the same for the same content in another order', async () => {
    const shuffled = petShop({ manifest: (xml) => xml.replace(/(<RootComponent [^>]*\/>)(<RootComponent [^>]*\/>)/, '$2$1') })
    expect((await unpacked(shuffled)).get('Other/Solution.xml')).toBe((await unpacked(petShop())).get('Other/Solution.xml'))
  })

  it.for([' ', '&#10;', '\r\n\t'])('takes a section that holds %j alone for an empty one, and so does a comparison', async (blank) => {
    const withSection = (section: string) =>
      petShop({ customizations: (xml) => xml.replace('</ImportExportXml>', `${section}</ImportExportXml>`) })
    const [empty, blanks] = [withSection('<EntityMaps></EntityMaps>'), withSection(`<EntityMaps>${blank}</EntityMaps>`)]
    expect(await unpacked(blanks)).toEqual(await unpacked(empty))
    const describePets = async (files: typeof empty) => describeSolution(await packageOfTree(memoryTree(filesOf(files))))
    expect(differenceText(diffSolutions(await describePets(empty), await describePets(blanks)))).toEqual([])
  })

  it('comes file by file', async () => {
    const first = await unpackSolution(memoryTree(filesOf(petShop()))).next()
    expect(first.value).toMatchObject({ path: 'Other/Solution.xml' })
  })
})
