import { kindInfo } from '../../kinds/kind-table.ts'
import type { FailingComponents } from '../../jobs/jobs.ts'
import type { ImportFlaw } from './flaw.ts'
import type { SolutionFile } from './solution-file.ts'
import { escapeXml } from './validate.ts'

/** What became of one import, for `importjob.data` (web-api B.5). */
export interface ImportReport {
  readonly file: SolutionFile
  readonly startedAt: Date
  readonly stoppedAt: Date
  readonly flaw: Pick<ImportFlaw, 'code' | 'message' | 'component'> | undefined
  /** Components that ended as failures by themselves, although the import succeeded. */
  readonly failing: FailingComponents
}

/** Sections of the document by kind; all others have no section of their own there. */
const sections: readonly (readonly [section: string, element: string, kind: string])[] = [
  ['entities', 'entity', 'Entity'],
  ['optionSets', 'optionSet', 'OptionSet'],
  ['workflows', 'workflow', 'Workflow'],
  ['webResources', 'webResource', 'WebResource'],
  ['securityroles', 'securityrole', 'Role'],
  ['dashboards', 'dashboard', 'Dashboard'],
  ['SolutionPluginAssemblies', 'SolutionPluginAssembly', 'PluginAssembly'],
  ['SdkMessageProcessingSteps', 'SdkMessageProcessingStep', 'SdkMessageProcessingStep'],
  ['ServiceEndpoints', 'ServiceEndpoint', 'ServiceEndpoint'],
  ['FieldSecurityProfiles', 'FieldSecurityProfile', 'FieldSecurityProfile'],
  ['ConnectionRoles', 'ConnectionRole', 'ConnectionRole'],
  ['reports', 'report', 'Report'],
]

/** The import job's data document: one `<result>` per component of the kinds that have a section, and one for the whole. */
export function importData(report: ImportReport): string {
  const { manifest } = report.file.model
  const whole = resultOf(report, undefined)
  const parts = sections.map(([section, element, kind]) => {
    const items = report.file.package.parts.filter((part) => kindInfo(part.kind).name === kind)
    const rows = items.map((part) => {
      const name = escapeXml(part.displayName ?? part.key)
      return `<${element} id="${escapeXml(part.key)}" LocalizedName="${name}" OriginalName="${name}" processed="true">${resultOf(report, part)}</${element}>`
    })
    return `<${section}>${rows.join('')}</${section}>`
  })
  const manifestXml = `<solutionManifest languagecode="1033" id="${escapeXml(manifest.uniqueName)}" LocalizedName="${escapeXml(manifest.displayName)}" processed="true"><UniqueName>${escapeXml(manifest.uniqueName)}</UniqueName><Version>${manifest.version}</Version><Managed>${manifest.isManaged ? 1 : 0}</Managed><results />${whole}</solutionManifest>`
  return `<importexportxml start="${ticks(report.startedAt)}" stop="${ticks(report.stoppedAt)}" progress="100" processed="true"><solutionManifests>${manifestXml}</solutionManifests>${parts.join('')}<rootComponents><rootComponent processed="true">${whole}</rootComponent></rootComponents><dependencies /></importexportxml>`
}

function resultOf(report: ImportReport, component: { readonly kind: string; readonly key: string } | undefined): string {
  const { stoppedAt } = report
  const failure = failureOf(report, component)
  const time = stoppedAt.toISOString().slice(11, 22)
  const result =
    failure === undefined
      ? 'result="success" errorcode="0" errortext=""'
      : `result="failure" errorcode="${failure.code}" errortext="${escapeXml(failure.message)}"`
  return `<result ${result} datetime="${time}" datetimeticks="${ticks(stoppedAt)}" />`
}

// A component that fails by itself leaves the whole a success (web-api B.5).
function failureOf(
  { flaw, failing }: ImportReport,
  component: { readonly kind: string; readonly key: string } | undefined,
): { readonly code: string; readonly message: string } | undefined {
  if (component === undefined) return flaw
  if (flaw !== undefined) return flaw.component === `${component.kind}:${component.key}` ? flaw : undefined
  return failing(component.kind, component.key)
}

/** .NET ticks: 100 ns since 0001-01-01. */
function ticks(at: Date): string {
  return String(BigInt(at.getTime()) * 10_000n + 621_355_968_000_000_000n)
}
