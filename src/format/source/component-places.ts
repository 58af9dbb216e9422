import { pathNamed } from '../path-named.ts'
import type { XmlTape } from '../xml/tape.ts'

/** Where the components of one section of customizations.xml lie in SolutionPackager's layout: a file each. */
export interface ComponentPlace {
  readonly section: string
  readonly item: string
  /** The top folder of its files. */
  readonly folder: string
  /** Elements in it whose text is the path of a file of the zip that it needs. */
  readonly fileElements: readonly string[]
  /** Path of the item's file, without `.xml`; undefined when this layout has no file for it. */
  baseOf(tape: XmlTape, item: number): string | undefined
  /** Whether a path, in lower case, without `.xml` and without `_managed` where there are twins, is that of such a file. */
  isBase(base: string): boolean
  /** The managed form lies beside the unmanaged one, as `_managed.xml`. */
  readonly hasTwin?: boolean
  /** Elements that stand in the section once, before and after its components, and are a file each directly in the folder. */
  readonly around?: { readonly before: string; readonly after: string }
  /** Its root is not given the xsi namespace. */
  readonly isPlain?: boolean
  /** A list inside of it that SolutionPackager sorts by type and schema name. */
  readonly sortedList?: string
  /** Files of the zip that lie elsewhere in the layout than in the zip. */
  movesOf?(tape: XmlTape, item: number): readonly FileMove[]
}

/** A file's two places. */
export interface FileMove {
  readonly zipPath: string
  readonly sourcePath: string
}

export const componentPlaces: readonly ComponentPlace[] = [
  inFolder({ section: 'optionsets', item: 'optionset', folder: 'OptionSets', nameOf: attribute('Name') }),
  inFolder({ section: 'Roles', item: 'Role', folder: 'Roles', nameOf: sanitized(attribute('name')) }),
  besideFile({
    section: 'Workflows',
    item: 'Workflow',
    folder: 'Workflows',
    fileOf: firstText('JsonFileName', 'XamlFileName'),
    fileElements: ['JsonFileName', 'XamlFileName'],
  }),
  {
    ...besideFile({
      section: 'WebResources',
      item: 'WebResource',
      folder: 'WebResources',
      fileOf: webResourcePath,
      fileElements: ['FileName'],
    }),
    movesOf: (tape, item) => moved(tape.childText(item, 'FileName'), webResourcePath(tape, item)),
  },
  besideFile({
    section: 'CustomControls',
    item: 'CustomControl',
    folder: 'Controls',
    fileOf: text('FileName'),
    fileElements: ['FileName'],
  }),
  besideFile({
    section: 'SolutionPluginAssemblies',
    item: 'PluginAssembly',
    folder: 'PluginAssemblies',
    fileOf: text('FileName'),
    fileElements: ['FileName'],
  }),
  inFolder({
    section: 'SdkMessageProcessingSteps',
    item: 'SdkMessageProcessingStep',
    folder: 'SdkMessageProcessingSteps',
    nameOf: attribute('SdkMessageProcessingStepId'),
  }),
  inFolder({ section: 'Dashboards', item: 'Dashboard', folder: 'Dashboards', nameOf: text('FormId') }),
  inFolder({ section: 'Dialogs', item: 'Dialog', folder: 'Dialogs', nameOf: text('FormId') }),
  inFolder({
    section: 'InteractionCentricDashboards',
    item: 'InteractionCentricDashboard',
    folder: 'InteractionCentricDashboards',
    nameOf: text('FormId'),
  }),
  {
    ...inFolderOfItsOwn({ section: 'AppModules', item: 'AppModule', folder: 'AppModules', nameOf: text('UniqueName') }),
    hasTwin: true,
    isPlain: true,
    sortedList: 'AppModuleComponents',
  },
  {
    ...inFolderOfItsOwn({
      section: 'AppModuleSiteMaps',
      item: 'AppModuleSiteMap',
      folder: 'AppModuleSiteMaps',
      nameOf: text('SiteMapUniqueName'),
    }),
    hasTwin: true,
  },
  inFolder({
    section: 'CanvasApps',
    item: 'CanvasApp',
    folder: 'CanvasApps',
    nameOf: text('Name'),
    suffix: '.meta',
    fileElements: ['DocumentUri', 'BackgroundImageUri', 'AdditionalUris', 'CodeAppPackageUris'],
  }),
  inFolder({
    section: 'Connectors',
    item: 'Connector',
    folder: 'Connectors',
    nameOf: connectorName,
    fileElements: ['openapidefinition', 'connectionparameters', 'policytemplateinstances', 'iconblob', 'script'],
  }),
  // Seen in a public repository, and not in any zip that SolutionPackager was compared on.
  inFolder({
    section: 'EntityDataProviders',
    item: 'EntityDataProvider',
    folder: 'EntityDataProviders',
    nameOf: text('EntityDataProviderId'),
  }),
  inFolder({
    section: 'EntityDataSources',
    item: 'EntityDataSource',
    folder: 'EntityDataSources',
    nameOf: attribute('EntityDataSourceId'),
  }),
  {
    ...inFolder({
      section: 'StoredProcedures',
      item: 'procedure',
      folder: 'StoredProcedures',
      nameOf: attribute('name'),
      suffix: '.sql.data',
      fileElements: ['file'],
    }),
    movesOf: (tape, item) => moved(tape.childText(item, 'file'), `StoredProcedures/${tape.attribute(item, 'name') ?? ''}.sql`),
  },
  {
    ...besideFile({
      section: 'Reports',
      item: 'Report',
      folder: 'Reports',
      fileOf: reportPath,
      fileElements: ['ExportedFileName'],
    }),
    isBase: (base) => base.endsWith('.data') || /^reports\/(?:reportsignatureidmappings|reportlinks)$/.test(base),
    isPlain: true,
    // A sequence in the schema of customizations.xml: mappings, reports, links.
    around: { before: 'ReportSignatureIdMappings', after: 'ReportLinks' },
    movesOf: (tape, item) => moved(tape.childText(item, 'ExportedFileName'), reportPath(tape, item)),
  },
]

