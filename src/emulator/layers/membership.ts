import { kindInfo } from '../kinds/kind-table.ts'
import { componentType } from '../kinds/component-type.ts'
import { putRow } from '../store/rows.ts'
import type { ReadTransaction, Row, Transaction } from '../store/store.ts'
import type { ComponentState } from './component-state.ts'
import { componentId, listComponents } from './component-state.ts'
import { refusePatched } from './patches.ts'
import { tablesOfRelationship } from './relationships.ts'

/** A root component as a manifest writes it; attribute shapes vary in real exports. */
export interface RootShape {
  readonly type: string
  readonly id: string | undefined
  readonly schemaName: string | undefined
}

/** That a solution holds a component. */
export interface Member {
  readonly solution: string
  readonly kind: string
  readonly key: string
  /** 0 with all subcomponents, 1 only those listed, 2 shell only. */
  readonly behavior: 0 | 1 | 2
  /** Undefined for what travels unlisted. */
  readonly root: RootShape | undefined
  /** True when its package carried the table only as the place of columns: so do its exports. */
  readonly isShell?: boolean
  /** Component id of the root that it belongs to; undefined for roots. */
  readonly under: string | undefined
  /** Its `solutioncomponent` row. */
  readonly rowId: string
}

export interface MemberFacts {
  readonly objectId: string | undefined
  readonly at: string
  readonly by: string
}

const table = '~member'

function memberId(member: Pick<Member, 'solution' | 'kind' | 'key'>): string {
  return `${member.solution}:${componentId(member.kind, member.key)}`
}

export function listMembers(tx: ReadTransaction, solution: string): readonly Member[] {
  // Rows of this table are written by putMember only.
  return tx.list(table).filter((row) => row.solution === solution) as readonly unknown[] as readonly Member[]
}

export function findMember(tx: ReadTransaction, solution: string, component: Pick<ComponentState, 'kind' | 'key'>): Member | undefined {
  return tx.get(table, memberId({ solution, ...pick(component) })) as unknown as Member | undefined
}

/** Adds a member or changes it, with its solutioncomponent row. A component that is not here (only listed) gets no row. */
export function putMember(tx: Transaction, solution: Row, member: Member, about: MemberFacts): void {
  tx.put(table, memberId(member), { ...member })
  if (about.objectId === undefined || isFormatOnly(member.kind)) return
  const old = tx.get('solutioncomponent', member.rowId)
  putRow(tx, 'solutioncomponent', member.rowId, {
    solutioncomponentid: member.rowId,
    solutionid: solution.solutionid,
    objectid: about.objectId,
    componenttype: componentType(tx, member.kind),
    rootcomponentbehavior: member.under === undefined ? member.behavior : null,
    rootsolutioncomponentid: member.under === undefined ? null : (rootRow(tx, member) ?? null),
    ismetadata: ['Entity', 'Attribute', 'OptionSet', 'EntityRelationship', 'EntityKey'].includes(member.kind),
    createdon: old?.createdon ?? about.at,
    createdby: old?.createdby ?? about.by,
    modifiedon: about.at,
    modifiedby: about.by,
  })
}

/** A component and the solution that it joins; `under` is the identity of the member that it comes in with, such as a column's table. */
export interface Joining {
  readonly solution: Row
  readonly state: ComponentState
  readonly behavior: 0 | 1
  readonly under: string | undefined
}

/** Adds a component to an unmanaged solution and gives the id of its row; one that is in already keeps its row. Throws for a solution with patches. */
export function joinSolution(
  tx: Transaction,
  ctx: { readonly caller: { readonly userId: string }; now(): Date; guid(): string },
  { solution, state, behavior, under }: Joining,
): string {
  refusePatched(tx, solution)
  const uniqueName = String(solution.uniquename)
  const old = findMember(tx, uniqueName, state)
  if (old !== undefined) return old.rowId
  const member: Member = {
    solution: uniqueName,
    kind: state.kind,
    key: state.key,
    behavior,
    root: under === undefined ? rootShape(state) : undefined,
    under,
    rowId: ctx.guid(),
  }
  putMember(tx, solution, member, { objectId: state.id, at: ctx.now().toISOString(), by: ctx.caller.userId })
  return member.rowId
}

