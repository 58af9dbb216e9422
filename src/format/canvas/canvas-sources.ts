import type { PackageFile } from '../package.ts'
import { stringify } from 'yaml'
import type { CanvasApp, CanvasControl } from './canvas-app.ts'
import { openCanvasApp } from './open-canvas-app.ts'
import { isPaYaml } from './pa-yaml.ts'
import { readCanvasApp } from './read-canvas-app.ts'

/** What tells a view of ours from a source of the platform's. */
export const viewSuffix = '.view.yaml'

/** The folder beside an `.msapp` that copies of its sources go to; nothing in it is ever packed. */
export function canvasSourceFolder(msappPath: string): string {
  return `${msappPath.replace(/_DocumentUri\.msapp$|\.msapp$/i, '')}_msapp_src`
}

/** True for a file in such a folder. `…_DocumentUri_msapp_src` is none: there SolutionPackager keeps sources that it packs in place of the app. */
export function isCanvasSource(path: string): boolean {
  return /^canvasapps\/[^/]*(?<!_documenturi)_msapp_src\//i.test(path)
}

/**
 * Files for people to review: the `Src/*.pa.yaml` of the app as they are; for an app without them a view of its screens, controls and formulas in
 * YAML, named `.view.yaml`. They are copies: changing them changes no app.
 */
export async function canvasSources(bytes: Uint8Array, path: string): Promise<PackageFile[]> {
  const tree = openCanvasApp(bytes, path)
  const sources: PackageFile[] = []
  for (const source of tree.paths.filter(isPaYaml)) sources.push({ path: source, bytes: await tree.read(source) })
  return sources.length > 0 ? sources : viewOf(await readCanvasApp(bytes, path))
}

function viewOf(app: CanvasApp): PackageFile[] {
  const taken = new Set<string>()
  const file = (folder: string, control: CanvasControl): PackageFile => {
    const path = freePath(`${folder}${fileName(control.name)}`, taken)
    return { path, bytes: new TextEncoder().encode(viewText(control)) }
  }
  return [
    ...(app.app === undefined ? [] : [file('Src/', app.app)]),
    ...app.screens.map((screen) => file('Src/', screen)),
    ...app.components.map((component) => file('Src/Components/', component)),
  ]
}

/** The control as one YAML document; formulas of several lines stand as they were typed. */
function viewText(control: CanvasControl): string {
  return stringify({ [control.name]: viewValue(control) }, { lineWidth: 0, blockQuote: 'literal' })
}

function viewValue(control: CanvasControl): Readonly<Record<string, unknown>> {
  return {
    Control: control.type,
    ...(control.properties.length === 0
      ? {}
      : { Properties: Object.fromEntries(control.properties.map(({ name, formula }) => [name, `=${formula}`])) }),
    ...(control.children.length === 0 ? {} : { Children: control.children.map((child) => ({ [child.name]: viewValue(child) })) }),
  }
}

function freePath(stem: string, taken: Set<string>): string {
  let path = `${stem}${viewSuffix}`
  for (let count = 2; taken.has(path.toLowerCase()); count++) path = `${stem} (${count})${viewSuffix}`
  taken.add(path.toLowerCase())
  return path
}

// Characters and device names that some file system refuses; names of screens are free text.
const unfit = /[<>:"/\\|?*\u0000-\u001f]/g
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i

function fileName(name: string): string {
  const fit = name
    .replaceAll(unfit, '_')
    .replace(/[. ]+$/, '_')
    .slice(0, 120)
  return fit === '' || fit.startsWith('.') || device.test(fit) ? `_${fit}` : fit
}
