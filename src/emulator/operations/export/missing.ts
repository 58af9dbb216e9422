import type { ComponentPart, NewManifest, XmlElement } from '#format'
import { attributeOf, childElements, withAttribute, withChildren } from '#format'
import { parseVersion } from '#domain/kernel'
import { kindInfo, kindOfRootType } from '../../kinds/kind-table.ts'
import type { ComponentState } from '../../layers/component-state.ts'
import { componentId, listComponents } from '../../layers/component-state.ts'
import type { RecordedDependency } from '../../layers/dependencies.ts'
import { listRecorded } from '../../layers/dependencies.ts'
import { ComponentIndex } from '../../layers/find-component.ts'
import type { Contained } from '../../layers/membership.ts'
import { referencesOf } from '../../layers/references.ts'
import { findSolution } from '../../layers/solutions.ts'
import type { ReadTransaction } from '../../store/store.ts'

type MissingDependency = NewManifest['missingDependencies'][number]

/** A component that an export writes. */
export interface Exported {
  readonly state: ComponentState
  readonly part: ComponentPart
}

/** What the environment finds missing from its own definitions, and what packages said of it, in the packages' own words. */
export interface MissingAtExport {
  readonly found: readonly MissingDependency[]
  readonly asWritten: readonly XmlElement[]
}

/**
 * What the solution needs and does not contain (web-api H): components of the environment that its definitions name, and what
 * packages said of things that are no components here, such as those of platform solutions. An unmanaged and a managed export of one
 * moment list the same (observed in every pair of them).
 */
export function missingAtExport(
  tx: ReadTransaction,
  solution: string,
  contents: { readonly contained: readonly Contained[]; readonly exported: readonly Exported[] },
): MissingAtExport {
  const all = listComponents(tx)
  const inside = new Set(contents.contained.map(({ state }) => componentId(state.kind, state.key).toLowerCase()))
  const index = new Map(all.map((state) => [componentId(state.kind, state.key).toLowerCase(), state]))
  const names = new ComponentIndex(all.map((state) => componentId(state.kind, state.key)))
  const found = new Map<string, MissingDependency>()
  const asWritten = new Map<string, XmlElement>()

  // What the solution's own package said comes last, over what others said of the same two.
  const isOwn = (recorded: RecordedDependency): number => Number(recorded.solution === solution)
  for (const recorded of [...listRecorded(tx)].sort((a, b) => isOwn(a) - isOwn(b))) {
    const isOurs = recorded.dependentId === undefined ? recorded.solution === solution : inside.has(recorded.dependentId.toLowerCase())
    const present = names.find(recorded.required)
    const isInside = present !== undefined && inside.has(present.toLowerCase())
    if (!isOurs || (isInside && !(recorded.isExtended && recorded.solution === solution))) continue
    const state = present === undefined || isInside ? undefined : index.get(present.toLowerCase())
    const key = `${present ?? nameOf(recorded.required)}|${recorded.dependentId ?? nameOf(recorded.dependent)}`.toLowerCase()
    const source = state === undefined ? undefined : sourceOf(tx, state)
    if (recorded.written === undefined) found.set(key, inOurWords(recorded, source))
    else {
      found.delete(key)
      asWritten.set(key, inOwnWords(recorded.written, source))
    }
  }
  for (const { state: dependent, part } of contents.exported) {
    for (const id of referencesOf(part)) {
      const required = index.get(id.toLowerCase())
      const key = `${id}|${componentId(part.kind, part.key)}`.toLowerCase()
      if (required === undefined || inside.has(id.toLowerCase()) || asWritten.has(key) || found.has(key)) continue
      found.set(key, { required: { ...endOf(required), ...sourceOf(tx, required) }, dependent: endOf(dependent) })
    }
  }
  return { found: [...found.values()], asWritten: [...asWritten.values()] }
}

/** What tells one end from others; where it is from and its version do not. */
function nameOf({ type, id, schemaName, displayName, parentSchemaName }: RecordedDependency['dependent']): string {
  return JSON.stringify([type, id, schemaName, displayName, parentSchemaName])
}

interface Source {
  readonly solution: string
  readonly minimumVersion: MissingDependency['required']['minimumVersion']
}

/** The base layer's solution and its version; Active when there is no managed layer. */
function sourceOf(tx: ReadTransaction, state: ComponentState): Source {
  const base = state.layers[0]
  if (base === undefined) return { solution: 'Active', minimumVersion: undefined }
  const version = parseVersion(String(findSolution(tx, base.solution)?.version ?? ''))
  return { solution: base.solution, minimumVersion: version.ok ? version.value : undefined }
}

function endOf(state: ComponentState): MissingDependency['dependent'] {
  const info = kindInfo(state.kind)
  const isGuid = state.key === state.id
  const isColumn = state.kind === 'Attribute'
  return {
    type: info.type === undefined ? info.name : String(info.type),
    kind: info.name,
    schemaName: isGuid ? undefined : isColumn ? state.key.slice(state.key.indexOf('.') + 1) : state.key,
    displayName: state.name,
    id: isGuid ? state.id : undefined,
    parentSchemaName: state.parent?.startsWith('Entity:') === true ? state.parent.slice('Entity:'.length) : undefined,
  }
}

/**
 * The entry as its package wrote it, without the numbers that exports before 9.2 gave their ends. Where the required component is from is
 * said anew when it was unmanaged there, or its solution is here in another version.
 */
function inOwnWords(written: XmlElement, source: Source | undefined): XmlElement {
  const ends = childElements(written).map((end) => {
    const plain = withAttribute(end, 'key', undefined)
    const old = attributeOf(end, 'solution')?.replace(/\s*\([\d.]*\)$/, '')
    if (end.name !== 'Required' || source === undefined || (!isUnmanaged(old) && old !== source.solution)) return plain
    const { solution, minimumVersion } = source
    return withAttribute(plain, 'solution', minimumVersion === undefined ? solution : `${solution} (${minimumVersion})`)
  })
  return withChildren(written, ends)
}

/** The entry of a package whose own words were not kept. */
function inOurWords({ required, dependent }: RecordedDependency, source: Source | undefined): MissingDependency {
  const version = parseVersion(required.minimumVersion ?? '')
  const told: Source = { solution: required.solution, minimumVersion: version.ok ? version.value : undefined }
  return { required: { ...withKind(required), ...(source ?? told) }, dependent: withKind(dependent) }
}

function withKind({
  type,
  id,
  schemaName,
  displayName,
  parentSchemaName,
}: RecordedDependency['dependent']): MissingDependency['dependent'] {
  return { type, kind: kindOfRootType(type), id, schemaName, displayName, parentSchemaName }
}

function isUnmanaged(solution: string | undefined): boolean {
  return ['active', 'default', ''].includes((solution ?? '').toLowerCase())
}
