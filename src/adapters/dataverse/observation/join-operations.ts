import { z } from 'zod'
import type { ObservedOperation, ObservedUser } from '#domain/environment'
import { parseVersion } from '#domain/kernel'
import { readInstant } from './instants.ts'
import type { KnownUser } from './users.ts'
import { userOf } from './users.ts'

export const jobRow = z.object({
  importjobid: z.string(),
  solutionname: z.string().nullish(),
  createdon: z.string().nullish(),
  startedon: z.string().nullish(),
  completedon: z.string().nullish(),
  _createdby_value: z.string().nullish(),
  _createdonbehalfby_value: z.string().nullish(),
})
export const asyncRow = z.object({
  asyncoperationid: z.string(),
  messagename: z.string().nullish(),
  createdon: z.string(),
  startedon: z.string().nullish(),
  completedon: z.string().nullish(),
  correlationid: z.string().nullish(),
  _ownerid_value: z.string().nullish(),
  _createdonbehalfby_value: z.string().nullish(),
})
export const historyRow = z.object({
  msdyn_name: z.string().nullish(),
  msdyn_solutionversion: z.string().nullish(),
  msdyn_operation: z.coerce.number(),
  msdyn_status: z.coerce.number().nullish(),
  msdyn_result: z.boolean().nullish(),
  msdyn_starttime: z.string().nullish(),
  msdyn_endtime: z.string().nullish(),
  msdyn_activityid: z.string().nullish(),
  msdyn_correlationid: z.string().nullish(),
})
type Job = z.infer<typeof jobRow>
type Async = z.infer<typeof asyncRow>
type History = z.infer<typeof historyRow>

/** What three tables remember of the same operations; none has all of it [facts-2 §9]. */
export interface OperationTraces {
  /** When, what and how it ended, without who; undefined when it cannot be read. */
  readonly histories: readonly History[] | undefined
  /** Imports with who asked for them. */
  readonly jobs: readonly Job[]
  /** All asynchronous work with who asked for it, as long as its rows are kept. */
  readonly asyncs: readonly Async[]
}

/** Traces carry whole seconds, and the job begins as the first thing that the operation does (ours, unverified). */
const nearMs = 120_000
/** msdyn_operation [web-api B.4]. */
const kinds: Readonly<Record<number, ObservedOperation['kind']>> = { 0: 'import', 1: 'uninstall', 4: 'publish-all' }
const messageKinds: Readonly<Record<string, ObservedOperation['kind']>> = {
  ImportSolutionAsync: 'import',
  StageAndUpgradeAsync: 'import',
  UninstallSolutionAsync: 'uninstall',
  PublishAllXmlAsync: 'publish-all',
}
const completed = 1

/** The operations, newest first. Who asked is told only where one trace fits alone; imports without a history stand for themselves. */
export function joinOperations(traces: OperationTraces, users: ReadonlyMap<string, KnownUser>): readonly ObservedOperation[] {
  const free = new Set(traces.jobs)
  const joined = (traces.histories ?? []).flatMap((history) => {
    const job = kinds[history.msdyn_operation] === 'import' ? jobOf(history, free) : undefined
    if (job !== undefined) free.delete(job)
    return fromHistory(history, { job, by: askerOf(history, job, { traces, users }) }) ?? []
  })
  const alone = [...free].flatMap((job) => fromJob(job, users) ?? [])
  // Without the history the asynchronous operations are all that is left of everything but imports.
  const rest = traces.histories === undefined ? traces.asyncs.flatMap((operation) => fromAsync(operation, users) ?? []) : []
  return [...joined, ...alone, ...rest].sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1))
}

function fromHistory(
  history: History,
  { job, by }: { readonly job: Job | undefined; readonly by: ObservedUser | undefined },
): ObservedOperation | undefined {
  const startedAt = readInstant(history.msdyn_starttime)
  if (startedAt === undefined) return undefined
  const version = parseVersion(history.msdyn_solutionversion ?? '')
  return {
    kind: kinds[history.msdyn_operation] ?? 'other',
    solution: history.msdyn_name || undefined,
    version: version.ok ? version.value : undefined,
    startedAt,
    endedAt: readInstant(history.msdyn_endtime),
    isSuccess: history.msdyn_status === completed ? (history.msdyn_result ?? undefined) : undefined,
    by,
    importJobId: job?.importjobid.toLowerCase(),
  }
}

