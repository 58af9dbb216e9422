import { describe, expect, it } from 'vitest'
import { filesOf } from '../../../test/support/pet-shop.ts'
import { memoryTree } from '../file-tree.ts'
import { mappedTree, parseFileMap } from './file-map.ts'
import type { PackWarning } from './options.ts'

const map = (rules: string) => parseFileMap(new TextEncoder().encode(`<Mapping>${rules}</Mapping>`), 'map.xml', { SRC: 'c:\\src' })

describe('a map of files', () => {
  it.for([
    ['<Folder map="WebResources" to="..\\web" />', 'WebResources/a/b.js', '../web/a/b.js'],
    ['<FileToFile map="my.dll" to="..\\bin\\other.dll" />', 'PluginAssemblies/x-1/my.dll', '../bin/other.dll'],
    ['<FileToFile map="PluginAssemblies\\**\\my.dll" to="..\\bin\\**\\my.dll" />', 'PluginAssemblies/x-1/my.dll', '../bin/**/my.dll'],
    ['<FileToPath map="WebResources\\*.*" to="..\\web\\**" />', 'WebResources/a.js', '../web/**/a.js'],
    ['<FileToPath map="WebResources\\*.*" to="..\\web\\**" />', 'WebResources/a/b.js', undefined],
    ['<FileToPath map="WebResources\\**\\*.*" to="%SRC%\\web" />', 'WebResources/a/b.js', 'c:/src/web/b.js'],
    ['<FileToPath map="*.jpg" to="pictures" />', 'WebResources/deep/X.JPG', 'pictures/X.JPG'],
    ['<FileToPath map="*.jpg" to="pictures" /><FileToPath map="*.*" to="rest" />', 'WebResources/x.png', 'rest/x.png'],
  ] as const)('%s places %s at %s', ([rules, path, location]) => {
    expect(map(rules).locate(path)).toBe(location)
  })

  it.for(['<Other map="a" to="b" />', '<Folder map="a" />', '<Folder map="a" to="%NOWHERE%" />'])('is refused with %s', (rules) => {
    expect(() => map(rules)).toThrow(expect.objectContaining({ code: 'solution.bad-map' }))
  })
})

describe('a folder with mapped files', () => {
  const folder = memoryTree(
    filesOf(
      new Map([
        ['WebResources/a/x.js', 'old'],
        ['WebResources/b/y.js.data.xml', '<WebResource />'],
      ]),
    ),
  )
  const outside = (files: Record<string, string>) => ({
    find: (location: string) => Object.keys(files).filter((file) => file.endsWith(location.slice(location.lastIndexOf('/')))),
    read: (file: string) => new TextEncoder().encode(files[file]),
  })
  const rule = map('<FileToPath map="WebResources\\**\\*.js" to="../web/**" />')

  it('has them from outside, also those that only have their data here', async () => {
    const tree = await mappedTree(folder, {
      map: rule,
      outside: outside({ '../web/z/x.js': 'other', '../web/a/x.js': 'new', '../web/b/y.js': 'y' }),
    })
    expect([...tree.paths].sort()).toEqual(['WebResources/a/x.js', 'WebResources/b/y.js', 'WebResources/b/y.js.data.xml'])
    expect(new TextDecoder().decode(await tree.read('WebResources/a/x.js'))).toBe('new')
  })

  it('is refused when a mapped file is missing, or nobody can tell which is meant', async () => {
    await expect(mappedTree(folder, { map: rule, outside: outside({ '../web/a/x.js': 'x' }) })).rejects.toMatchObject({
      code: 'solution.file-missing',
    })
    const two = outside({ '../web/1/x.js': 'x', '../web/2/x.js': 'x', '../web/b/y.js': 'y' })
    await expect(mappedTree(folder, { map: rule, outside: two })).rejects.toMatchObject({ code: 'solution.ambiguous-map' })
  })

  describe.for(['<Folder map="WebResources" to="../web" />', '<FileToPath map="WebResources\\**\\*.*" to="../web/**" />'])(
    'by %s',
    (rules) => {
      const both = { '../web/a/x.js': 'new', '../web/b/y.js': 'y' }
      const read = async (files: Record<string, string>, path: string) => {
        const warnings: PackWarning[] = []
        const onWarning = (warning: PackWarning) => void warnings.push(warning)
        const tree = await mappedTree(folder, { map: map(rules), outside: outside(files), onWarning })
        return { text: new TextDecoder().decode(await tree.read(path)), warnings }
      }

      it('keeps what only the folder says of a file, with one warning for all of it', async () => {
        const { text, warnings } = await read(both, 'WebResources/b/y.js.data.xml')
        expect(text).toBe('<WebResource />')
        expect(warnings).toEqual([
          {
            code: 'solution.not-where-mapped',
            message: expect.stringContaining('WebResources/b/y.js.data.xml elsewhere'),
            path: 'WebResources/b/y.js.data.xml',
          },
        ])
      })

      it('takes it from the mapped place where it is there', async () => {
        const { text, warnings } = await read({ ...both, '../web/b/y.js.data.xml': '<new />' }, 'WebResources/b/y.js.data.xml')
        expect([text, warnings]).toEqual(['<new />', []])
      })

      it('takes no content from the folder in place of what is missing', async () => {
        await expect(read({ '../web/b/y.js': 'y' }, 'WebResources/a/x.js')).rejects.toMatchObject({ code: 'solution.file-missing' })
      })
    },
  )
})
