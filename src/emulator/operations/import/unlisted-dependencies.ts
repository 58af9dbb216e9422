import type { ComponentPart } from '#format'
import { kindInfo } from '../../kinds/kind-table.ts'
import type { RecordedDependency } from '../../layers/dependencies.ts'
import type { ComponentIndex } from '../../layers/find-component.ts'
import { referencesOf } from '../../layers/references.ts'
import type { ReadTransaction } from '../../store/store.ts'
import { partIndex } from './part-index.ts'
import type { SolutionFile } from './solution-file.ts'

type Entry = Pick<RecordedDependency, 'required' | 'dependent'>

/**
 * What the package needs and neither lists nor brings, where that is certain: components of its own publisher's prefix without which
 * the dependent cannot be made at all. Forms and site maps may name what is gone: real packages that do so import.
 */
export function unlistedDependencies(tx: ReadTransaction, file: SolutionFile, present: ComponentIndex): readonly Entry[] {
  const { manifest } = file.model
  const prefix = `${manifest.publisher.prefix.toLowerCase()}_`
  if (prefix === '_' || isPlatformPrefix(tx, manifest.publisher.prefix)) return []
  const listed = new Set(manifest.missingDependencies.map(({ required }) => required.schemaName?.toLowerCase()))
  return needsOutside(file.package.parts)
    .filter(({ id }) => !present.has(id))
    .map(({ id, part }) => ({ part, kind: id.slice(0, id.indexOf(':')), name: id.slice(id.indexOf(':') + 1) }))
    .filter(({ name }) => name.toLowerCase().startsWith(prefix) && !listed.has(name.toLowerCase()))
    .map(
      ({ part, ...required }): Entry => ({
        required: { ...endOf(required), solution: 'Active', minimumVersion: undefined },
        dependent: endOf({ kind: part.kind, name: part.key }),
      }),
    )
}

interface Need {
  readonly part: ComponentPart
  /** `kind:key` of what it needs. */
  readonly id: string
}

/** What parts cannot be made without and none of them is. */
function needsOutside(parts: readonly ComponentPart[]): readonly Need[] {
  const { names } = partIndex(parts)
  const known =
    outside.get(parts) ??
    parts.flatMap((part) =>
      essentials(part)
        .filter((id) => !names.has(id))
        .map((id) => ({ part, id })),
    )
  outside.set(parts, known)
  return known
}

/** Of packages at hand: one is judged for one environment after the other. */
const outside = new WeakMap<readonly ComponentPart[], readonly Need[]>()

/** By kind of the dependent, the kinds that it cannot be made without. */
const needs: Readonly<Record<string, readonly string[]>> = {
  Attribute: ['Entity', 'OptionSet'],
  EntityKey: ['Entity'],
  EntityRelationship: ['Entity'],
  SavedQuery: ['Entity'],
  SavedQueryVisualization: ['Entity'],
  Workflow: ['connectionreference'],
}

function essentials(part: ComponentPart): readonly string[] {
  const kinds = needs[kindInfo(part.kind).name]
  const others =
    kinds === undefined ? [] : referencesOf(part).filter((id) => id !== part.parent && kinds.includes(id.slice(0, id.indexOf(':'))))
  return part.parent === undefined || (kinds === undefined && part.kind !== 'SystemForm') ? others : [part.parent, ...others]
}

/** Platform solutions of the environment's template have no components here: of their prefix nothing is certain. */
function isPlatformPrefix(tx: ReadTransaction, prefix: string): boolean {
  const mounted = tx.list('solution').filter((row) => row['~mounted'] === true)
  return mounted.some((row) => tx.get('publisher', String(row.publisherid))?.customizationprefix === prefix)
}

function endOf({ kind, name }: { readonly kind: string; readonly name: string }): RecordedDependency['dependent'] {
  const info = kindInfo(kind)
  return { type: info.type === undefined ? info.name : String(info.type), id: undefined, schemaName: name, displayName: undefined }
}
