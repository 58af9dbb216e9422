import { composeCustomizations } from './compose-customizations.ts'
import { contentTypesFor, contentTypesPath } from './content-types.ts'
import type { PackageFile, SolutionPackage, XmlElement } from './package.ts'
import { serverStyle, writeXml } from './xml/write-xml.ts'
import { writeZip } from './zip/write-zip.ts'

/** A solution zip of any set of parts; sections that the skeleton lacks are made, in the platform's order. Equal packages give equal bytes. */
export async function writePackage(pkg: SolutionPackage): Promise<Uint8Array> {
  return writeZip(filesOfPackage(pkg))
}

/** The files of the solution zip, in the order that it holds them. */
export function filesOfPackage(pkg: SolutionPackage): PackageFile[] {
  const files = new Map<string, PackageFile>()
  const add = (file: PackageFile): void => {
    // A file that two components name is in the zip once.
    if (!files.has(file.path.toLowerCase())) files.set(file.path.toLowerCase(), file)
  }
  add(xmlFile('customizations.xml', composeCustomizations(pkg)))
  add(xmlFile('solution.xml', pkg.manifest))
  for (const part of pkg.parts) for (const file of part.files) add(file)
  const contentTypes = pkg.otherFiles.find((file) => file.path.toLowerCase() === contentTypesPath.toLowerCase())
  for (const file of pkg.otherFiles) if (file !== contentTypes) add(file)
  add(
    contentTypesFor(
      [...files.values()].map((file) => file.path),
      contentTypes,
    ),
  )
  return [...files.values()]
}

function xmlFile(path: string, root: XmlElement): PackageFile {
  return { path, bytes: new TextEncoder().encode(writeXml(root, serverStyle)) }
}