/** Sections that are one file as a whole; without content they stay where they are. Base path → section. */
export const wholeSections: ReadonlyMap<string, { readonly base: string; readonly hasTwin: boolean }> = new Map([
  ['ServiceEndpoints', { base: 'PluginAssemblies/ServiceEndpoints', hasTwin: false }],
  ['SiteMap', { base: 'Other/SiteMap', hasTwin: true }],
  ['RibbonDiffXml', { base: 'Other/RibbonCustomization', hasTwin: false }],
  ['FieldSecurityProfiles', { base: 'Other/FieldSecurityProfiles', hasTwin: false }],
  ['ConnectionRoles', { base: 'Other/ConnectionRoles', hasTwin: false }],
  ['EntityMaps', { base: 'Other/EntityMaps', hasTwin: false }],
])

type NameOf = (tape: XmlTape, item: number) => string | undefined

interface NamedFiles {
  readonly section: string
  readonly item: string
  readonly folder: string
  readonly nameOf: NameOf
  readonly suffix?: string
  readonly fileElements?: readonly string[]
}

interface BesideFile {
  readonly section: string
  readonly item: string
  readonly folder: string
  readonly fileOf: NameOf
  readonly fileElements: readonly string[]
}

/** `<folder>/<name>.xml` */
function inFolder({ section, item, folder, nameOf, suffix = '', fileElements = [] }: NamedFiles): ComponentPlace {
  return {
    section,
    item,
    folder,
    fileElements,
    baseOf: (tape, at) => withName(nameOf(tape, at), (name) => (isOneName(name) ? `${folder}/${name}${suffix}` : undefined)),
    isBase: (base) => base.endsWith(suffix) && !base.includes('/', folder.length + 1),
  }
}