/** The import job of a history row: the one that it names, else the nearest of that solution among those that no other row has taken. */
function jobOf(history: History, free: ReadonlySet<Job>): Job | undefined {
  const ids = idsOf(history)
  const named = [...free].find(({ importjobid }) => ids.has(importjobid.toLowerCase()))
  if (named !== undefined) return named
  const startedMs = Date.parse(history.msdyn_starttime ?? '')
  const near = [...free]
    .filter(({ solutionname }) => sameName(solutionname, history.msdyn_name))
    .map((job) => ({ job, distance: Math.abs(Date.parse(job.startedon ?? job.createdon ?? '') - startedMs) }))
    .filter(({ distance }) => distance <= nearMs)
    .sort((a, b) => a.distance - b.distance)
  const [first, second] = near
  return first !== undefined && first.distance === second?.distance ? undefined : first?.job
}

/** A holding solution is imported under the name of the one that it will become. */
function sameName(job: string | null | undefined, history: string | null | undefined): boolean {
  const bare = (name: string | null | undefined): string => (name ?? '').toLowerCase().replace(/_upgrade$/, '')
  return bare(job) !== '' && bare(job) === bare(history)
}

/** The person on whose behalf the platform worked, from the job or from the operation with the same correlation, else from the only one near. */
function askerOf(
  history: History,
  job: Job | undefined,
  { traces, users }: { readonly traces: OperationTraces; readonly users: ReadonlyMap<string, KnownUser> },
): ObservedUser | undefined {
  const operation = asyncOf(history, traces.asyncs)
  return userOf(users, job?._createdonbehalfby_value ?? (operation && callerOf(operation)) ?? job?._createdby_value)
}

function asyncOf(history: History, asyncs: readonly Async[]): Async | undefined {
  const ids = idsOf(history)
  const named = asyncs.find(
    ({ correlationid, asyncoperationid }) => ids.has((correlationid ?? '').toLowerCase()) || ids.has(asyncoperationid.toLowerCase()),
  )
  if (named !== undefined) return named
  const startedMs = Date.parse(history.msdyn_starttime ?? '')
  const near = asyncs.filter(
    (operation) =>
      messageKinds[operation.messagename ?? ''] === kinds[history.msdyn_operation] &&
      Math.abs(Date.parse(operation.startedon ?? operation.createdon) - startedMs) <= nearMs,
  )
  return near.length === 1 ? near[0] : undefined
}

function idsOf(history: History): ReadonlySet<string> {
  return new Set([history.msdyn_correlationid, history.msdyn_activityid].flatMap((id) => (id ? [id.toLowerCase()] : [])))
}

/** `createdby` of an asynchronous operation is the platform itself [facts-2 §1.3]. */
function callerOf(operation: Async): string | undefined {
  return operation._createdonbehalfby_value ?? operation._ownerid_value ?? undefined
}

function fromJob(job: Job, users: ReadonlyMap<string, KnownUser>): ObservedOperation | undefined {
  const startedAt = readInstant(job.startedon ?? job.createdon)
  if (startedAt === undefined) return undefined
  return {
    kind: 'import',
    solution: job.solutionname || undefined,
    version: undefined,
    startedAt,
    endedAt: readInstant(job.completedon),
    isSuccess: undefined,
    by: userOf(users, job._createdonbehalfby_value ?? job._createdby_value),
    importJobId: job.importjobid.toLowerCase(),
  }
}

function fromAsync(operation: Async, users: ReadonlyMap<string, KnownUser>): ObservedOperation | undefined {
  const kind = messageKinds[operation.messagename ?? ''] ?? 'other'
  const startedAt = readInstant(operation.startedon ?? operation.createdon)
  if (kind === 'import' || startedAt === undefined) return undefined
  return {
    kind,
    solution: undefined,
    version: undefined,
    startedAt,
    endedAt: readInstant(operation.completedon),
    isSuccess: undefined,
    by: userOf(users, callerOf(operation)),
    importJobId: undefined,
  }
}
