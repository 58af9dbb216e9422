import type { ComponentPart } from '#format'
import { kindOfRootType } from '../../kinds/kind-table.ts'
import { bareGuid } from '../../kinds/part-text.ts'
import { isShell } from '../../kinds/shell.ts'
import type { ComponentState } from '../../layers/component-state.ts'
import type { Member } from '../../layers/membership.ts'
import { findMember, putMember } from '../../layers/membership.ts'
import { tablesOfRelationship } from '../../layers/relationships.ts'
import type { Row, Transaction } from '../../store/store.ts'
import { partIndex } from './part-index.ts'
import type { SolutionFile } from './solution-file.ts'

interface Arrival {
  readonly solution: Row
  readonly manifest: SolutionFile['model']['manifest']
  readonly parts: readonly ComponentPart[]
  readonly states: ReadonlyMap<string, ComponentState>
}

interface By {
  readonly at: string
  readonly by: string
  guid(): string
}

/** Makes the solution hold what its package lists, and what travels in it unlisted; members that vanished from the package stay. */
export function addMembers(tx: Transaction, arrival: Arrival, by: By): void {
  const listed = addRoots(tx, arrival, by)
  const whole = new Set([...listed].filter(([, behavior]) => behavior === 0).map(([id]) => id))
  const { byId } = partIndex(arrival.parts)
  for (const [id, part] of byId) {
    const state = arrival.states.get(id)
    if (listed.has(id) || state === undefined || isImplied(tx, state, { byId, whole })) continue
    const behavior = part.kind === 'Entity' ? 1 : 0
    add(tx, arrival, { state, behavior, root: undefined, under: part.parent, isShell: isShell(part) }, by)
  }
}

/** Members for every RootComponent; returns their behaviour by component id. */
function addRoots(tx: Transaction, arrival: Arrival, by: By): Map<string, 0 | 1 | 2> {
  const { byId, names } = partIndex(arrival.parts)
  const listed = new Map<string, 0 | 1 | 2>()
  for (const root of arrival.manifest.rootComponents) {
    const id = names.find(root)
    const shape = { type: root.type, id: root.id, schemaName: root.schemaName }
    const state = id === undefined ? undefined : arrival.states.get(id)
    const part = id === undefined ? undefined : byId.get(id)
    if (id === undefined || state === undefined) addAbsent(tx, arrival, { shape, behavior: root.behavior ?? 0 }, by)
    else {
      listed.set(id, root.behavior ?? 0)
      add(
        tx,
        arrival,
        { state, behavior: root.behavior ?? 0, root: shape, under: undefined, isShell: part !== undefined && isShell(part) },
        by,
      )
    }
  }
  return listed
}

type NewMember = Pick<Member, 'behavior' | 'root' | 'under'> & { readonly state: ComponentState; readonly isShell: boolean }

function add(tx: Transaction, arrival: Arrival, { state, isShell: isPlace, ...rest }: NewMember, by: By): void {
  const solution = String(arrival.solution.uniquename)
  const old = findMember(tx, solution, state)
  const rowId = old?.rowId ?? by.guid()
  const incoming: Member = { solution, kind: state.kind, key: state.key, rowId, ...rest, ...(isPlace ? { isShell: true } : {}) }
  const member = old === undefined || arrival.manifest.isManaged ? incoming : fuller(old, incoming)
  putMember(tx, arrival.solution, member, { objectId: state.id, at: by.at, by: by.by })
}

/**
 * What both hold of a component: an unmanaged import never takes anything out of a solution (web-api H), so a table that is in with its
 * definition, or with all its parts, stays so when a file brings only the place of some columns.
 */
function fuller(old: Member, incoming: Member): Member {
  const { isShell: _isShell, ...rest } = incoming
  const isPlace = old.isShell === true && incoming.isShell === true
  return {
    ...rest,
    behavior: old.behavior < incoming.behavior ? old.behavior : incoming.behavior,
    root: incoming.root ?? old.root,
    under: old.root === undefined ? incoming.under : undefined,
    ...(isPlace ? { isShell: true } : {}),
  }
}

/** Listed, but in no part of the file (image configurations always are): kept, so that exports list it again. */
function addAbsent(
  tx: Transaction,
  arrival: Arrival,
  listed: { readonly shape: NonNullable<Member['root']>; readonly behavior: 0 | 1 | 2 },
  by: By,
): void {
  const { shape, behavior } = listed
  const solution = String(arrival.solution.uniquename)
  const key = bareGuid(shape.id) ?? shape.schemaName ?? ''
  const member = { solution, kind: kindOfRootType(shape.type), key, behavior, root: shape, under: undefined }
  putMember(
    tx,
    arrival.solution,
    { ...member, rowId: findMember(tx, solution, member)?.rowId ?? by.guid() },
    { objectId: bareGuid(shape.id), at: by.at, by: by.by },
  )
}

/** True for what a table, or another root, that is in with all subcomponents brings along by itself. */
function isImplied(
  tx: Transaction,
  state: ComponentState,
  known: { readonly byId: ReadonlyMap<string, ComponentPart>; readonly whole: ReadonlySet<string> },
): boolean {
  if (state.kind === 'EntityRelationship') return tablesOfRelationship(tx, state).some((name) => known.whole.has(`Entity:${name}`))
  for (let at = state.parent; at !== undefined; at = known.byId.get(at)?.parent) if (known.whole.has(at)) return true
  return false
}
