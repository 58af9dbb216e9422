import { DroverError } from '#domain/kernel'
import { assignFiles } from './assign-files.ts'
import { giveWay } from './give-way.ts'
import type { PackageLimits } from './limits.ts'
import type { PackageFile, SolutionPackage } from './package.ts'
import { splitCustomizations } from './split-customizations.ts'
import { parseXml, parseXmlInTurns } from './xml/parse-xml.ts'
import { readZip } from './zip/read-zip.ts'

/** Takes a solution zip apart, without loss; between the steps others get their turn. */
export async function readPackage(bytes: Uint8Array, limits: Partial<PackageLimits> = {}): Promise<SolutionPackage> {
  const files = await readZip(bytes, limits)
  const { manifestFile, customizationsFile, rest } = sortFiles(files)
  await giveWay()
  const manifest = parseXml(manifestFile.bytes, manifestFile.path)
  const customizations = await parseXmlInTurns(customizationsFile.bytes, customizationsFile.path)
  await giveWay()
  const { skeleton, found } = splitCustomizations(customizations)
  await giveWay()
  return { manifest, skeleton, ...assignFiles(found, rest) }
}

/** The package that the files of a solution zip make. */
export function packageOfFiles(files: readonly PackageFile[]): SolutionPackage {
  const { manifestFile, customizationsFile, rest } = sortFiles(files)
  const manifest = parseXml(manifestFile.bytes, manifestFile.path)
  const { skeleton, found } = splitCustomizations(parseXml(customizationsFile.bytes, customizationsFile.path))
  return { manifest, skeleton, ...assignFiles(found, rest) }
}

interface SortedFiles {
  readonly manifestFile: PackageFile
  readonly customizationsFile: PackageFile
  readonly rest: readonly PackageFile[]
}

function sortFiles(files: readonly PackageFile[]): SortedFiles {
  const manifestFile = fileNamed(files, 'solution.xml')
  if (manifestFile === undefined) {
    throw new DroverError('solution.no-manifest', 'The zip has no solution.xml at its top, so it is not a solution.', {
      hint: 'Give the zip as the platform exports it. If solution.xml lies inside a folder of the zip, zip the content of that folder instead.',
    })
  }
  const customizationsFile = fileNamed(files, 'customizations.xml')
  if (customizationsFile === undefined) {
    throw new DroverError(
      'solution.no-customizations',
      'The zip has a solution.xml but no customizations.xml, so the solution is not whole.',
      {
        hint: 'Export the solution again; both files are in every export.',
      },
    )
  }
  return { manifestFile, customizationsFile, rest: files.filter((file) => file !== manifestFile && file !== customizationsFile) }
}

function fileNamed(files: readonly PackageFile[], name: string): PackageFile | undefined {
  return files.find((file) => file.path.toLowerCase() === name)
}
