import { type ComponentPlace, componentPlaces, wholeSections } from './component-places.ts'

/** What each path of an unpacked solution is: which section of customizations.xml it belongs to, or a file of its own. All lists are in order. */
export interface SourceIndex {
  /** Section → files of its components. */
  readonly components: ReadonlyMap<string, readonly string[]>
  /** Section → the file that it is as a whole. */
  readonly sections: ReadonlyMap<string, string>
  /** In the order of their folders. */
  readonly tables: readonly TableFiles[]
  /** Other/Relationships/*.xml */
  readonly relationships: readonly string[]
  /** Files that go into the zip as they are. */
  readonly contents: readonly string[]
  /** Managed forms that an unmanaged package leaves out, where there is no unmanaged one beside them. */
  readonly otherType: readonly string[]
}

/** The files of Entities/<name>/. */
export interface TableFiles {
  readonly folder: string
  shell: string | undefined
  readonly forms: string[]
  readonly queries: string[]
  readonly charts: string[]
  ribbon: string | undefined
}

/** Sorts out the paths of a folder for packing it as one package type. */
export function indexSource(paths: readonly string[], isManaged: boolean): SourceIndex {
  const sorted = sortedPaths(paths)
  const lowers = sorted.map((path) => path.toLowerCase())
  const all = new Set(lowers)
  // Few files are described by one beside them: a set of those spares to make a name for each of the others.
  const described = new Set(lowers.filter((lower) => lower.endsWith(dataSuffix)).map((lower) => lower.slice(0, -dataSuffix.length)))
  const found: Found = { components: new Map(), sections: new Map(), tables: new Map(), relationships: [], contents: [], otherType: [] }
  for (const [at, path] of sorted.entries()) {
    const lower = lowers[at] ?? ''
    if (layoutsOwn.has(lower)) continue
    const place = lower.endsWith('.xml') && !described.has(lower) ? placeOf(path, lower) : undefined
    if (place === undefined) found.contents.push(path)
    else if (place.hasTwin && !isWanted(lower, { all, isManaged })) {
      if (!isManaged && !all.has(twinOf(lower))) found.otherType.push(path)
    } else place.add(found)
  }
  return { ...found, tables: [...found.tables.values()] }
}

/** What stands behind the name of a file in the name of the one that describes it. */
const dataSuffix = '.data.xml'

