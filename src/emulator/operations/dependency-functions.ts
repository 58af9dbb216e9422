import { ODataError } from '../errors.ts'
import { kindOfType } from '../kinds/component-type.ts'
import { kindInfo } from '../kinds/kind-table.ts'
import type { ComponentState } from '../layers/component-state.ts'
import { findByObjectId, isHeldOnlyBy, listComponents } from '../layers/component-state.ts'
import type { Dependency } from '../layers/dependencies.ts'
import { blockersOf, dependenciesAmong, withInsides } from '../layers/dependencies.ts'
import { dependencyRows, enrichedRows, uninstallRows } from '../layers/dependency-rows.ts'
import { expandSolution } from '../layers/membership.ts'
import { findSolution } from '../layers/solutions.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import { findTable } from '../tables/registry.ts'
import type { Operation, OperationParameter, OperationReply } from './operation.ts'

type Params = Readonly<Record<string, unknown>>
type Find = (tx: ReadTransaction, params: Params) => readonly Dependency[]
type ToRows = (tx: ReadTransaction, found: readonly Dependency[]) => readonly Row[]

const ofSolution = { SolutionUniqueName: { type: 'string', required: true } } as const
const ofSolutionId = { SolutionId: { type: 'guid', required: true } } as const
const ofComponent = { ObjectId: { type: 'guid', required: true }, ComponentType: { type: 'int', required: true } } as const

/** The functions on dependencies (web-api A.4), and those of the maker portal that give names as well (facts-2 §8). */
export const dependencyFunctions: readonly Operation[] = [
  plain('RetrieveMissingDependencies', ofSolution, missing),
  plain('RetrieveDependenciesForUninstall', ofSolution, forUninstall, uninstallRows),
  plain('RetrieveDependentComponents', ofComponent, dependents),
  plain('RetrieveRequiredComponents', ofComponent, required),
  plain('RetrieveDependenciesForDelete', ofComponent, forDelete),
  withMetadata('RetrieveDependenciesForUninstallWithMetadata', ofSolutionId, forUninstall),
  withMetadata('RetrieveDependentComponentsWithMetadata', ofComponent, dependents),
  withMetadata('RetrieveRequiredComponentsWithMetadata', ofComponent, required),
  withMetadata('RetrieveDependenciesForDeleteWithMetadata', ofComponent, forDelete),
]

/** What a solution needs of this environment and does not contain. */
function missing(tx: ReadTransaction, params: Params): readonly Dependency[] {
  const contained = expandSolution(tx, String(requireSolution(tx, params).uniquename)).map(({ state }) => state)
  const inside = new Set(contained.map((state) => state.id))
  return dependenciesAmong(tx, contained, listComponents(tx)).filter((found) => !inside.has(found.required.id))
}

/** What would block removing a managed solution: components outside that need one which only this solution holds. */
function forUninstall(tx: ReadTransaction, params: Params): readonly Dependency[] {
  const name = String(requireSolution(tx, params).uniquename)
  const all = listComponents(tx)
  return blockersOf(
    tx,
    all.filter((state) => isHeldOnlyBy(state, [name])),
    all,
  )
}

function dependents(tx: ReadTransaction, params: Params): readonly Dependency[] {
  return dependenciesAmong(tx, listComponents(tx), [requireComponent(tx, params)])
}

function required(tx: ReadTransaction, params: Params): readonly Dependency[] {
  return dependenciesAmong(tx, [requireComponent(tx, params)], listComponents(tx))
}

/** What would block deleting the component with all that lives in it. */
function forDelete(tx: ReadTransaction, params: Params): readonly Dependency[] {
  const all = listComponents(tx)
  return blockersOf(tx, withInsides(requireComponent(tx, params), all), all)
}

function plain(name: string, parameters: Operation['parameters'], find: Find, toRows: ToRows = dependencyRows): Operation {
  return operation(name, parameters, (tx, params) => {
    const rows = toRows(tx, find(tx, params)).map((row) => ({ '@odata.type': '#Microsoft.Dynamics.CRM.dependency', ...row }))
    return { status: 200, typeName: 'Collection(mscrm.crmbaseentity)', body: { value: rows } }
  })
}

function withMetadata(name: string, parameters: Operation['parameters'], find: Find): Operation {
  return operation(name, parameters, (tx, params) => {
    const setNameOf = (table: string): string | undefined => findTable(tx, table)?.setName
    const rows = enrichedRows(tx, find(tx, params), setNameOf)
    return {
      status: 200,
      typeName: `${name}Response`,
      body: { DependencyMetadataCollection: { DependencyMetadataInfoCollection: rows } },
    }
  })
}

function operation(
  name: string,
  parameters: Readonly<Record<string, OperationParameter>>,
  reply: (tx: ReadTransaction, params: Params) => OperationReply,
): Operation {
  return { name, kind: 'function', parameters, run: async (ctx, params) => ctx.env.read((tx) => reply(tx, params)) }
}

function requireSolution(tx: ReadTransaction, params: Params): Row {
  const uniqueName = params.SolutionUniqueName
  const solution =
    typeof uniqueName === 'string' ? findSolution(tx, uniqueName) : tx.get('solution', String(params.SolutionId).toLowerCase())
  if (solution !== undefined) return solution
  const wanted = typeof uniqueName === 'string' ? `With uniquename = ${uniqueName}` : `With Id = ${String(params.SolutionId)}`
  throw new ODataError(404, '0x80040217', `solution ${wanted} Does Not Exist`)
}

// SubcomponentDoesNotExist, InvalidComponentType (facts-2 §1.2, web-api A.5); which of them these functions give is not known.
function requireComponent(tx: ReadTransaction, params: Params): ComponentState {
  const type = Number(params.ComponentType)
  const kind = kindOfType(tx, type)
  if (kind === undefined) throw new ODataError(400, '0x80072004', `The component type ${type} is not valid.`)
  const state = findByObjectId(tx, String(params.ObjectId))
  if (state !== undefined && kindInfo(state.kind).table === kindInfo(kind).table) return state
  throw new ODataError(400, '0x80048537', `The component ${String(params.ObjectId)} of type ${type} does not exist.`)
}
