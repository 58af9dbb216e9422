import type { Rehearsal } from '#domain/environment'
import type { Instant } from '#domain/kernel'
import { attemptsOf } from './evolve-promotion.ts'
import type { Attempt, Promotion } from './promotion.ts'

/**
 * A recovery that was gone in earnest, as the ledger of rehearsals has it: how long it took, and whether it went well. Undefined for what is no
 * recovery, while nobody can tell yet how it ends, and where it was turned away before anything was sent. It is measured from the first attempt
 * that sent something: people who were waited for before do not make the way longer, what had to be mended on it does.
 */
export function findRecoveryInEarnest(promotion: Promotion): Rehearsal | undefined {
  const { request, status } = promotion
  const { intent, plan } = request
  if (intent?.kind !== 'recovery' || (status.state !== 'succeeded' && status.state !== 'failed')) return undefined
  const { attempt } = status
  if (attempt.finishedAt === undefined) return undefined
  const first = attemptsOf(promotion).find(hasSent)
  if (first === undefined && status.state === 'failed') return undefined
  const { startedAt } = first ?? attempt
  return {
    id: attempt.id,
    solution: request.solution,
    environmentId: request.environmentId,
    sandboxId: request.environmentId,
    way: intent.way,
    from: plan.fromVersion,
    to: status.state === 'succeeded' && intent.way !== 'uninstall' ? request.version : undefined,
    startedAt,
    finishedAt: attempt.finishedAt,
    durationMs: msBetween(startedAt, attempt.finishedAt),
    outcome: status.state,
    notes: status.state === 'succeeded' ? status.verification : [status.refusal.message],
    by: request.requestedBy,
  }
}

function hasSent({ jobs }: Attempt): boolean {
  return jobs.importJobId !== undefined || jobs.uninstall !== undefined
}

function msBetween(from: Instant, to: Instant): number {
  return Date.parse(to) - Date.parse(from)
}
