import { describe, expect, it } from 'vitest'
import { differenceText, diffSolutions } from '#domain/difference'
import { filesOf, petShop, textsOf, unpacked } from '../../test/support/pet-shop.ts'
import { inspectCanvasApps } from './canvas/inspect-canvas-apps.ts'
import { describeSolution } from './describe/index.ts'
import { memoryTree } from './file-tree.ts'
import { packageOfFiles } from './read-package.ts'
import { packSolution } from './source/pack-solution.ts'

const built = 'CanvasApps/pet_board_CodeAppPackages'
const script = `${built}/assets/index.js`

describe('a code app', () => {
  it('has the files that it names, each with its content type behind its path', () => {
    const { parts, otherFiles } = packageOfFiles(filesOf(board()))
    expect(parts.find(({ kind }) => kind === 'CanvasApp')?.files.map(({ path }) => path)).toEqual([`${built}/index.html`, script])
    expect(otherFiles.map(({ path }) => path)).toEqual(['[Content_Types].xml'])
  })

  it('is packed with them, without a word', async () => {
    const folder = await unpacked(board())
    expect([...folder.keys()]).toContain(script)
    expect(await packed(folder)).toMatchObject({ files: expect.arrayContaining([script]), warnings: [] })
  })

  it('is not packed without one of them: it would open as a blank page', async () => {
    const folder = await unpacked(board())
    folder.delete(script)
    await expect(packed(folder)).rejects.toMatchObject({
      code: 'solution.file-missing',
      message: `Cannot find required file '${script}'. CanvasApps/pet_board.meta.xml, line 7, asks for it.`,
    })
  })

  it('is called one by inspect, which looks for no .msapp of it', async () => {
    const files = [`${built}/index.html`, script]
    expect(await inspectCanvasApps(packageOfFiles(filesOf(board())))).toEqual([
      { state: 'code', key: 'pet_board', displayName: 'Board', files },
    ])
  })

  it('is compared by its files, under their paths in what was built', async () => {
    const other = board().set(script, 'show("cats")')
    expect(await difference(board(), other)).toEqual(['canvas app Board: file assets/index.js: line 1: show("dogs") → show("cats")'])
  })

  it('counts the lines of a file that was built under another name', async () => {
    const other = new Map([...board()].map(([path, text]) => [path.replace('index.js', 'new.js'), text.replaceAll('/index.js', '/new.js')]))
    expect((await difference(board(), other)).sort()).toEqual([
      'canvas app Board: file assets/index.js removed: 1 line',
      'canvas app Board: file assets/new.js added: 1 line',
      'canvas app Board: file index.html: line 1: <script src="assets/index.js"></script> → <script src="assets/new.js"></script>',
    ])
  })
})

async function packed(folder: ReadonlyMap<string, string>): Promise<{ files: string[]; warnings: unknown[] }> {
  const warnings: unknown[] = []
  const files = await textsOf(packSolution(memoryTree(filesOf(folder)), { onWarning: (one) => warnings.push(one) }))
  return { files: [...files.keys()], warnings }
}

async function difference(...[before, after]: [ReadonlyMap<string, string>, ReadonlyMap<string, string>]): Promise<string[]> {
  const described = (zip: ReadonlyMap<string, string>) => describeSolution(packageOfFiles(filesOf(zip)))
  return differenceText(diffSolutions(await described(before), await described(after)))
}

function board(): Map<string, string> {
  const uri = (path: string, type: string): string => `<CodeAppPackageUri>/${path}_ContentType_${type}</CodeAppPackageUri>`
  const uris = uri(`${built}/index.html`, 'text/html') + uri(script, 'application/javascript')
  const app = `<CanvasApp><Name>pet_board</Name><DisplayName>Board</DisplayName><CodeAppPackageUris>${uris}</CodeAppPackageUris></CanvasApp>`
  const zip = petShop({
    customizations: (xml) => xml.replace('<connectionreferences>', `<CanvasApps>${app}</CanvasApps><connectionreferences>`),
    manifest: (xml) => xml.replace('<RootComponents>', '<RootComponents><RootComponent type="300" schemaName="pet_board" behavior="0" />'),
  })
  return zip.set(`${built}/index.html`, '<script src="assets/index.js"></script>').set(script, 'show("dogs")')
}
