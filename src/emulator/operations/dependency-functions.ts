import { ODataError } from '../errors.ts'
import { findComponentType } from '../kinds/component-type.ts'
import { componentId, listComponents } from '../layers/component-state.ts'
import type { Dependency } from '../layers/dependencies.ts'
import { dependenciesAmong, dependencyRow } from '../layers/dependencies.ts'
import { expandSolution } from '../layers/membership.ts'
import { findSolution } from '../layers/solutions.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import type { Operation } from './operation.ts'

const parameters = { SolutionUniqueName: { type: 'string', required: true } } as const

/** What a solution needs of this environment and does not contain (web-api A.4). */
export const retrieveMissingDependencies: Operation = {
  name: 'RetrieveMissingDependencies',
  kind: 'function',
  parameters,
  async run(ctx, params) {
    const rows = ctx.env.read((tx) => {
      const solution = requireSolution(tx, String(params.SolutionUniqueName))
      const contained = expandSolution(tx, String(solution.uniquename)).map(({ state }) => state)
      const inside = new Set(contained.map((state) => componentId(state.kind, state.key)))
      const found = dependenciesAmong(tx, contained, listComponents(tx))
      return toRows(
        tx,
        found.filter(({ required }) => !inside.has(componentId(required.kind, required.key))),
      )
    })
    return { status: 200, typeName: 'Collection(mscrm.crmbaseentity)', body: { value: rows } }
  },
}

/** What would block removing a managed solution: components outside that need one which only this solution holds (web-api A.4). */
export const retrieveDependenciesForUninstall: Operation = {
  name: 'RetrieveDependenciesForUninstall',
  kind: 'function',
  parameters,
  async run(ctx, params) {
    const rows = ctx.env.read((tx) => {
      const name = String(requireSolution(tx, String(params.SolutionUniqueName)).uniquename)
      const all = listComponents(tx)
      const doomed = all.filter((state) => state.layers.length > 0 && state.layers.every((layer) => layer.solution === name))
      const gone = new Set(doomed)
      return toRows(
        tx,
        dependenciesAmong(
          tx,
          all.filter((state) => !gone.has(state)),
          doomed,
        ),
      )
    })
    return { status: 200, typeName: 'Collection(mscrm.crmbaseentity)', body: { value: rows } }
  },
}

function toRows(tx: ReadTransaction, dependencies: readonly Dependency[]): Row[] {
  return dependencies.map((dependency) => ({
    '@odata.type': '#Microsoft.Dynamics.CRM.dependency',
    ...dependencyRow(tx, dependency, (kind) => findComponentType(tx, kind) ?? null),
  }))
}

function requireSolution(tx: ReadTransaction, uniqueName: string): Row {
  const solution = findSolution(tx, uniqueName)
  if (solution === undefined) throw new ODataError(404, '0x80040217', `solution With uniquename = ${uniqueName} Does Not Exist`)
  return solution
}
