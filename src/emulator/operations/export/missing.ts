import type { ComponentPart, NewManifest } from '#format'
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

/**
 * What the solution needs and does not contain (web-api H): components of the environment that its definitions name, and what
 * packages said of things that are no components here, such as those of platform solutions.
 */
export function missingAtExport(
  tx: ReadTransaction,
  solution: string,
  exported: { readonly contained: readonly Contained[]; readonly parts: readonly ComponentPart[] },
): readonly MissingDependency[] {
  const all = listComponents(tx)
  const inside = new Set(exported.contained.map(({ state }) => componentId(state.kind, state.key).toLowerCase()))
  const index = new Map(all.map((state) => [componentId(state.kind, state.key).toLowerCase(), state]))
  const names = new ComponentIndex(all.map((state) => componentId(state.kind, state.key)))
  const found = new Map<string, MissingDependency>()

  exported.parts.forEach((part, at) => {
    const dependent = exported.contained[at]?.state
    if (dependent === undefined) return
    for (const id of referencesOf(part)) {
      const required = index.get(id.toLowerCase())
      if (required === undefined || inside.has(id.toLowerCase())) continue
      found.set(`${id.toLowerCase()}|${part.kind}:${part.key}`, {
        required: { ...endOf(required), ...sourceOf(tx, required) },
        dependent: endOf(dependent),
      })
    }
  })
  for (const recorded of listRecorded(tx)) {
    const isOurs = recorded.dependentId === undefined ? recorded.solution === solution : inside.has(recorded.dependentId.toLowerCase())
    const present = names.find(recorded.required)
    const isInside = present !== undefined && inside.has(present.toLowerCase())
    if (!isOurs || (isInside && !(recorded.isExtended && recorded.solution === solution))) continue
    const state = present === undefined || isInside ? undefined : index.get(present.toLowerCase())
    const key = `${(present ?? JSON.stringify(recorded.required)).toLowerCase()}|${recorded.dependentId ?? JSON.stringify(recorded.dependent)}`
    if (!found.has(key)) found.set(key, fromRecord(recorded, state === undefined ? undefined : sourceOf(tx, state)))
  }
  return [...found.values()]
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

function fromRecord(recorded: RecordedDependency, source: Source | undefined): MissingDependency {
  const version = parseVersion(recorded.required.minimumVersion ?? '')
  const { required, dependent } = recorded
  return {
    required: {
      ...required,
      kind: kindOfRootType(required.type),
      parentSchemaName: required.parentSchemaName,
      ...(source ?? { solution: required.solution, minimumVersion: version.ok ? version.value : undefined }),
    },
    dependent: { ...dependent, kind: kindOfRootType(dependent.type), parentSchemaName: dependent.parentSchemaName },
  }
}
