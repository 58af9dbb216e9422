import { DroverError } from '#domain/kernel'
import { rootOf } from '../xml/parse-xml.ts'
import type { XmlTape } from '../xml/tape.ts'
import { carriedPath } from './carried.ts'
import type { PackWarning } from './options.ts'

/** A component that a folder holds, as a RootComponent would name it. */
export interface PresentComponent {
  /** Component type number, as text; the first is the one to suggest. */
  readonly types: readonly string[]
  readonly kind: string
  /** Its identities: schema or unique name, guid. Any of them may be listed. */
  readonly ids: readonly string[]
  readonly path: string
  /** Must be listed; other components may stand in a solution as parts of what is listed. */
  readonly isRequired: boolean
}

/**
 * Compares RootComponents with what the folder holds, as SolutionPackager does: a component that is not listed is refused, one that
 * is listed and not there is a warning. Which kinds must be listed is inferred: in all 95 real solutions at hand every component of
 * these kinds is, while relationships, table maps, connection references, stored procedures and data sources never are.
 */
export function checkRootComponents(manifest: XmlTape, present: readonly PresentComponent[], warn: (warning: PackWarning) => void): void {
  if (present.length > 0) warnOfLostDependencies(manifest, warn)
  const listed = listedComponents(manifest)
  refuseTwice(present)
  const listedKeys = new Set(listed.flatMap(({ type, ids }) => ids.map((id) => keyOf(type, id))))
  const unlisted = present.filter((one) => one.isRequired && !keysOf(one).some((key) => listedKeys.has(key)))
  if (unlisted.length > 0) throw notListed(unlisted)
  const presentKeys = new Set(present.flatMap(keysOf))
  const absent = listed.filter(
    ({ type, ids }) => Object.hasOwn(kindNames, type) && ids.length > 0 && !ids.some((id) => presentKeys.has(keyOf(type, id))),
  )
  if (absent.length === 0) return
  const lines = absent.map(({ type, ids }) => `  Type='${kindNames[type] ?? type}', Id (or schema name)='${ids[0] ?? ''}'.`)
  warn({
    code: 'solution.component-not-found',
    message: ['Following root components are not defined in customizations:', ...lines].join('\n'),
    path: manifest.path,
  })
}

/** Every export has this list, even without entries: in all 95 real solutions at hand. */
function warnOfLostDependencies(manifest: XmlTape, warn: (warning: PackWarning) => void): void {
  if (manifest.descendant(rootOf(manifest), 'SolutionManifest', 'MissingDependencies') !== undefined) return
  const message = `${manifest.path} has no list of MissingDependencies. The zip does not say what it needs from other solutions.`
  warn({ code: 'solution.list-missing', message, path: manifest.path })
}

/** Two files for one component: which of them holds nobody could tell. */
function refuseTwice(present: readonly PresentComponent[]): void {
  const files = new Map<string, string>()
  const twice: string[] = []
  for (const { path, kind, ids, isRequired } of present) {
    const [id] = ids
    if (!isRequired || id === undefined || path === carriedPath) continue
    const key = `${kind}:${keyOf('', id)}`
    const first = files.get(key)
    if (first === undefined) files.set(key, path)
    else twice.push(`  ${first} and ${path}: ${kind} ${id}`)
  }
  if (twice.length === 0) return
  throw new DroverError(
    'solution.component-twice',
    ['RootComponent validation failed. Two files are one component:', ...twice].join('\n'),
    {
      hint: 'Remove one of the two files, or give it an identity of its own.',
    },
  )
}

interface ListedComponent {
  readonly type: string
  readonly ids: readonly string[]
}

/** None when there is no list: a solution without components may lack it. */
function listedComponents(manifest: XmlTape): ListedComponent[] {
  const list = manifest.descendant(rootOf(manifest), 'SolutionManifest', 'RootComponents')
  return list === undefined
    ? []
    : manifest.elementsOf(list).map((at) => ({
        type: manifest.attribute(at, 'type') ?? '',
        ids: ['schemaName', 'id'].flatMap((name) => manifest.attribute(at, name) ?? []),
      }))
}

function keysOf({ types, ids }: PresentComponent): string[] {
  return types.flatMap((type) => ids.map((id) => keyOf(type, id)))
}

function keyOf(type: string, id: string): string {
  return `${type}:${id.toLowerCase().replace(/[{}]/g, '')}`
}

/**
 * The component types that are looked for, and their names in messages. What is of another type is found in files and sections of its
 * own kind; 431 and 432 (image configurations) SolutionPackager never finds.
 */
const kindNames: Readonly<Record<string, string>> = {
  '1': 'Entity',
  '9': 'OptionSet',
  '20': 'Role',
  '29': 'Workflow',
  '31': 'Report',
  '50': 'RibbonCustomization',
  '60': 'SystemForm',
  '61': 'WebResource',
  '62': 'SiteMap',
  '63': 'ConnectionRole',
  '66': 'CustomControl',
  '70': 'FieldSecurityProfile',
  '80': 'AppModule',
  '91': 'PluginAssembly',
  '92': 'SDKMessageProcessingStep',
  '95': 'ServiceEndpoint',
  '300': 'CanvasApp',
  '371': 'Connector',
  '372': 'Connector',
  '431': 'AttributeImageConfig',
  '432': 'EntityImageConfig',
}

function notListed(components: readonly PresentComponent[]): DroverError {
  const lines = components.map(
    ({ path, types, ids }) => `  ${path}: <RootComponent type="${types[0] ?? ''}" ${identity(ids[0] ?? '')} behavior="0" />`,
  )
  return new DroverError(
    'solution.component-not-listed',
    [
      'Following objects, required by the solution, are not present. Other/Solution.xml has no RootComponent for these files:',
      ...lines,
      'RootComponent validation failed.',
    ].join('\n'),
    { hint: 'Add these lines to RootComponents in Other/Solution.xml, or remove the files.' },
  )
}

function identity(id: string): string {
  const bare = id.replace(/[{}]/g, '')
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(bare) ? `id="{${bare.toLowerCase()}}"` : `schemaName="${id}"`
}
