import { DroverError } from '#domain/kernel'
import type { FileTree } from '../file-tree.ts'
import type { PackageFile, SolutionPackage } from '../package.ts'
import { packageOfFiles } from '../read-package.ts'
import { isYamlLayout } from '../yaml/solution-paths.ts'
import { inXmlLayout, packFiles, wholeFile } from './pack-solution.ts'

/** The package that a tree holds: that of a solution zip, or a folder of source; `solution` chooses where a YAML tree holds several. */
export async function packageOfTree(
  tree: FileTree,
  { solution }: { readonly solution?: string | undefined } = {},
): Promise<SolutionPackage> {
  const files: PackageFile[] = []
  if (isZipTree(tree)) for (const path of tree.paths) files.push({ path, bytes: await tree.read(path) })
  else
    for await (const file of packFiles(await inXmlLayout(tree, solution === undefined ? {} : { solution }), {}, { checksRoots: false }))
      files.push('pieces' in file ? await wholeFile(file) : file)
  return packageOfFiles(files)
}

function isZipTree(tree: FileTree): boolean {
  if (tree.paths.some((path) => path.toLowerCase() === 'solution.xml')) return true
  if (isYamlLayout(tree.paths)) return false
  if (tree.paths.some((path) => /^other\/solution\.xml$/i.test(path))) return false
  throw new DroverError(
    'solution.no-solution',
    'There is no solution here: neither a solution.xml, nor an Other/Solution.xml, nor a solutions/<name>/solution.yml.',
    {
      hint: 'Give a solution zip as the platform exports it, or the folder that a solution was unpacked to. If solution.xml lies inside a folder of the zip, zip the content of that folder instead.',
    },
  )
}
