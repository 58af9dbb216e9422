import type { ComponentPart, SolutionPackage } from '#format'
import { buildManifest, emptySkeleton } from '#format'
import { parseVersion } from '#domain/kernel'
import { readPart } from '../../kinds/content.ts'
import { toShell } from '../../kinds/shell.ts'
import { componentId, publishedDigest } from '../../layers/component-state.ts'
import type { Contained, RootShape } from '../../layers/membership.ts'
import { expandSolution, listMembers } from '../../layers/membership.ts'
import { publisherOf } from '../../layers/solutions.ts'
import { platformVersion } from '../../templates/platform-version.ts'
import type { ReadTransaction, Row } from '../../store/store.ts'
import { withoutRepeatedLabels } from './form-labels.ts'
import { missingAtExport } from './missing.ts'

/** The solution as the environment has it now, published state only: never a stored file. */
export function composeSolution(tx: ReadTransaction, solution: Row, options: { readonly isManaged: boolean }): SolutionPackage {
  const uniqueName = String(solution.uniquename)
  const contained = expandSolution(tx, uniqueName).filter(({ state }) => publishedDigest(state) !== undefined)
  const tablesWithColumns = new Set(contained.filter(({ state }) => state.kind === 'Attribute').map(({ state }) => state.parent))
  const parts = contained.map((item) => partFor(tx, item, { isManaged: options.isManaged, tablesWithColumns }))
  const publisher = publisherOf(tx, solution)
  const version = parseVersion(String(solution.version))
  if (!version.ok) throw new Error(version.refusal.message)
  const prefix = publisher?.customizationoptionvalueprefix
  const manifest = buildManifest({
    uniqueName,
    displayName: String(solution.friendlyname),
    ...(typeof solution.description === 'string' ? { description: solution.description } : {}),
    version: version.value,
    isManaged: options.isManaged,
    publisher: {
      uniqueName: String(publisher?.uniquename),
      displayName: String(publisher?.friendlyname),
      prefix: String(publisher?.customizationprefix),
      optionValuePrefix: typeof prefix === 'number' ? prefix : undefined,
    },
    ...patchFacts(tx, solution),
    platformVersion,
    rootComponents: rootsOf(tx, uniqueName, contained),
    missingDependencies: missingAtExport(tx, uniqueName, { contained, parts }),
  })
  return { manifest, skeleton: emptySkeleton(), parts, otherFiles: [] }
}

/** A patch names the solution that it belongs to, and its version. */
function patchFacts(tx: ReadTransaction, solution: Row): { patchOf?: string; patchOfVersion?: string } {
  const parent = typeof solution.parentsolutionid === 'string' ? tx.get('solution', solution.parentsolutionid) : undefined
  return parent === undefined ? {} : { patchOf: String(parent.uniquename), patchOfVersion: String(parent.version) }
}

interface Around {
  readonly isManaged: boolean
  readonly tablesWithColumns: ReadonlySet<string | undefined>
}

function partFor(tx: ReadTransaction, { state, member }: Contained, around: Around): ComponentPart {
  const part = readPart(tx, publishedDigest(state) ?? '')
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
