import type { XmlTape } from '../xml/tape.ts'
import type { PackedComponent } from './packing.ts'
import type { PresentComponent } from './root-components.ts'

/** What an element of customizations.xml brings, as RootComponents name it. */
export function presentComponents({ section, path, tape, item, isKept = false }: PackedComponent): PresentComponent[] {
  const kind = Object.hasOwn(kinds, section) ? kinds[section] : undefined
  if (kind === undefined) return []
  const holders = kind.isList === true ? listedIn(tape, item, kind.depth ?? 1) : [item]
  return holders.map((at) => ({
    types: kind.types,
    kind: section,
    ids: kind.idsOf(tape, at),
    path,
    isRequired: !isKept && kind.isOptional !== true,
  }))
}

interface Kind {
  readonly types: readonly string[]
  idsOf(tape: XmlTape, at: number): string[]
  /** A section that is one file: its components lie in it, this many levels down. */
  readonly isList?: boolean
  readonly depth?: number
  /** Need not be listed. */
  readonly isOptional?: boolean
}

/** Component types: the platform's solutioncomponent.componenttype choice. By section of customizations.xml. */
const kinds: Readonly<Record<string, Kind>> = {
  Entities: { types: ['1'], idsOf: text('Name') },
  optionsets: { types: ['9'], idsOf: attribute('Name') },
  Roles: { types: ['20'], idsOf: attribute('id') },
  Workflows: { types: ['29'], idsOf: attribute('WorkflowId') },
  Reports: { types: ['31'], idsOf: text('reportid', 'ReportId'), isOptional: true },
  RibbonDiffXml: { types: ['50'], idsOf: () => [':RibbonDiffXml'], isOptional: true },
  Dashboards: { types: ['60'], idsOf: text('FormId') },
  InteractionCentricDashboards: { types: ['60'], idsOf: text('FormId') },
  Dialogs: { types: ['60'], idsOf: text('FormId') },
  WebResources: { types: ['61'], idsOf: text('Name') },
  AppModuleSiteMaps: { types: ['62'], idsOf: text('SiteMapUniqueName') },
  ConnectionRoles: { types: ['63'], idsOf: text('connectionroleid'), isList: true, depth: 2, isOptional: true },
  CustomControls: { types: ['66'], idsOf: text('Name') },
  FieldSecurityProfiles: { types: ['70'], idsOf: attribute('fieldsecurityprofileid'), isList: true },
  AppModules: { types: ['80'], idsOf: text('UniqueName') },
  SolutionPluginAssemblies: { types: ['91'], idsOf: attribute('PluginAssemblyId', 'FullName') },
  SdkMessageProcessingSteps: { types: ['92'], idsOf: attribute('SdkMessageProcessingStepId') },
  ServiceEndpoints: { types: ['95'], idsOf: attribute('ServiceEndpointId'), isList: true },
  CanvasApps: { types: ['300'], idsOf: text('Name') },
  Connectors: { types: ['372', '371'], idsOf: text('connectorid', 'name', 'connectorinternalid') },
}

function listedIn(tape: XmlTape, item: number, depth: number): number[] {
  const direct = tape.elementsOf(item)
  return depth === 1 ? direct : direct.flatMap((at) => listedIn(tape, at, depth - 1))
}

function attribute(...names: readonly string[]): Kind['idsOf'] {
  return (tape, at) => names.flatMap((name) => tape.attribute(at, name) ?? [])
}

function text(...names: readonly string[]): Kind['idsOf'] {
  return (tape, at) => names.flatMap((name) => tape.childText(at, name) ?? [])
}
