import type { ComponentPart } from '#format'
import { attributeOf, child, childElements, compactStyle, packagedLanguages, writeXml } from '#format'
import type { ComponentFailure, ComponentNote, FailingComponents } from '../../jobs/jobs.ts'
import { kindInfo } from '../../kinds/kind-table.ts'
import { platformVersion } from '../../templates/platform-version.ts'
import type { ImportFlaw } from './flaw.ts'
import type { SolutionFile } from './solution-file.ts'
import { escapeXml } from './validate.ts'

/** What became of one import, for `importjob.data` (web-api B.5). */
export interface ImportReport {
  readonly file: SolutionFile
  readonly startedAt: Date
  readonly stoppedAt: Date
  readonly flaw: Pick<ImportFlaw, 'code' | 'message' | 'component'> | undefined
  /** What is said of components, or of the whole, of an import that succeeded. */
  readonly notes: readonly ComponentNote[]
  /** Components that ended as failures by themselves, although the import succeeded. */
  readonly failing: FailingComponents
}

/** Sections in the order of the document, with the element and the kind of what they list; those without stay empty here. */
const sections: readonly (readonly [section: string, element?: string, kind?: string])[] = [
  ['entities', 'entity', 'Entity'],
  ['nodes'],
  ['settings'],
  ['dashboards', 'dashboard', 'Dashboard'],
  ['securityroles', 'securityrole', 'Role'],
  ['workflows', 'workflow', 'Workflow'],
  ['templates'],
  ['optionSets', 'optionSet', 'OptionSet'],
  ['ConnectionRoles', 'ConnectionRole', 'ConnectionRole'],
  ['SolutionPluginAssemblies', 'SolutionPluginAssembly', 'PluginAssembly'],
  ['SdkMessageProcessingSteps', 'SdkMessageProcessingStep', 'SdkMessageProcessingStep'],
  ['ServiceEndpoints', 'ServiceEndpoint', 'ServiceEndpoint'],
  ['webResources', 'webResource', 'WebResource'],
  ['reports', 'report', 'Report'],
  ['FieldSecurityProfiles', 'FieldSecurityProfile', 'FieldSecurityProfile'],
]
const kindsWithSection = new Set(sections.flatMap(([, , kind]) => kind ?? []))

/** The import job's data document: one `<result>` per component of the kinds that have a section, and one for the whole. */
export function importData(report: ImportReport): string {
  const { manifest } = report.file.model
  const whole = resultXml(report, noteOf(report, undefined))
  const listed = sections.map(([section, element, kind]) => {
    if (element === undefined) return `<${section} />`
    const items = report.file.package.parts.filter((part) => kindInfo(part.kind).name === kind)
    return `<${section}>${items.map((part) => componentXml(report, element, part)).join('')}</${section}>`
  })
  const { flaw } = report
  const root = resultXml(report, flaw === undefined ? undefined : { ...flaw, result: 'failure' })
  const roots = manifest.rootComponents.map(() => `<rootComponent processed="true">${root}</rootComponent>`)
  return [
    `<importexportxml start="${ticks(report.startedAt)}" stop="${ticks(report.stoppedAt)}" progress="100" processed="true">`,
    `<solutionManifests>${manifestXml(report, whole)}</solutionManifests>`,
    packageXml(report.file),
    ...listed,
    languagesXml(report),
    handlersXml(report),
    '<publishes />',
    `<rootComponents>${roots.join('')}</rootComponents><dependencies /></importexportxml>`,
  ].join('')
}

function manifestXml({ file }: ImportReport, whole: string): string {
  const { manifest } = file.model
  const said = childElements(child(file.package.manifest, 'SolutionManifest')).filter((node) => manifestElements.has(node.name))
  const language = attributeOf(file.package.manifest, 'languagecode') ?? '1033'
  const name = escapeXml(manifest.uniqueName)
  return `<solutionManifest languagecode="${language}" id="${name}" LocalizedName="${escapeXml(manifest.displayName)}" processed="true">${said.map((node) => writeXml(node, compactStyle)).join('')}<results />${whole}</solutionManifest>`
}

const manifestElements = new Set(['UniqueName', 'LocalizedNames', 'Descriptions', 'Version', 'Managed', 'Publisher'])

/** Members as in the published sample of the document. */
function packageXml({ package: pkg, model }: SolutionFile): string {
  const sku = attributeOf(pkg.manifest, 'generatedBy') === 'OnPremise' ? 'OnPremise' : 'Online'
  return `<upgradeSolutionPackageInformation><upgradeRequired>0</upgradeRequired><upgradeValid>1</upgradeValid><fileVersion>${model.manifest.platformVersion ?? ''}</fileVersion><currentVersion>${platformVersion}</currentVersion><fileSku>${sku}</fileSku><currentSku>Online</currentSku></upgradeSolutionPackageInformation>`
}

function componentXml(report: ImportReport, element: string, part: ComponentPart): string {
  const name = escapeXml(part.displayName ?? part.key)
  const said = resultXml(report, noteOf(report, part))
  return `<${element} id="${escapeXml(part.key)}" LocalizedName="${name}" OriginalName="${name}" processed="true">${said}</${element}>`
}

function languagesXml(report: ImportReport): string {
  const rows = packagedLanguages(report.file.package.skeleton).map((code) => {
    const said = resultXml(report, noteOf(report, { kind: 'Language', key: String(code) }))
    return `<language id="${code}" processed="true">${said}</language>`
  })
  return `<languages>${rows.join('')}</languages>`
}

/** Kinds without a section are named only when something is said of them; that it is said here is unverified. */
function handlersXml(report: ImportReport): string {
  const rows = report.file.package.parts
    .filter((part) => !kindsWithSection.has(kindInfo(part.kind).name) && noteOf(report, part) !== undefined)
    .map((part) => componentXml(report, 'entitySubhandler', part))
  return rows.length === 0 ? '<entitySubhandlers />' : `<entitySubhandlers>${rows.join('')}</entitySubhandlers>`
}

type Note = ComponentFailure & Pick<ComponentNote, 'result'>

// A component that fails by itself leaves the whole a success (web-api B.5).
function noteOf({ flaw, notes, failing }: ImportReport, component: Pick<ComponentPart, 'kind' | 'key'> | undefined): Note | undefined {
  const id = component === undefined ? undefined : `${component.kind}:${component.key}`
  if (flaw !== undefined) return id === undefined || flaw.component === id ? { ...flaw, result: 'failure' } : undefined
  const failure = component === undefined ? undefined : failing(component.kind, component.key)
  if (failure !== undefined) return { ...failure, result: 'failure' }
  return notes.find((note) => note.component === id)
}

function resultXml({ stoppedAt }: ImportReport, note: Note | undefined): string {
  const time = stoppedAt.toISOString().slice(11, 22)
  const [result, code, text] = note === undefined ? ['success', '0', ''] : [note.result, note.code, note.message]
  return `<result result="${result}" errorcode="${code}" errortext="${escapeXml(text)}" datetime="${time}" datetimeticks="${ticks(stoppedAt)}" />`
}

/** .NET ticks: 100 ns since 0001-01-01. */
function ticks(at: Date): string {
  return String(BigInt(at.getTime()) * 10_000n + 621_355_968_000_000_000n)
}
