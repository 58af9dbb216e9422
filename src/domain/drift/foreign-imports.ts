import type { Observation, ObservedOperation, ObservedUser } from '#domain/environment'
import type { Instant } from '#domain/kernel'
import { isOwnTransport } from './transport-name.ts'

/** An operation on solutions that Drover did not ask for (PIP-19). */
export interface ForeignImport {
  readonly operation: ObservedOperation
  /** `certain`: its job or its caller is not ours; `unknown`: the environment does not tell who asked for it. */
  readonly certainty: 'certain' | 'unknown'
  /** In one sentence. */
  readonly message: string
  /** It happened longer ago than such an import may stay undiscovered. */
  readonly isLate: boolean
}

export interface ForeignImportFacts {
  readonly observation: Pick<Observation, 'identity' | 'operations' | 'observedAt'>
  /** Import jobs that the ledger knows, lower case. */
  readonly ourImportJobIds: ReadonlySet<string>
  /** Times in which Drover itself was at work there: the platform reports steps inside of an upgrade as operations of their own. */
  readonly ourWork: readonly { readonly solution: string; readonly from: Instant; readonly to: Instant }[]
  /** From policy: within so many hours an import that was not ours must have been found. */
  readonly foundWithinHours: number
  /** Earlier ones are history: from before the environment was watched. */
  readonly since: Instant | undefined
  /** Whether Microsoft or the platform itself brings this solution. */
  isOfPlatform(solution: string): boolean
}

/**
 * Imports and uninstallations that were not ours, newest first. An import is ours by its job id alone: the same identity may be used by other
 * hands. Where the environment keeps no job id, by its caller and by whether Drover was at work on that solution at the time.
 */
export function findForeignImports(facts: ForeignImportFacts): readonly ForeignImport[] {
  return facts.observation.operations
    .filter(({ kind }) => kind === 'import' || kind === 'uninstall')
    .filter(({ startedAt }) => facts.since === undefined || startedAt >= facts.since)
    .filter(({ solution }) => solution === undefined || !facts.isOfPlatform(solution))
    .flatMap((operation) => judge(facts, operation) ?? [])
    .sort((a, b) => (a.operation.startedAt < b.operation.startedAt ? 1 : -1))
}

function judge(facts: ForeignImportFacts, operation: ObservedOperation): ForeignImport | undefined {
  const { importJobId, by, solution } = operation
  // What a restore puts back travels in a transport of our making, and its jobs are in no promotion.
  if (solution !== undefined && isOwnTransport(solution) && isOurIdentity(facts, by)) return undefined
  if (importJobId !== undefined) {
    if (facts.ourImportJobIds.has(importJobId.toLowerCase())) return undefined
    return foreign(facts, operation, isOurIdentity(facts, by) ? 'with the identity of Drover, but not by it' : undefined)
  }
  if (by !== undefined && !isOurIdentity(facts, by)) return foreign(facts, operation, undefined)
  if (isOurWork(facts, operation)) return undefined
  // Clocks differ, and other work of ours removes solutions too: without a job id our own identity proves nothing.
  const how = by === undefined ? 'by nobody that the environment names' : 'with the identity of Drover, in none of its deployments'
  return { ...foreign(facts, operation, how), certainty: 'unknown' }
}

function isOurIdentity({ observation }: ForeignImportFacts, by: ObservedUser | undefined): boolean {
  return by !== undefined && by.userId.toLowerCase() === observation.identity.userId.toLowerCase()
}

/** Names of solutions differ in more than case; a holding solution is part of its base's upgrade, and transports come and go with our work. */
function isOurWork({ ourWork }: ForeignImportFacts, { solution, startedAt }: ObservedOperation): boolean {
  if (solution !== undefined && isOwnTransport(solution)) return true
  const base = solution?.toLowerCase().replace(/_upgrade$/, '')
  return ourWork.some((work) => work.solution.toLowerCase() === base && secondOf(work.from) <= secondOf(startedAt) && startedAt <= work.to)
}

/** The solution history tells whole seconds: what began within the second in which our work did is not before it. */
function secondOf(instant: Instant): number {
  return Math.floor(Date.parse(instant) / 1000)
}

function foreign(facts: ForeignImportFacts, operation: ObservedOperation, how: string | undefined): ForeignImport {
  const { kind, solution, version, startedAt, isSuccess, by } = operation
  const what = [solution ?? 'a solution', version].filter((part) => part !== undefined).join(' ')
  const deed = kind === 'import' ? 'imported' : 'uninstalled'
  const result = isSuccess === false ? ', and it failed' : ''
  const who = how ?? `by ${by?.name ?? 'somebody'}${by?.isApplication === true ? ' (an application)' : ''}`
  const age = Date.parse(facts.observation.observedAt) - Date.parse(startedAt)
  return {
    operation,
    certainty: 'certain',
    message: `${what} was ${deed} on ${startedAt.slice(0, 16).replace('T', ' ')} ${who}${result}.`,
    isLate: age > facts.foundWithinHours * 3_600_000,
  }
}
