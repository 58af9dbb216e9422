import type { ComponentPart } from '#format'
import { kindInfo } from '../kinds/kind-table.ts'
import { valueOf } from '../kinds/part-text.ts'
import { ofApp, ofCanvasApp, ofCommand, ofSiteMap } from './references/apps.ts'
import { ofForm } from './references/forms.ts'
import { namesOfAssembly, ofStep, ofWorkflow } from './references/processes.ts'
import { ofChart, ofView } from './references/queries.ts'
import {
  namesOfConnector,
  ofBotComponent,
  ofConnectionReference,
  ofCustomApi,
  ofEntityMap,
  ofFieldSecurityProfile,
  ofKey,
  ofMaskingRule,
  ofRole,
  ofVariable,
} from './references/settings.ts'
import { columnReference, matches, tableReference, webResourcesIn } from './references/text.ts'

/** Component ids (`kind:key`) that a part needs, as far as its definition names them; its parent included. */
export function referencesOf(part: ComponentPart): readonly string[] {
  const known = references.get(part) ?? readReferences(part)
  references.set(part, known)
  return known
}

/** Of parts at hand: a solution file is judged for one environment after the other. */
const references = new WeakMap<ComponentPart, readonly string[]>()

function readReferences(part: ComponentPart): readonly string[] {
  const found = new Set<string>(part.parent === undefined ? [] : [part.parent])
  for (const reference of readers[kindInfo(part.kind).name]?.(part) ?? []) found.add(reference)
  found.delete(`${part.kind}:${part.key}`)
  return [...found]
}

/** Other names under which parts speak of this one; undefined for the many kinds that have none. */
export function otherNamesOf(kind: string): ((part: ComponentPart) => readonly string[]) | undefined {
  return { PluginAssembly: namesOfAssembly, Connector: namesOfConnector }[kind]
}

const readers: Readonly<Record<string, (part: ComponentPart) => readonly string[]>> = {
  AppModule: ofApp,
  Attribute: (part) => {
    const optionSet = valueOf(part, 'OptionSetName')
    return optionSet === undefined ? [] : [`OptionSet:${optionSet}`]
  },
  CanvasApp: ofCanvasApp,
  connectionreference: ofConnectionReference,
  Dashboard: ofForm,
  Dialog: ofForm,
  Entity: (part) => webResourcesIn(part.xml),
  EntityKey: ofKey,
  EntityMap: ofEntityMap,
  EntityRelationship: ofRelationship,
  EnvironmentVariableDefinition: ofVariable,
  FieldSecurityProfile: ofFieldSecurityProfile,
  InteractionCentricDashboard: ofForm,
  RibbonDiff: (part) => webResourcesIn(part.xml),
  Role: ofRole,
  SavedQuery: ofView,
  SavedQueryVisualization: ofChart,
  SdkMessageProcessingStep: ofStep,
  SiteMap: ofSiteMap,
  SystemForm: ofForm,
  WebResource: ofWebResource,
  Workflow: ofWorkflow,
  appaction: ofCommand,
  botcomponent: ofBotComponent,
  customapi: ofCustomApi,
  maskingrule: ofMaskingRule,
}

function ofRelationship(part: ComponentPart): string[] {
  const table = valueOf(part, 'ReferencingEntityName')
  const names = ['ReferencingEntityName', 'ReferencedEntityName', 'FirstEntityName', 'SecondEntityName']
  return [
    ...names.flatMap((name) => tableReference(valueOf(part, name))),
    ...columnReference(table, valueOf(part, 'ReferencingAttributeName')),
  ]
}

/** The list of dependencies that a script's maker gave it: other web resources and columns. */
function ofWebResource(part: ComponentPart): string[] {
  const text = valueOf(part, 'DependencyXml')
  const libraries = matches(text, /<Library\b[^>]*\bname="([^"]+)"/g).map((name) => `WebResource:${name}`)
  const columns = [...(text ?? '').matchAll(/<Attribute\b[^>]*>/g)].flatMap(([tag]) => {
    const [column] = matches(tag, /\battributeName="([^"]+)"/g)
    const [table] = matches(tag, /\bentityName="([^"]+)"/g)
    return columnReference(table, column)
  })
  return [...libraries, ...columns]
}