/** `<folder>/<name>/<item>.xml` */
function inFolderOfItsOwn({ section, item, folder, nameOf }: NamedFiles): ComponentPlace {
  return {
    section,
    item,
    folder,
    fileElements: [],
    baseOf: (tape, at) => withName(nameOf(tape, at), (name) => (isOneName(name) ? `${folder}/${name}/${item}` : undefined)),
    isBase: (base) => base.endsWith(`/${item.toLowerCase()}`) && base.split('/').length === 3,
  }
}

/** `<file>.data.xml` beside the file that the element names. */
function besideFile(place: BesideFile): ComponentPlace {
  const { section, item, folder, fileOf, fileElements } = place
  return {
    section,
    item,
    folder,
    fileElements,
    // A file outside of the section's own folder would not be recognised as such when packing.
    baseOf: (tape, at) =>
      withName(withName(fileOf(tape, at), pathNamed), (path) =>
        path.toLowerCase().startsWith(`${folder.toLowerCase()}/`) ? `${folder}${path.slice(folder.length)}.data` : undefined,
      ),
    isBase: (base) => base.endsWith('.data'),
  }
}

/** What a file of the place begins with. */
export function elementOf({ folder, item, around }: ComponentPlace, path: string): string {
  const isOf = (name: string): boolean => path.toLowerCase() === `${folder}/${name}.xml`.toLowerCase()
  if (around === undefined) return item
  return isOf(around.before) ? around.before : isOf(around.after) ? around.after : item
}

/** Whether the element stands beside the components of its section. */
export function isAround({ around }: ComponentPlace, tape: XmlTape, item: number): boolean {
  return around !== undefined && (tape.isNamed(item, around.before) || tape.isNamed(item, around.after))
}

/** Whether it can stand as one name in a path: what lay deeper would not be recognised as the component's file when packing. */
export function isOneName(name: string): boolean {
  return !/[/\\]/.test(name)
}

function withName(name: string | undefined, use: (name: string) => string | undefined): string | undefined {
  return name === undefined || name === '' ? undefined : use(name)
}

function attribute(name: string): NameOf {
  return (tape, item) => tape.attribute(item, name)
}

function text(name: string): NameOf {
  return (tape, item) => tape.childText(item, name)
}

function firstText(...names: readonly string[]): NameOf {
  return (tape, item) => {
    for (const name of names) {
      const found = tape.childText(item, name)
      if (found !== undefined) return found
    }
    return undefined
  }
}

/** A name as it can stand in a path on every file system. */
function sanitized(nameOf: NameOf): NameOf {
  return (tape, item) => nameOf(tape, item)?.replace(/[<>:"/\\|?*\x00-\x1f]/g, '_')
}

/** Web resources lie under their own name; the zip's name for them has no dots and ends in a guid. */
function webResourcePath(tape: XmlTape, item: number): string | undefined {
  return withName(tape.childText(item, 'Name'), (name) => `WebResources/${name}`)
}

/** Reports lie under their file's own name, by language and id; the zip's name for them is made of both. Links to pages have no file. */
function reportPath(tape: XmlTape, item: number): string | undefined {
  const [exported, language, id, name] = ['ExportedFileName', 'languagecode', 'reportid', 'filename'].map((one) =>
    tape.childText(item, one),
  )
  if (exported === undefined || exported === '') return undefined
  const parts = [language, id, name]
  return parts.every((part) => part !== undefined && part !== '' && isOneName(part)) ? `Reports/${parts.join('/')}` : pathNamed(exported)
}

function connectorName(tape: XmlTape, item: number): string | undefined {
  const definition = tape.childText(item, 'openapidefinition') ?? ''
  return /([^/\\]+)_openapidefinition\.json$/i.exec(definition)?.[1] ?? tape.childText(item, 'name')
}

function moved(written: string | undefined, sourcePath: string | undefined): readonly FileMove[] {
  return written === undefined || sourcePath === undefined ? [] : [{ zipPath: pathNamed(written), sourcePath }]
}
