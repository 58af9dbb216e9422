import { DroverError } from '#domain/kernel'
import type { ComponentPart, SolutionPackage, XmlElement, XmlNode } from './package.ts'
import { containerFor, elementNameOf, sectionLabels } from './section-label.ts'
import { element, textElement, withChildren } from './xml/tree.ts'

/** The ImportExportXml of customizations.xml with every part in its place. */
export function composeCustomizations(pkg: Pick<SolutionPackage, 'skeleton' | 'parts'>): XmlElement {
  const root = emptySlot()
  const byId = new Map<string, Slot>()
  const withXml = withMissingTables(pkg.parts.filter((part) => part.xml !== undefined))
  for (const part of withXml) byId.set(`${part.kind}:${part.key}`, { ...emptySlot(), part })
  for (const part of withXml) {
    const owner = part.parent === undefined ? root : byId.get(part.parent)
    const own = byId.get(`${part.kind}:${part.key}`)
    if (owner === undefined || own === undefined) throw orphan(part)
    slotAt(owner, placeWithin(part, owner.part)).items.push(own)
  }
  return fill(pkg.skeleton, root)
}

/** A skeleton of customizations.xml as the platform exports it when there is nothing in it. */
export function emptySkeleton(languageCode = 1033): XmlElement {
  const sections = alwaysExported.map((name) => element(name))
  const languages = element('Languages', {}, [textElement('Language', String(languageCode))])
  return element('ImportExportXml', { 'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance' }, [...sections, languages])
}

const alwaysExported = [
  'Entities',
  'Roles',
  'Workflows',
  'FieldSecurityProfiles',
  'Templates',
  'EntityMaps',
  'EntityRelationships',
  'OrganizationSettings',
  'optionsets',
  'CustomControls',
  'EntityDataProviders',
] as const

/** Order of children by parent, as in all exports that were looked at; what is not listed follows, before Languages at the root. */
const childOrder: Readonly<Record<string, readonly string[]>> = {
  ImportExportXml: [
    ...alwaysExported.slice(0, 5),
    'ConnectionRoles',
    'SiteMap',
    'RibbonDiffXml',
    'EntityMaps',
    'EntityRelationships',
    'OrganizationSettings',
    'optionsets',
    'Dashboards',
    'InteractionCentricDashboards',
    'Dialogs',
    'WebResources',
    'CustomControls',
    'SolutionPluginAssemblies',
    'SdkMessageProcessingSteps',
    'ServiceEndpoints',
    'Reports',
    'AppModuleSiteMaps',
    'AppModules',
    'EntityDataProviders',
    'EntityDataSources',
    'AIModels',
    'CanvasApps',
    'Connectors',
    'connectionreferences',
  ],
  Entity: [
    'Name',
    'ObjectTypeCode',
    'EntityInfo',
    'FormXml',
    'SavedQueries',
    'Visualizations',
    'RibbonDiffXml',
    'CustomControlDefaultConfigs',
  ],
  entity: ['LocalizedNames', 'LocalizedCollectionNames', 'Descriptions', 'attributes', 'EntityKeys', 'EntitySetName'],
}
const alwaysLast: ReadonlySet<string> = new Set(['Languages', 'StoredProcedures'])

/** What is to be put into one element: components directly, and more in containers by their label. */
interface Slot {
  readonly part: ComponentPart | undefined
  readonly items: Slot[]
  readonly containers: Map<string, Slot>
}

function emptySlot(): Slot {
  return { part: undefined, items: [], containers: new Map() }
}

function slotAt(owner: Slot, labels: readonly string[]): Slot {
  let at = owner
  for (const label of labels) {
    const next = at.containers.get(label) ?? emptySlot()
    at.containers.set(label, next)
    at = next
  }
  return at
}

/** The part's section as seen from its owner's element. */
function placeWithin(part: ComponentPart, owner: ComponentPart | undefined): readonly string[] {
  return owner === undefined ? part.section : part.section.slice(owner.section.length + 1)
}

/** A column, form or view may be exported though its table's own part is not: its table then appears as a bare shell. */
function withMissingTables(parts: readonly ComponentPart[]): readonly ComponentPart[] {
  const present = new Set(parts.map((part) => `${part.kind}:${part.key}`))
  const shells: ComponentPart[] = []
  for (const { parent } of parts) {
    if (parent === undefined || present.has(parent) || !parent.startsWith('Entity:')) continue
    present.add(parent)
    shells.push(bareTable(parent.slice('Entity:'.length)))
  }
  return shells.length === 0 ? parts : [...shells, ...parts]
}

function bareTable(logicalName: string): ComponentPart {
  const name = { ...textElement('Name', logicalName), attributes: element('Name', { LocalizedName: '', OriginalName: '' }).attributes }
  const info = element('EntityInfo', {}, [element('entity', { Name: logicalName, unmodified: '1' }, [element('attributes')])])
  const xml = element('Entity', {}, [name, info])
  return { kind: 'Entity', key: logicalName, displayName: undefined, parent: undefined, section: ['Entities'], xml, files: [] }
}

function orphan(part: ComponentPart): DroverError {
  return new DroverError(
    'solution.orphan-part',
    `${part.kind} "${part.key}" belongs into ${part.parent ?? 'nothing'}, which is not there.`,
    {
      hint: 'Add the component that it belongs to, or take this one out as well.',
    },
  )
}

function fill(target: XmlElement, slot: Slot): XmlElement {
  if (slot.items.length === 0 && slot.containers.size === 0) return target
  const labelOf = sectionLabels()
  const open = new Set(slot.containers.keys())
  const children: XmlNode[] = []
  for (const node of target.children) {
    const label = node.type === 'element' ? labelOf(node) : undefined
    const inner = label === undefined ? undefined : slot.containers.get(label)
    if (node.type !== 'element' || label === undefined || inner === undefined) children.push(node)
    else {
      open.delete(label)
      children.push(fill(node, inner))
    }
  }
  for (const label of open) insert(children, target.name, fill(containerFor(label), slot.containers.get(label) ?? emptySlot()))
  for (const item of slot.items) insert(children, target.name, composed(item))
  return withChildren(target, children)
}

function composed(item: Slot): XmlElement {
  const xml = item.part?.xml
  if (xml === undefined) throw new DroverError('solution.orphan-part', 'A component without XML cannot be put into customizations.xml.')
  return fill(xml, item)
}

/** Puts the element at its place in the order of its parent's children; at the end where the parent is a plain list. */
function insert(children: XmlNode[], parentName: string, node: XmlElement): void {
  const order = childOrder[parentName]
  if (order === undefined) {
    children.push(node)
    return
  }
  const rank = rankIn(order, node.name)
  const at = children.findIndex((other) => other.type === 'element' && rankIn(order, other.name) > rank)
  children.splice(at < 0 ? children.length : at, 0, node)
}

function rankIn(order: readonly string[], name: string): number {
  const at = order.indexOf(elementNameOf(name))
  if (at >= 0) return at
  return alwaysLast.has(name) ? order.length + 1 : order.length
}
