import type { z } from 'zod'
import type { ObservedOperation, Unseen } from '#domain/environment'
import type { DataverseClient } from '../client.ts'
import type { OperationTraces } from './join-operations.ts'
import { asyncRow, historyRow, jobRow, joinOperations } from './join-operations.ts'
import type { Question } from './unseen.ts'
import { askOrUnseen } from './unseen.ts'
import type { UserDirectory } from './users.ts'

const dayMs = 86_400_000
/** Messages that change what an environment consists of [facts-2 §9]. */
const messages = ['ImportSolutionAsync', 'StageAndUpgradeAsync', 'DeleteAndPromoteAsync', 'UninstallSolutionAsync', 'PublishAllXmlAsync']
const jobColumns = 'importjobid,solutionname,createdon,startedon,completedon,_createdby_value,_createdonbehalfby_value'
const asyncColumns = 'asyncoperationid,messagename,createdon,startedon,completedon,correlationid,_ownerid_value,_createdonbehalfby_value'
const historyColumns =
  'msdyn_name,msdyn_solutionversion,msdyn_operation,msdyn_status,msdyn_result,msdyn_starttime,msdyn_endtime,msdyn_activityid,msdyn_correlationid'

/** Operations on solutions of the last weeks, newest first, with who asked for each, put together from the three traces that they leave. */
export async function fetchOperations(
  client: DataverseClient,
  users: UserDirectory,
  nowMs: number,
): Promise<{ readonly operations: readonly ObservedOperation[]; readonly unseen: readonly Unseen[] }> {
  const since = new Date(nowMs - client.limits.historyDays * dayMs).toISOString()
  const [histories, jobs, asyncs] = await Promise.all([
    askOrUnseen(
      question(client, {
        what: 'the history of solutions',
        hides: 'imports',
        set: 'msdyn_solutionhistories',
        row: historyRow,
        query: `$select=${historyColumns}&$filter=msdyn_starttime%20ge%20${since}`,
      }),
    ),
    askOrUnseen(
      question(client, {
        what: 'imports and who asked for them',
        hides: 'imports',
        set: 'importjobs',
        row: jobRow,
        query: `$select=${jobColumns}&$filter=createdon%20ge%20${since}`,
      }),
    ),
    askOrUnseen(
      question(client, {
        what: 'who asked for uninstallations',
        set: 'asyncoperations',
        row: asyncRow,
        query: `$select=${asyncColumns}&$filter=${asyncFilter(since)}`,
      }),
    ),
  ])
  const traces: OperationTraces = { histories: histories.answer, jobs: jobs.answer ?? [], asyncs: asyncs.answer ?? [] }
  const known = await users.fetchUsers([
    ...traces.jobs.flatMap((job) => [job._createdby_value, job._createdonbehalfby_value]),
    ...traces.asyncs.flatMap((operation) => [operation._ownerid_value, operation._createdonbehalfby_value]),
  ])
  return {
    operations: joinOperations(traces, known),
    unseen: [...histories.unseen, ...jobs.unseen, ...asyncs.unseen],
  }
}

function asyncFilter(since: string): string {
  const names = messages.map((name) => `messagename eq '${name}'`).join(' or ')
  return encodeURIComponent(`createdon ge ${since} and (${names})`)
}

function question<Row>(
  client: DataverseClient,
  {
    set,
    query,
    row,
    ...about
  }: Pick<Question<Row>, 'what' | 'hides'> & {
    readonly set: string
    readonly query: string
    readonly row: z.ZodType<Row>
  },
): Question<readonly Row[]> {
  return {
    ...about,
    help: `It takes the privilege to read ${set} of the whole organization, which System Customizer has.`,
    ask: () => client.list('ReadRows', `${set}?${query}`, row),
  }
}
