import type { ComponentPart } from '#format'
import { kindInfo } from '../../kinds/kind-table.ts'
import type { ComponentState } from '../../layers/component-state.ts'
import { componentId } from '../../layers/component-state.ts'
import type { RecordedDependency } from '../../layers/dependencies.ts'
import { referencesOf } from '../../layers/references.ts'
import type { ReadTransaction } from '../../store/store.ts'
import type { SolutionFile } from './solution-file.ts'

type Entry = Pick<RecordedDependency, 'required' | 'dependent'>

/**
 * What the package needs and neither lists nor brings, where that is certain: components of its own publisher's prefix without which
 * the dependent cannot be made at all. Forms and site maps may name what is gone: real packages that do so import.
 */
export function unlistedDependencies(tx: ReadTransaction, file: SolutionFile, present: readonly ComponentState[]): readonly Entry[] {
  const { manifest } = file.model
  const prefix = `${manifest.publisher.prefix.toLowerCase()}_`
  if (prefix === '_' || isPlatformPrefix(tx, manifest.publisher.prefix)) return []
  const parts = file.package.parts
  const known = new Set([...parts, ...present].map((component) => componentId(component.kind, component.key).toLowerCase()))
  const listed = new Set(manifest.missingDependencies.map(({ required }) => required.schemaName?.toLowerCase()))
  return parts.flatMap((part) =>
    essentials(part)
      .filter((id) => !known.has(id.toLowerCase()))
      .map((id) => ({ kind: id.slice(0, id.indexOf(':')), name: id.slice(id.indexOf(':') + 1) }))
      .filter(({ name }) => name.toLowerCase().startsWith(prefix) && !listed.has(name.toLowerCase()))
      .map(
        (required): Entry => ({
          required: { ...endOf(required), solution: 'Active', minimumVersion: undefined },
          dependent: endOf({ kind: part.kind, name: part.key }),
        }),
      ),
  )
}

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
