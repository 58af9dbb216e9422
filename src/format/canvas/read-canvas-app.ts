import { filledText, valueAt } from '../json-value.ts'
import type { CanvasApp } from './canvas-app.ts'
import { isControlFile, readControlJson, type TopControls } from './control-json.ts'
import { isFxYaml, readFxYaml } from './fx-yaml.ts'
import { badCanvasApp, openCanvasApp, pathIn, readAppJson, type OpenedApp } from './open-canvas-app.ts'
import { isPaYaml, readPaYaml } from './pa-yaml.ts'
import { readConnections, readDataSources, readMedia } from './references.ts'

/** What an `.msapp` holds. `path` names it in messages; what cannot be read is `solution.bad-canvas-app`. */
export async function readCanvasApp(bytes: Uint8Array, path: string): Promise<CanvasApp> {
  const opened: OpenedApp = { tree: openCanvasApp(bytes, path), path }
  if (pathIn(opened.tree, 'Header.json') === undefined) throw badCanvasApp(path, 'it has no Header.json, as every app has')
  const header = await readAppJson(opened, 'Header.json')
  const properties = await readAppJson(opened, 'Properties.json')
  const source = sourceOf(opened)
  const published = await readAppJson(opened, 'Resources/PublishInfo.json')
  return {
    name: filledText(valueAt(properties, 'Name')) ?? filledText(valueAt(published, 'AppName')),
    documentVersion: filledText(valueAt(header, 'DocVersion')),
    documentType: filledText(valueAt(properties, 'DocumentType')),
    source,
    ...(await readControls(opened, source)),
    dataSources: readDataSources(await readAppJson(opened, 'References/DataSources.json')),
    connections: readConnections(properties),
    media: readMedia(await readAppJson(opened, 'References/Resources.json')),
  }
}

/** The readable sources come first: the JSON beside them is not meant to be read, and differs from save to save. */
function sourceOf({ tree }: OpenedApp): CanvasApp['source'] {
  if (tree.paths.some(isPaYaml)) return 'pa.yaml'
  if (tree.paths.some(isControlFile)) return 'json'
  return tree.paths.some(isFxYaml) ? 'fx.yaml' : 'none'
}

function readControls(opened: OpenedApp, source: CanvasApp['source']): Promise<TopControls> {
  switch (source) {
    case 'pa.yaml':
      return readPaYaml(opened)
    case 'json':
      return readControlJson(opened)
    case 'fx.yaml':
      return readFxYaml(opened)
    case 'none':
      return Promise.resolve({ app: undefined, screens: [], components: [] })
  }
}
