import { writeZip } from '../zip/write-zip.ts'
import { namedFiles } from './component-files.ts'
import { addFile, type XmlConversion } from './xml-conversion.ts'
import { type YamlDocument, textOfNode, entryOf } from './yaml-node.ts'

/**
 * Puts the files of a component where the XML layout has them, where the tree has them elsewhere: Dataverse's own commits keep
 * them in the component's folder, and a canvas app unpacked in a folder named like its .msapp [seen in 2 public repositories].
 */
export async function placeFiles(
  conversion: XmlConversion,
  component: { readonly path: string; readonly document: YamlDocument },
): Promise<void> {
  const { path, document } = component
  const { source, moved } = conversion
  for (const { named, place } of namedFiles(document)) {
    const file = source.find(named) ?? (isWebResourceOfId(path) ? contentBeside(conversion, component) : undefined)
    if (file !== undefined) moved.set(file, place)
    if (/\.msapp$/i.test(named)) await placeApp(conversion, { named, place, isThere: file !== undefined })
  }
}

function isWebResourceOfId(path: string): boolean {
  return /\/webresource\.yml$/i.test(path)
}

/** The content beside webresource.yml: by the name that the component gives it, or as the only other file of the folder. */
function contentBeside(conversion: XmlConversion, { path, document }: { path: string; document: YamlDocument }): string | undefined {
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const beside = conversion.source.paths.filter((other) => other.startsWith(folder) && other !== path)
  const named = textOfNode(entryOf(document.node, 'FileName'))?.split(/[\\/]/).at(-1)?.toLowerCase()
  return beside.find((other) => other.slice(folder.length).toLowerCase() === named) ?? (beside.length === 1 ? beside[0] : undefined)
}

/** A canvas app of which the tree has the content as files; where it has the .msapp too, that is the app, and they are a copy of it. */
async function placeApp(
  conversion: XmlConversion,
  app: { readonly named: string; readonly place: string; readonly isThere: boolean },
): Promise<void> {
  const { source, tree, moved, options } = conversion
  const folder = `${app.named.replace(/\.msapp$/i, '')}/`.toLowerCase()
  const inside = source.paths.filter((path) => path.toLowerCase().startsWith(folder)).sort()
  for (const path of inside) moved.set(path, undefined)
  if (inside.length === 0) return
  if (app.isThere) {
    const message = `${folder} is not packed: ${app.named} lies beside it, and that is the app.`
    options.onWarning?.({ code: 'solution.app-copy', message, path: inside[0] ?? folder })
    return
  }
  const files = await Promise.all(inside.map(async (path) => ({ path: path.slice(folder.length), bytes: await tree.read(path) })))
  addFile(conversion, app.place, await writeZip(files))
}
