import type { ComponentPart, XmlElement } from '#format'
import { childElements, descendant, textOf } from '#format'
import { memoByDigest } from '../kinds/digest-memo.ts'
import { kindInfo } from '../kinds/kind-table.ts'
import { definitionOf } from '../kinds/part-text.ts'
import type { ReadTransaction } from '../store/store.ts'
import type { ComponentState } from './component-state.ts'
import { managedDigest } from './component-state.ts'

/** Managed properties that this environment enforces, by the names that definitions give them, in lower case. */
export type ManagedProperty =
  | 'iscustomizable'
  | 'isrenameable'
  | 'canmodifyadditionalsettings'
  | 'cancreateattributes'
  | 'cancreateforms'
  | 'cancreateviews'
  | 'cancreatecharts'

/** A change that a managed property forbids, in the service's words. */
export interface Violation {
  readonly code: string
  readonly message: string
}

type ChangeOf = 'Create' | 'Update' | 'Delete'

/**
 * Whether the top managed definition forbids the change: GenericManagedPropertyFailure (support article on imports of solutions with
 * Marketing List and others, which quotes code and text). Unmanaged components are free; IsCustomizable is the master switch of the rest
 * (web-api H, managed properties).
 */
export function violationOf(
  tx: ReadTransaction,
  state: ComponentState,
  { change, property }: { readonly change: ChangeOf; readonly property: ManagedProperty },
): Violation | undefined {
  const digest = state.layers.length === 0 ? undefined : managedDigest(state)
  const off = digest === undefined ? undefined : switchedOff(tx, digest)
  if (off === undefined || off.size === 0) return undefined
  const failed = off.has('iscustomizable') ? 'iscustomizable' : off.has(property) ? property : undefined
  return failed === undefined ? undefined : { code: '0x8004F026', message: failureText(state, change, failed) }
}

/** What may be made inside of a table, by the kind of what is made. */
export function creationProperty(kind: string): ManagedProperty | undefined {
  return creations[kindInfo(kind).name]
}

/** What a direct edit of some columns of the component's row needs. */
export function editProperty(kind: string, columns: readonly string[]): ManagedProperty {
  if (kind !== 'Entity' && kind !== 'Attribute') return 'iscustomizable'
  return columns.every((column) => column.startsWith('display')) ? 'isrenameable' : 'canmodifyadditionalsettings'
}

/** Whether the definition itself says that it may be customized. */
export function isCustomizable(part: ComponentPart): boolean {
  return !offIn(part).has('iscustomizable')
}

const creations: Readonly<Record<string, ManagedProperty>> = {
  Attribute: 'cancreateattributes',
  SavedQuery: 'cancreateviews',
  SavedQueryVisualization: 'cancreatecharts',
  SystemForm: 'cancreateforms',
}

const metadataKinds: ReadonlySet<string> = new Set(['Entity', 'Attribute', 'OptionSet', 'EntityRelationship', 'EntityKey'])

function failureText(state: ComponentState, change: ChangeOf, failed: ManagedProperty): string {
  const kind = kindInfo(state.kind).name
  // Rows of components call the master switch so; metadata calls it by its own name (observed for both).
  const name = failed === 'iscustomizable' && !metadataKinds.has(kind) ? 'iscustomizableanddeletable' : failed
  return `The evaluation of the current component(name=${kind}, id=${state.id}) in the current operation (${change}) failed during managed property evaluation of condition: 'Managed Property Name: ${name}; Component Name: ${kind}; Attribute Name: ${failed};'`
}

const switchedOff = memoByDigest(offIn)

/** The properties that are off: their elements stand in the definition itself, or for a table inside of EntityInfo. */
function offIn(part: ComponentPart): ReadonlySet<string> {
  const xml: XmlElement | undefined = part.kind === 'Entity' ? descendant(part.xml, 'EntityInfo', 'entity') : definitionOf(part)
  const flags = childElements(xml).filter((node) => /^(is|can)/i.test(node.name))
  return new Set(
    flags.filter((node) => ['0', 'false'].includes(textOf(node)?.trim().toLowerCase() ?? '')).map((node) => node.name.toLowerCase()),
  )
}
