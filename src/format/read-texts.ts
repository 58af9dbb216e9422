import type { ComponentPart, PackageFile, SolutionPackage } from './package.ts'
import { childText } from './xml/tree.ts'

/** Longer texts (bundled libraries mostly) are left out of what checks scan; in bytes. */
export const maxScannedTextBytes = 2 * 1024 ** 2
/** All scanned texts together; in bytes. */
export const maxScannedBytes = 64 * 1024 ** 2

const textExtensions = /\.(json|xaml|js|html?|ya?ml|css|resx|svg|sql|xsl)$/i
// Option set webresource_webresourcetype: HTML, CSS, JScript, XML, XSL, SVG, RESX.
const textWebResources: ReadonlySet<string> = new Set(['1', '2', '3', '4', '9', '11', '12'])

/**
 * Texts of a package that checks scan for literals: flow definitions, classic processes, web resources, canvas app and connector
 * JSON, bot dialogs. The inside of .msapp files and plug-in assemblies is not among them.
 */
export function readTexts(pkg: SolutionPackage): { path: string; text: string }[] {
  const texts: { path: string; text: string }[] = []
  let total = 0
  for (const part of pkg.parts) {
    for (const file of part.files) {
      if (!isText(part, file) || file.bytes.length > maxScannedTextBytes || total + file.bytes.length > maxScannedBytes) continue
      total += file.bytes.length
      texts.push({ path: sourcePath(part, file), text: new TextDecoder().decode(file.bytes) })
    }
  }
  return texts
}

function isText(part: ComponentPart, file: PackageFile): boolean {
  if (part.kind === 'WebResource') return textWebResources.has(childText(part.xml, 'WebResourceType') ?? '')
  // Long text columns of solution-aware rows lie in files without extension.
  if (part.kind === 'botcomponent' && file.path.endsWith('/data')) return true
  return textExtensions.test(file.path)
}

/** As in the unpacked source: the zip's own name of a web resource says nothing to its author. */
function sourcePath(part: ComponentPart, file: PackageFile): string {
  return part.kind === 'WebResource' ? `WebResources/${childText(part.xml, 'Name') ?? part.key}` : file.path
}
