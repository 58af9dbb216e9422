import type { Decision, DecisionEvidence } from '#domain/approval'
import type { Digest, Instant, Reason, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Release } from '#domain/release'

/** What a report of tests says, and how it came. */
export interface ReportedTests {
  readonly report: Digest
  readonly tests: number
  readonly failures: number
  readonly skipped: number
  readonly failed: readonly { readonly name: string; readonly message: string }[]
  /** When its newest suite began, as it is written there; absent where it does not say. */
  readonly begunAt?: string | undefined
  /** The command that was run, as it was told. */
  readonly command?: string | undefined
}

/** A word at the gate of tests that rests on a report. */
export interface ReportedVerdict {
  readonly verdict: Decision['verdict']
  readonly evidence: Extract<DecisionEvidence, { readonly kind: 'test-report' }>
  /** The tests that failed; empty where all passed. */
  readonly reasons: readonly Reason[]
}

/** No clock in the world is further from UTC: a stamp without a zone may be that much off. */
const furthestZoneHours = 14

/**
 * What a report says at the gate of tests: yes when some tests ran and none failed, else no. One that ran nothing, or ran before there was the
 * artifact, says nothing of it and is refused.
 */
export function judgeReport(
  reported: ReportedTests,
  { release, now }: { readonly release: Pick<Release, 'solution' | 'version' | 'managed'>; readonly now: Instant },
): Result<ReportedVerdict> {
  const { report, tests, failures, skipped, failed, begunAt, command } = reported
  const what = `${release.solution} ${release.version}`
  if (tests - skipped < 1 && failures === 0) {
    return refuse(
      'tests.nothing-ran',
      `The report holds no test of ${what} that ran: ${tests} tests, ${skipped} of them skipped.`,
      'Run the tests against the environment that holds this version, and hand in their report.',
    )
  }
  if (begunAt !== undefined && latestOf(begunAt) < Date.parse(release.managed.exportedAt)) {
    return refuse(
      'tests.older-than-artifact',
      `The tests ran at ${begunAt}, before ${what} was exported at ${release.managed.exportedAt}.`,
      'Run them again against the environment that holds this very artifact.',
    )
  }
  const evidence = {
    kind: 'test-report',
    ...{ report, tests, failures, skipped },
    finishedAt: now,
    ...(command === undefined ? {} : { command }),
  } as const
  const reasons = failed.map(({ name, message }) => ({ subject: name, message }))
  return accept({ verdict: failures === 0 ? 'approve' : 'reject', evidence, reasons })
}

function latestOf(stamp: string): number {
  const hasZone = /(?:z|[+-]\d\d:?\d\d)$/i.test(stamp.trim())
  return hasZone ? Date.parse(stamp) : Date.parse(`${stamp.trim()}Z`) + furthestZoneHours * 3_600_000
}
