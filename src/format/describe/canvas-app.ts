import type { Fact } from '#domain/difference'
import { isControlFile, sortTops, topOf, type TopControls } from '../canvas/control-json.ts'
import { openCanvasApp } from '../canvas/open-canvas-app.ts'
import { isPaYaml, joinPaYaml, parsePaYaml } from '../canvas/pa-yaml.ts'
import type { FileTree } from '../file-tree.ts'
import { isRecord } from '../json-value.ts'
import type { PackageFile } from '../package.ts'
import { describeControls } from './canvas-app-controls.ts'
import { describeAppFile, digestFact, editorFact } from './canvas-app-files.ts'
import { joinControls } from './canvas-app-join.ts'
import { isNoiseFile } from './canvas-app-noise.ts'
import { readJsonFile } from './json-text.ts'
import { distinctFacts, dotted, factPath, leafFacts } from './json-leaves.ts'

/**
 * Everything that is true of a canvas app, from its `.msapp`: screens, controls and formulas, data sources, connections, media, settings, and
 * whatever else is in the file. Order and time stamps of the zip, formatting of its JSON and YAML and the noise of `canvasNoise` make no facts.
 * What cannot be read is a fact by its digest, so no change is silent.
 */
export async function describeCanvasApp(bytes: Uint8Array): Promise<Fact[]> {
  return (await openedCanvasApp(bytes)).facts
}

/** What an `.msapp` says, and why it cannot be opened where it cannot. */
export async function openedCanvasApp(bytes: Uint8Array): Promise<{ readonly facts: Fact[]; readonly problem: string | undefined }> {
  let files: readonly PackageFile[]
  try {
    files = await readAll(openCanvasApp(bytes, 'app'))
  } catch (error) {
    const facts = [{ ...(await digestFact({ path: 'msapp', bytes }, 'file of the app, which cannot be read')), path: 'msapp' }]
    return { facts, problem: error instanceof Error ? error.message : String(error) }
  }
  const json = readTops(files)
  const yaml = readYaml(files)
  const { facts, editorState } = describeControls(joinControls(yaml.tops, json.tops))
  const others = await Promise.all([...json.others, ...yaml.others].filter((file) => !isNoiseFile(file.path)).map(describeAppFile))
  const all = distinctFacts([...facts, ...json.facts, ...yaml.facts, ...others.flat(), await editorFact(editorState)])
  return { facts: all, problem: undefined }
}

async function readAll(tree: FileTree): Promise<PackageFile[]> {
  const files: PackageFile[] = []
  // Order in the zip is none of the app.
  for (const path of [...tree.paths].sort()) files.push({ path, bytes: await tree.read(path) })
  return files
}

interface Read {
  readonly tops: TopControls
  /** What the files say beside controls. */
  readonly facts: readonly Fact[]
  /** Files that hold none, or cannot be read. */
  readonly others: readonly PackageFile[]
}

const none: TopControls = { app: undefined, screens: [], components: [] }

function readTops(files: readonly PackageFile[]): Read {
  const wanted = files.filter((file) => isControlFile(file.path))
  const rest = files.filter((file) => !isControlFile(file.path) && !isPaYaml(file.path))
  const tops: unknown[] = []
  const facts: Fact[] = []
  const others = [...rest]
  for (const file of wanted) {
    const json = readJsonFile(file.bytes)
    const top = json?.asWritten === undefined ? topOf(json?.value) : undefined
    if (top === undefined) others.push(file)
    else {
      tops.push(top)
      facts.push(...restFacts(`controls of ${String(top['Name'])}`, json?.value, ['TopParent']))
    }
  }
  try {
    return { tops: sortTops(tops), facts, others }
  } catch {
    return { tops: none, facts: [], others: [...rest, ...wanted] }
  }
}

const paYamlSections = ['App', 'Screens', 'ComponentDefinitions']

function readYaml(files: readonly PackageFile[]): Read {
  const documents: unknown[] = []
  const facts: Fact[] = []
  const others: PackageFile[] = []
  for (const file of files.filter(({ path }) => isPaYaml(path))) {
    try {
      const document = parsePaYaml(file.bytes)
      documents.push(document)
      if (!isOrderOfScreens(document))
        facts.push(...restFacts('source', document, isRecord(document) ? paYamlSections.filter((name) => isRecord(document[name])) : []))
    } catch {
      others.push(file)
    }
  }
  try {
    return { tops: joinPaYaml(documents), facts, others }
  } catch {
    return { tops: none, facts: [], others: files.filter(({ path }) => isPaYaml(path)) }
  }
}

/** The file that only says in which order the screens come, which is a fact of its own. */
function isOrderOfScreens(document: unknown): boolean {
  const state = isRecord(document) && Object.keys(document).length === 1 ? document['EditorState'] : undefined
  const order = isRecord(state) && Object.keys(state).length === 1 ? state['ScreensOrder'] : undefined
  return Array.isArray(order) && order.every((name) => typeof name === 'string')
}

function restFacts(label: string, value: unknown, told: readonly string[]): Fact[] {
  const rest = isRecord(value) ? Object.fromEntries(Object.entries(value).filter(([name]) => !told.includes(name))) : value
  if (isRecord(rest) && Object.keys(rest).length === 0) return []
  return leafFacts(rest, { at: factPath(label), words: (path) => `${label}: ${dotted(path)}` })
}
