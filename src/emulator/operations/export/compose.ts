import type { ComponentPart, SolutionPackage } from '#format'
import { emptySkeleton } from '#format'
import { readPart } from '../../kinds/content.ts'
import { isUnmodified, toShell } from '../../kinds/shell.ts'
import { componentId, publishedDigest } from '../../layers/component-state.ts'
import type { Contained, RootShape } from '../../layers/membership.ts'
import { expandSolution, listMembers } from '../../layers/membership.ts'
import type { ReadTransaction, Row } from '../../store/store.ts'
import { withoutRepeatedLabels } from './form-labels.ts'
import { withoutEmptyLists } from './left-out.ts'
import { withoutManagedProperties } from './managed-properties.ts'
import { exportManifest, withPlatform } from './manifest.ts'
import type { Exported } from './missing.ts'
import { missingAtExport } from './missing.ts'

/** The solution as the environment has it now, published state only: never a stored file. */
export function composeSolution(tx: ReadTransaction, solution: Row, options: { readonly isManaged: boolean }): SolutionPackage {
  const uniqueName = String(solution.uniquename)
  const contained = expandSolution(tx, uniqueName).filter(({ state }) => publishedDigest(state) !== undefined)
  const tablesWithColumns = new Set(contained.filter(({ state }) => state.kind === 'Attribute').map(({ state }) => state.parent))
  const parts = contained.map(({ state }) => readPart(tx, publishedDigest(state) ?? ''))
  // What the solution only lists and never changed is no part of a managed export (observed: in none of them).
  const isWritten = (part: ComponentPart): boolean => !options.isManaged || !isUnmodified(part)
  const written = parts.filter(isWritten)
  const exported = contained.flatMap((item, at): Exported[] => {
    const part = parts[at]
    if (part === undefined || !isWritten(part)) return []
    const filled = part.kind === 'Entity' && options.isManaged ? withoutEmptyLists(part, written) : part
    return [{ state: item.state, part: partFor(tx, { ...item, part: filled }, { isManaged: options.isManaged, tablesWithColumns }) }]
  })
  const manifest = exportManifest(tx, solution, {
    isManaged: options.isManaged,
    rootComponents: rootsOf(tx, uniqueName, contained),
    missing: missingAtExport(tx, uniqueName, { contained, exported }),
  })
  return { manifest, skeleton: withPlatform(emptySkeleton()), parts: exported.map(({ part }) => part), otherFiles: [] }
}

interface Around {
  readonly isManaged: boolean
  readonly tablesWithColumns: ReadonlySet<string | undefined>
}

function partFor(tx: ReadTransaction, item: Contained & { readonly part: ComponentPart }, around: Around): ComponentPart {
  const { state, member } = item
  const part = state.layers.length > 0 ? withoutManagedProperties(item.part) : item.part
  if (part.xml === undefined) return part
  // Shell only, by behaviour 2 or because the solution never carried more of the table (web-api H).
  if (part.kind === 'Entity' && member !== undefined && (member.behavior === 2 || member.isShell === true)) {
    const hasColumns = around.tablesWithColumns.has(componentId(state.kind, state.key))
    return { ...part, xml: toShell(part.xml, { isManaged: around.isManaged, hasColumns }) }
  }
  return around.isManaged && part.kind === 'SystemForm' ? withoutRepeatedLabels(tx, part) : part
}

function rootsOf(
  tx: ReadTransaction,
  solution: string,
  contained: readonly Contained[],
): (RootShape & { behavior: 0 | 1 | 2 | undefined })[] {
  const published = new Set(contained.map(({ state }) => componentId(state.kind, state.key)))
  const here = new Map(contained.map(({ state }) => [componentId(state.kind, state.key), state]))
  return listMembers(tx, solution)
    .flatMap((member) => {
      const id = componentId(member.kind, member.key)
      const state = here.get(id)
      // Listed without being in any file: kept; never published: not exported.
      if (state === undefined && tx.get('~component', id) !== undefined && !published.has(id)) return []
      return member.root === undefined ? [] : [{ ...member.root, behavior: member.behavior }]
    })
    .sort(byTypeAndName)
}

function byTypeAndName(a: RootShape, b: RootShape): number {
  const type = Number(a.type) - Number(b.type)
  if (type !== 0 && !Number.isNaN(type)) return type
  const [left, right] = [a.schemaName ?? a.id ?? '', b.schemaName ?? b.id ?? '']
  if (left === right) return 0
  return left < right ? -1 : 1
}
