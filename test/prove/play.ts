import { setTimeout as wait } from 'node:timers/promises'
import type { HandMade } from '../conformance/hand-made.ts'
import { handMade } from '../conformance/hand-made.ts'
import type { Organisation } from '../conformance/organisation.ts'
import type { Row, Step } from './scene.ts'
import { ourSolution } from './scene.ts'
import { look } from './sight.ts'

/** What of ours was brought last. */
export interface Played {
  readonly installed: HandMade | undefined
}

/** Plays the steps; one that the environment refuses did not happen, which is a scene like any other. */
export async function play(organisation: Organisation, steps: readonly Step[]): Promise<Played> {
  let installed: HandMade | undefined
  for (const step of steps) {
    if (step.kind === 'rows') await addRows(organisation, step.rows)
    else {
      const operation = await bringIn(
        organisation,
        await onPresentTables(organisation, step.solution),
        step.kind === 'upgrade' ? 'upgrade' : 'update',
      )
      if (step.solution.isManaged !== true) await organisation.call('POST', 'PublishAllXml', { body: {} })
      if (step.solution.name === ourSolution && operation['statuscode'] === 30) installed = step.solution
    }
  }
  return { installed }
}

/** A solution that adds to a table needs the table: without it nobody could have made the file, and the service would refuse it. */
async function onPresentTables(organisation: Organisation, solution: HandMade): Promise<HandMade> {
  const said = solution.tables ?? []
  if (said.every((table) => table.isWhole !== false)) return solution
  const { tables } = await look(organisation)
  return { ...solution, tables: said.filter((table) => table.isWhole !== false || Object.keys(tables).includes(table.name)) }
}

/** The completed operation of an import in one of the two ways. */
export async function bringIn(organisation: Organisation, solution: HandMade, how: 'update' | 'upgrade'): Promise<Record<string, unknown>> {
  const zip = await handMade(solution)
  const body = {
    OverwriteUnmanagedCustomizations: false,
    PublishWorkflows: false,
    CustomizationFile: Buffer.from(zip).toString('base64'),
    ImportJobId: crypto.randomUUID(),
  }
  const started = await organisation.call('POST', how === 'upgrade' ? 'StageAndUpgradeAsync' : 'ImportSolutionAsync', { body })
  if (started.status !== 200) return { statuscode: 31, message: started.text }
  return follow(organisation, String(started.json['AsyncOperationId']))
}

/** Looks often: environments of this proof do their work at many times the usual speed. */
async function follow(organisation: Organisation, id: string): Promise<Record<string, unknown>> {
  const deadline = Date.now() + 30_000
  for (;;) {
    const { json } = await organisation.call('GET', `asyncoperations(${id})`)
    if (json['statecode'] === 3) return json
    if (Date.now() > deadline) throw new Error(`The operation ${id} did not end: ${JSON.stringify(json)}`)
    await wait(2)
  }
}

async function addRows(organisation: Organisation, rows: readonly Row[]): Promise<void> {
  const sight = await look(organisation)
  for (const [at, row] of rows.entries()) {
    const table = sight.tables[row.table]
    if (table === undefined) continue
    const present = row.columns.filter((column) => table.columns[column] !== undefined)
    const body = { hand_name: `row ${at}`, ...Object.fromEntries(present.map((column) => [column, `${column} ${at}`])) }
    const answer = await organisation.call('POST', `${row.table}s`, { body })
    if (answer.status !== 204) throw new Error(`${answer.status} ${answer.text}`)
  }
}
