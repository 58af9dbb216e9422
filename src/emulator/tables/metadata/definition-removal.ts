import { childText } from '#format'
import { ODataError } from '../../errors.ts'
import { readPart } from '../../kinds/content.ts'
import { kindInfo } from '../../kinds/kind-table.ts'
import type { ComponentState } from '../../layers/component-state.ts'
import { componentId, currentDigest, findByObjectId, isManaged, listComponents } from '../../layers/component-state.ts'
import { dependenciesAmong } from '../../layers/dependencies.ts'
import { findMember, removeMember } from '../../layers/membership.ts'
import { tablesOfRelationship } from '../../layers/relationships.ts'
import { deleteComponent } from '../../layers/stack.ts'
import { isLockedDown } from '../../operations/import/lockdown.ts'
import type { ReadTransaction, Transaction } from '../../store/store.ts'
import type { WriteContext } from '../table.ts'

/**
 * Deletes a table, column, relationship, key or choice that was made here, with what is inside it and, at the next writes, its data.
 * Refuses what a managed solution brought (0x8004F013), what every table has, and what something else needs (0x8004F01F).
 */
export function deleteDefinition(ctx: WriteContext, objectId: string): Promise<void> {
  return ctx.jobs.withLock(ctx.env.name, 'EntityCustomization', () =>
    ctx.env.write((tx) => {
      const state = findByObjectId(tx, objectId)
      if (state === undefined)
        throw new ODataError(400, '0x8004F04D', `The component ${objectId} belongs to the platform and cannot be deleted.`)
      refuseProtected(tx, state)
      const all = listComponents(tx)
      const doomed = withContents(tx, all, state)
      const gone = new Set(doomed.map(idOf))
      const needing = dependenciesAmong(
        tx,
        all.filter((other) => !gone.has(idOf(other))),
        doomed,
      )
      if (needing.length > 0) throw inUse(state, needing.length)
      for (const component of doomed) {
        leaveSolutions(tx, component)
        deleteComponent(tx, component)
      }
    }),
  )
}

function refuseProtected(tx: Transaction, state: ComponentState): void {
  if (isManaged(state)) {
    const name = kindInfo(state.kind).name
    throw new ODataError(400, '0x8004F013', `The ${name} component '${state.name}' with id ${state.id} is managed and cannot be deleted.`)
  }
  if (isLockedDown(tx)) {
    throw new ODataError(403, '0x80072042', "This environment doesn't allow unmanaged customizations.")
  }
  const digest = currentDigest(state)
  const xml = digest === undefined ? undefined : readPart(tx, digest).xml
  if (state.kind === 'Attribute' && childText(xml, 'IsCustomField') === '0')
    throw new ODataError(400, '0x80047007', `The column '${state.name}' belongs to its table and cannot be deleted.`)
}

/** What goes with it: everything inside a table, its relationships, a relationship's lookup, a lookup's relationships. */
function withContents(tx: ReadTransaction, all: readonly ComponentState[], state: ComponentState): readonly ComponentState[] {
  const doomed = new Map([[idOf(state), state]])
  for (let size = 0; size < doomed.size; ) {
    size = doomed.size
    for (const other of all) if (!doomed.has(idOf(other)) && goesWith(tx, other, doomed)) doomed.set(idOf(other), other)
  }
  return [...doomed.values()]
}

function goesWith(tx: ReadTransaction, other: ComponentState, doomed: ReadonlyMap<string, ComponentState>): boolean {
  if (other.parent !== undefined && doomed.has(other.parent)) return true
  if (other.kind === 'EntityRelationship') {
    const column = lookupOf(tx, other)
    return (column !== undefined && doomed.has(column)) || tablesOfRelationship(tx, other).some((name) => doomed.has(`Entity:${name}`))
  }
  return (
    other.kind === 'Attribute' &&
    [...doomed.values()].some((state) => state.kind === 'EntityRelationship' && lookupOf(tx, state) === idOf(other))
  )
}

/** `Attribute:table.column` of a one-to-many relationship. */
function lookupOf(tx: ReadTransaction, relationship: ComponentState): string | undefined {
  const row = tx.get('entityrelationship', relationship.id)
  const [table, column] = [row?.['referencingentity'], row?.['referencingattribute']]
  return typeof table === 'string' && typeof column === 'string' ? `Attribute:${table}.${column}` : undefined
}

function leaveSolutions(tx: Transaction, state: ComponentState): void {
  for (const solution of tx.list('solution')) {
    const member = findMember(tx, String(solution['uniquename']), state)
    if (member !== undefined) removeMember(tx, member)
  }
}

function inUse(state: ComponentState, count: number): ODataError {
  return new ODataError(
    400,
    '0x8004F01F',
    `The ${kindInfo(state.kind).name}(${state.id}) component cannot be deleted because it is referenced by ${count} other components. For a list of referenced components, use the RetrieveDependenciesForDeleteRequest.`,
  )
}

function idOf(state: ComponentState): string {
  return componentId(state.kind, state.key)
}
