import type { Digest } from '#domain/kernel'
import { DroverError } from '#domain/kernel'
import type { Release } from '#domain/release'
import type { SolutionMaterial, SolutionReading } from '#domain/tier'
import { asksAiInFormula, readSolutionFile } from '#domain/tier'
import type { ComponentPart, SolutionPackage } from '#format'
import { attributeOf, childText, childrenNamed, descendant, readCanvasApp, readSolution, textOf } from '#format'
import type { EngineDependencies } from '../dependencies.ts'

type Reads = Pick<EngineDependencies, 'artifacts' | 'log'>

/** What the file of a release says of the rigour that its solution needs; undefined where it cannot be read, so that it is unknown. */
export async function readRelease(deps: Reads, release: Pick<Release, 'id' | 'managed'>): Promise<SolutionReading | undefined> {
  try {
    return await readArtifact(deps, release.managed.digest)
  } catch (error) {
    if (!(error instanceof DroverError)) throw error
    deps.log.warn(`What release ${release.id} says of its tier could not be read: ${error.message}`)
    return undefined
  }
}

async function readArtifact({ artifacts }: Pick<Reads, 'artifacts'>, digest: Digest): Promise<SolutionReading> {
  const { package: pkg, model } = await readSolution(await artifacts.get(digest))
  return readSolutionFile(await gatherMaterial(pkg, model))
}

/** What of a solution file only its parts say. */
export async function gatherMaterial(pkg: SolutionPackage, model: SolutionMaterial['model']): Promise<SolutionMaterial> {
  return {
    model,
    scripts: pkg.parts.filter(isScript).map(({ key }) => key),
    appConnectors: pkg.parts.filter(({ kind }) => kind === 'CanvasApp').flatMap(connectorsOfApp),
    openAgents: pkg.parts.filter(isOpenAgent).map(({ displayName, key }) => displayName ?? key),
    description: descriptionOf(pkg),
    ...(await readFormulas(pkg)),
  }
}

/** The apps one after the other, so that only one of them is held open. */
async function readFormulas(pkg: SolutionPackage): Promise<Pick<SolutionMaterial, 'askingApps' | 'unreadApps'>> {
  const [askingApps, unreadApps]: [string[], string[]] = [[], []]
  for (const { key, displayName, files } of pkg.parts.filter(({ kind }) => kind === 'CanvasApp')) {
    const file = files.find(({ path }) => /\.msapp$/i.test(path))
    const asks = file === undefined ? undefined : await asksAi(file)
    if (asks !== false) (asks === undefined ? unreadApps : askingApps).push(displayName ?? key)
  }
  return { askingApps, unreadApps }
}

/** Undefined: its formulas could not be read. */
async function asksAi({ bytes, path }: ComponentPart['files'][number]): Promise<boolean | undefined> {
  try {
    const { app, screens, components, source } = await readCanvasApp(bytes, path)
    if (source === 'none') return undefined
    const waiting = [...(app === undefined ? [] : [app]), ...screens, ...components]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next.properties.some(({ formula }) => asksAiInFormula(formula))) return true
      for (const child of next.children) waiting.push(child)
    }
    return false
  } catch (error) {
    if (!(error instanceof DroverError)) throw error
    return undefined
  }
}

/** Types of web resources: 1 is a page, which may hold scripts, 3 is JavaScript [option set webresource_webresourcetype]. */
function isScript({ kind, xml }: ComponentPart): boolean {
  return kind === 'WebResource' && ['1', '3'].includes(childText(xml, 'WebResourceType') ?? '')
}

/** A canvas app carries its connections as JSON, each with its id and what class the platform gives it. */
function connectorsOfApp({ xml }: ComponentPart): SolutionMaterial['appConnectors'] {
  const connections = parsed(childText(xml, 'ConnectionReferences'))
  if (typeof connections !== 'object' || connections === null) return []
  return Object.values(connections).flatMap((connection: unknown) => {
    const id = textIn(connection, 'id')
    return id === undefined ? [] : [{ id, apiTier: textIn(connection, 'apiTier') }]
  })
}

/** Mode 1 of `authenticationmode` asks nobody to sign in [column bot.authenticationmode; seen as 1 and 2 in exports]. */
function isOpenAgent({ kind, xml, files }: ComponentPart): boolean {
  if (kind !== 'bot') return false
  const mode = childText(xml, 'authenticationmode') ?? modeInFile(files)
  return mode === '1'
}

function modeInFile(files: ComponentPart['files']): string | undefined {
  const file = files.find(({ path }) => path.toLowerCase().endsWith('bot.xml'))
  if (file === undefined) return undefined
  return /<authenticationmode>(\d+)<\/authenticationmode>/.exec(new TextDecoder().decode(file.bytes))?.[1]
}

function descriptionOf({ manifest }: SolutionPackage): string | undefined {
  const [first] = childrenNamed(descendant(manifest, 'SolutionManifest', 'Descriptions'), 'Description')
  return first === undefined ? undefined : (attributeOf(first, 'description') ?? textOf(first))
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function textIn(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  const found = (value as Readonly<Record<string, unknown>>)[key] // an object that has the key
  return typeof found === 'string' ? found : undefined
}