/** As NTFS lists folders: by capital letters, code unit by code unit, a folder's content in one run. */
export function sortedPaths(paths: readonly string[]): string[] {
  const keyed = paths.map((path) => ({ path, key: path.toUpperCase().replace(/\//g, '\0') }))
  keyed.sort((a, b) => compare(a.key, b.key) || compare(a.path, b.path))
  return keyed.map(({ path }) => path)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

/** Whether a file of this path is a part of the layout, not a file that is copied. */
export function isLayoutsOwn(path: string): boolean {
  const lower = path.toLowerCase()
  return layoutsOwn.has(lower) || isTemplateList(path) || (lower.endsWith('.xml') && placeOf(path, lower) !== undefined)
}

/** Which of the two forms of a kind that has both beside each other; undefined for all other files. */
export function twinForm(path: string): 'managed' | 'unmanaged' | undefined {
  const lower = path.toLowerCase()
  if (!lower.endsWith('.xml') || placeOf(path, lower)?.hasTwin !== true) return undefined
  return isTwin(lower) ? 'managed' : 'unmanaged'
}

/** The path of the managed form beside an unmanaged one. */
export function managedTwinOf(path: string): string {
  return path.replace(/\.xml$/i, '_managed.xml')
}

/** Files that are read by name. */
const layoutsOwn: ReadonlySet<string> = new Set([
  'other/solution.xml',
  'other/customizations.xml',
  'other/relationships.xml',
  '.drover/carried.json',
])

/** Whether SolutionPackager keeps all templates of a kind in this file. It is not put together here. */
export function isTemplateList(path: string): boolean {
  return /^templates\/(?:email|contract|kbarticle|mailmerge)templates\.xml$/i.test(path)
}

interface Found {
  readonly components: Map<string, string[]>
  readonly sections: Map<string, string>
  readonly tables: Map<string, TableFiles>
  readonly relationships: string[]
  readonly contents: string[]
  readonly otherType: string[]
}

interface Place {
  readonly hasTwin: boolean
  add(found: Found): void
}

const placesByFolder: ReadonlyMap<string, ComponentPlace> = new Map(componentPlaces.map((place) => [place.folder.toLowerCase(), place]))
const sectionsByBase: ReadonlyMap<string, { readonly section: string; readonly hasTwin: boolean }> = new Map(
  [...wholeSections].map(([section, { base, hasTwin }]) => [base.toLowerCase(), { section, hasTwin }]),
)

/** What an XML file of this path is; undefined when it is a file as any other. */
function placeOf(path: string, lower: string): Place | undefined {
  const folder = lower.slice(0, lower.indexOf('/'))
  if (folder === 'entities') return tablePlace(path, lower)
  const stem = lower.slice(0, -'.xml'.length)
  const base = isTwin(lower) ? stem.slice(0, -'_managed'.length) : stem
  const whole = sectionsByBase.get(base)
  if (whole !== undefined && (whole.hasTwin || !isTwin(lower)))
    return { hasTwin: whole.hasTwin, add: ({ sections }) => sections.set(whole.section, path) }
  if (folder === 'other')
    return /^other\/relationships\/[^/]+$/.test(lower)
      ? { hasTwin: false, add: ({ relationships }) => relationships.push(path) }
      : undefined
  const place = placesByFolder.get(folder)
  if (place === undefined) return undefined
  const hasTwin = place.hasTwin === true
  return place.isBase(hasTwin ? base : stem) ? { hasTwin, add: ({ components }) => addTo(components, place.section, path) } : undefined
}

/** Entities/<name>/Entity.xml, RibbonDiff.xml, FormXml/<type>/<id>.xml, SavedQueries/<id>.xml or Visualizations/<id>.xml. */
function tablePlace(path: string, lower: string): Place | undefined {
  const parts = lower.split('/')
  const role = tableRole(parts)
  if (role === undefined || parts.at(-1) === '.xml') return undefined
  const folder = path.slice(0, path.indexOf('/', 'entities/'.length))
  return {
    hasTwin: role === 'forms',
    add: ({ tables }) => {
      const table = tableAt(tables, folder)
      if (role === 'shell' || role === 'ribbon') table[role] = path
      else table[role].push(path)
    },
  }
}

function tableRole({ length, 2: name }: readonly string[]): 'shell' | 'ribbon' | 'forms' | 'queries' | 'charts' | undefined {
  if (length === 3) return name === 'entity.xml' ? 'shell' : name === 'ribbondiff.xml' ? 'ribbon' : undefined
  if (length === 4) return name === 'savedqueries' ? 'queries' : name === 'visualizations' ? 'charts' : undefined
  return length === 5 && name === 'formxml' ? 'forms' : undefined
}

function tableAt(tables: Map<string, TableFiles>, folder: string): TableFiles {
  const known = tables.get(folder.toLowerCase())
  if (known !== undefined) return known
  const made: TableFiles = { folder, shell: undefined, forms: [], queries: [], charts: [], ribbon: undefined }
  tables.set(folder.toLowerCase(), made)
  return made
}

function addTo(lists: Map<string, string[]>, key: string, path: string): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [path])
  else list.push(path)
}

function isTwin(lower: string): boolean {
  return lower.endsWith('_managed.xml')
}

function twinOf(lower: string): string {
  return isTwin(lower) ? lower.replace(/_managed\.xml$/, '.xml') : lower.replace(/\.xml$/, '_managed.xml')
}

/** Of two forms the one of this package type; a managed package takes the other where it has none of its own, as SolutionPackager does. */
function isWanted(lower: string, { all, isManaged }: { all: ReadonlySet<string>; isManaged: boolean }): boolean {
  return isManaged ? isTwin(lower) || !all.has(twinOf(lower)) : !isTwin(lower)
}