export function removeMember(tx: Transaction, member: Member): void {
  tx.remove(table, memberId(member))
  tx.remove('solutioncomponent', member.rowId)
}

/** Takes components that are gone out of every solution, managed or not. */
export function leaveSolutions(tx: Transaction, gone: readonly Pick<ComponentState, 'kind' | 'key'>[]): void {
  if (gone.length === 0) return
  const ids = new Set(gone.map((state) => componentId(state.kind, state.key)))
  // Rows of this table are written by putMember only.
  const members = tx.list(table) as readonly unknown[] as readonly Member[]
  for (const member of members) if (ids.has(componentId(member.kind, member.key))) removeMember(tx, member)
}

/** Roots before what is under them, so that the rows of those can name the rows of their roots. */
export function rootsFirst(members: readonly Member[]): readonly Member[] {
  return members.toSorted((a, b) => Number(a.under !== undefined) - Number(b.under !== undefined))
}

export interface Contained {
  readonly state: ComponentState
  /** Undefined for a subcomponent that is in because its table is in with all of them. */
  readonly member: Member | undefined
}

/**
 * Everything that a solution contains now: its members, and whatever exists today under those that are in with all
 * subcomponents, whoever made it (web-api H, rootcomponentbehavior).
 */
export function expandSolution(tx: ReadTransaction, solution: string): readonly Contained[] {
  const all = listComponents(tx)
  const members = new Map(listMembers(tx, solution).map((member) => [componentId(member.kind, member.key), member]))
  const whole = new Set([...members.entries()].filter(([, member]) => member.behavior === 0).map(([id]) => id))
  const byId = new Map(all.map((state) => [componentId(state.kind, state.key), state]))

  function isUnderWhole(state: ComponentState): boolean {
    if (state.kind === 'EntityRelationship') return tablesOfRelationship(tx, state).some((name) => whole.has(`Entity:${name}`))
    for (let at = state.parent; at !== undefined; at = byId.get(at)?.parent) if (whole.has(at)) return true
    return false
  }
  return all
    .flatMap((state): Contained[] => {
      const member = members.get(componentId(state.kind, state.key))
      return member !== undefined || isUnderWhole(state) ? [{ state, member }] : []
    })
    .sort((a, b) => a.state.sequence - b.state.sequence)
}

/** What a solution's manifest lists: all but the kinds that travel unlisted (facts-2 §1.6) and subcomponents. */
export function rootShape(state: Pick<ComponentState, 'kind' | 'key' | 'id' | 'parent'>): RootShape | undefined {
  const info = kindInfo(state.kind)
  const isInside = state.kind === 'Attribute' || state.kind === 'EntityKey' || (state.kind === 'RibbonDiff' && state.parent !== undefined)
  if (info.travelsUnlisted || info.type === undefined || isInside) return undefined
  if (state.kind === 'SiteMap' && state.key === 'default') return { type: '62', id: undefined, schemaName: undefined }
  const isGuid = state.key === state.id
  return { type: String(info.type), id: isGuid ? state.id : undefined, schemaName: isGuid ? undefined : state.key }
}

/** Pieces of the file format that are no rows of solutioncomponent. */
export function isFormatOnly(kind: string): boolean {
  return kind === 'RibbonDiff' || kind === 'Asset' || kind === 'EntityMap' || kind === 'ConnectionRoleAssociations'
}

function rootRow(tx: ReadTransaction, member: Member): string | undefined {
  const row = tx.get(table, `${member.solution}:${member.under ?? ''}`)
  return typeof row?.rowId === 'string' ? row.rowId : undefined
}

function pick(component: Pick<ComponentState, 'kind' | 'key'>): Pick<ComponentState, 'kind' | 'key'> {
  return { kind: component.kind, key: component.key }
}
