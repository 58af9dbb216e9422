import { z } from 'zod'
import type { SolutionImport } from '#engine/ports'
import type { DataverseClient } from './client.ts'
import { literal } from './client.ts'
import { completed } from './operation-state.ts'

type Found = Awaited<ReturnType<SolutionImport['findImport']>>

const jobRow = z.object({
  importjobid: z.string(),
  createdon: z.string().nullish(),
  startedon: z.string().nullish(),
  completedon: z.string().nullish(),
})

const operationRow = z.object({
  asyncoperationid: z.string(),
  createdon: z.string(),
  startedon: z.string().nullish(),
  completedon: z.string().nullish(),
  statecode: z.number(),
  correlationid: z.string().nullish(),
  data: z.string().nullish(),
  _ownerid_value: z.string().nullish(),
  _createdonbehalfby_value: z.string().nullish(),
})
type OperationRow = z.infer<typeof operationRow>

const historyRow = z.object({
  msdyn_status: z.coerce.number().nullish(),
  msdyn_correlationid: z.string().nullish(),
  msdyn_activityid: z.string().nullish(),
})

const whoAmI = z.object({ UserId: z.string() })

const nothing: Found = { found: false, asyncOperationId: undefined, isFinished: false }
const minuteMs = 60_000
/** An operation that started longer ago than this is none of which nobody knows yet whether it began. */
const recentMs = 30 * minuteMs
/** Rows carry whole seconds. */
const roundingMs = 2000

/**
 * Looks for an import whose start got no answer, in the three places that know of imports: the job row (made when work begins, so it may
 * be absent for seconds), the asynchronous operation (made when the request is accepted), and the solution history.
 */
export async function findImport(
  client: DataverseClient,
  search: { readonly importJobId: string; readonly solution: string; readonly nowMs: number },
): Promise<Found> {
  const job = await client.find(`importjobs(${search.importJobId})?$select=importjobid,createdon,startedon,completedon`, jobRow)
  const recentlyMs = search.nowMs - recentMs
  if (job !== undefined) {
    const beganMs = Date.parse(job.startedon ?? job.createdon ?? '')
    const operations = await fetchImportOperations(client, Number.isNaN(beganMs) ? recentlyMs : beganMs - 24 * 60 * minuteMs)
    return {
      found: true,
      asyncOperationId: operationOfJob(operations, search.importJobId, beganMs)?.asyncoperationid,
      isFinished: Boolean(job.completedon),
    }
  }
  const operations = await fetchImportOperations(client, recentlyMs)
  const named = operations.find((operation) => names(operation, search.importJobId))
  if (named !== undefined) return { found: true, asyncOperationId: named.asyncoperationid, isFinished: named.statecode === completed }
  const own = await findOwnUnfinished(client, operations)
  if (own !== undefined) return { found: true, asyncOperationId: own.asyncoperationid, isFinished: false }
  return findInHistory(client, search, recentlyMs)
}

async function fetchImportOperations(client: DataverseClient, sinceMs: number): Promise<readonly OperationRow[]> {
  const filter = `(messagename eq 'ImportSolutionAsync' or messagename eq 'StageAndUpgradeAsync') and createdon ge ${new Date(sinceMs).toISOString()}`
  const columns = 'asyncoperationid,createdon,startedon,completedon,statecode,correlationid,data,_ownerid_value,_createdonbehalfby_value'
  return client.list(
    'ReadRows',
    `asyncoperations?$filter=${encodeURIComponent(filter)}&$select=${columns}&$orderby=createdon%20desc`,
    operationRow,
  )
}

/**
 * The operation that names the job, else of those at work when the job began the one that started nearest to it: an environment works
 * on one import at a time, and makes the job as the first thing. None when two are equally near and equally far.
 */
function operationOfJob(operations: readonly OperationRow[], importJobId: string, beganMs: number): OperationRow | undefined {
  const named = operations.find((operation) => names(operation, importJobId))
  if (named !== undefined || Number.isNaN(beganMs)) return named
  const distance = (operation: OperationRow): number => Math.abs(startedMs(operation) - beganMs)
  const atWork = operations.filter((operation) => isAtWork(operation, beganMs))
  const shortest = Math.min(...atWork.map(distance))
  const nearest = atWork.filter((operation) => distance(operation) === shortest)
  const unfinished = nearest.filter((operation) => operation.statecode !== completed)
  return [nearest, unfinished].find((candidates) => candidates.length === 1)?.[0]
}

function isAtWork(operation: OperationRow, atMs: number): boolean {
  const endedMs = operation.completedon ? Date.parse(operation.completedon) : Number.POSITIVE_INFINITY
  return startedMs(operation) - roundingMs <= atMs && atMs <= endedMs + roundingMs
}

function startedMs(operation: OperationRow): number {
  return Date.parse(operation.startedon ?? operation.createdon)
}

function names(operation: OperationRow, importJobId: string): boolean {
  const id = importJobId.toLowerCase()
  return (operation.data ?? '').toLowerCase().includes(id) || operation.correlationid?.toLowerCase() === id
}

/** Drover starts one import at a time in an environment, so an unfinished one of its own identity is the one that got no answer. */
async function findOwnUnfinished(client: DataverseClient, operations: readonly OperationRow[]): Promise<OperationRow | undefined> {
  const unfinished = operations.filter((operation) => operation.statecode !== completed)
  if (unfinished.length === 0) return undefined
  const me = await client.call({ operation: 'WhoAmI', path: 'WhoAmI()', reply: whoAmI })
  const own = unfinished.filter((operation) => (operation._createdonbehalfby_value ?? operation._ownerid_value) === me.UserId)
  return own.length === 1 ? own[0] : undefined
}

/** A running import of the solution that nothing else explains: found, but with no operation to follow, so that nobody starts a second one. */
async function findInHistory(
  client: DataverseClient,
  search: { readonly importJobId: string; readonly solution: string },
  sinceMs: number,
): Promise<Found> {
  const filter = `msdyn_name%20eq%20${literal(search.solution)}%20and%20msdyn_operation%20eq%200%20and%20msdyn_starttime%20ge%20${new Date(sinceMs).toISOString()}`
  const columns = 'msdyn_status,msdyn_correlationid,msdyn_activityid'
  const rows = await client.list('ReadRows', `msdyn_solutionhistories?$filter=${filter}&$select=${columns}`, historyRow)
  const id = search.importJobId.toLowerCase()
  const named = rows.find((row) => row.msdyn_correlationid?.toLowerCase() === id || row.msdyn_activityid?.toLowerCase() === id)
  if (named !== undefined) return { found: true, asyncOperationId: undefined, isFinished: named.msdyn_status === historyCompleted }
  const isRunning = rows.some((row) => row.msdyn_status !== historyCompleted)
  return isRunning ? { found: true, asyncOperationId: undefined, isFinished: false } : nothing
}

const historyCompleted = 1
