import type { Instant, Reason } from '#domain/kernel'
import type { ConditionKind } from '#domain/pipeline'
import type { GateStatus, Promotion } from '#domain/promotion'
import { preferredWay } from '#domain/recovery'

/** The three lists of the release and deployment checklist (REL-07); each must be complete by itself. */
export type ReleaseList = 'testing-and-approval' | 'rollback-readiness' | 'post-deployment'

export interface ChecklistLine {
  readonly id: string
  readonly list: ReleaseList
  readonly title: string
  /** `not-asked`: its tier or intent does not ask for it. */
  readonly state: 'done' | 'open' | 'failed' | 'not-asked'
  readonly reasons: readonly Reason[]
  readonly at?: Instant | undefined
}

export interface ReleaseChecklist {
  readonly lines: readonly ChecklistLine[]
  /** Of each list: whether nothing of it is open or failed. */
  readonly complete: Readonly<Record<ReleaseList, boolean>>
}

export interface ChecklistFacts {
  readonly promotion: Promotion
  readonly gates: readonly GateStatus[]
}

/** The checklist of one promotion, filled from what is recorded of it; nothing of it is ticked by hand. */
export function makeReleaseChecklist(facts: ChecklistFacts): ReleaseChecklist {
  const lines = [...testingLines(facts), ...rollbackLines(facts), ...afterLines(facts)]
  const isComplete = (list: ReleaseList): boolean =>
    lines.filter((line) => line.list === list).every(({ state }) => state === 'done' || state === 'not-asked')
  return {
    lines,
    complete: {
      'testing-and-approval': isComplete('testing-and-approval'),
      'rollback-readiness': isComplete('rollback-readiness'),
      'post-deployment': isComplete('post-deployment'),
    },
  }
}

const testing: readonly (readonly [id: string, title: string, gates: readonly ConditionKind[]])[] = [
  ['REL-01', 'Build is packaged, versioned and committed', ['source-control', 'version-rises']],
  ['PIP-08', 'The target is ready and every value is there', ['settings', 'preflight', 'in-force']],
  ['REL-02', 'Automated tests', ['automated-tests']],
  ['ROL-07', 'Review by another person', ['review']],
  ['REL-03', 'Acceptance by its users', ['uat', 'test-lead']],
  ['REL-04', 'Security and governance', ['checks', 'security', 'tier']],
  ['PIP-02', 'It ran in the stage before', ['previous-stage', 'soak']],
  ['REL-05', 'The change is approved, in its time', ['approval', 'cab', 'emergency', 'train', 'review-window', 'change-window']],
]

function testingLines({ promotion, gates }: ChecklistFacts): readonly ChecklistLine[] {
  return testing.map(([id, title, kinds]) => {
    const line = fromGates(gates, kinds)
    const made = id === 'REL-01' ? [packaged(promotion)] : []
    const state = id === 'REL-01' && line.state === 'not-asked' ? 'done' : line.state
    return { id, list: 'testing-and-approval', title, state, reasons: [...made, ...line.reasons] }
  })
}

function packaged({ request }: Promotion): Reason {
  return { subject: request.releaseId, message: `${request.solution} ${request.version}, ${request.boundTo.artifact}.` }
}

function fromGates(gates: readonly GateStatus[], kinds: readonly ConditionKind[]): Pick<ChecklistLine, 'state' | 'reasons'> {
  const asked = gates.filter(({ kind }) => kinds.includes(kind))
  const reasons = asked.flatMap((gate) => gate.reasons)
  if (asked.length === 0) return { state: 'not-asked', reasons: [] }
  if (asked.some(({ state }) => state === 'closed')) return { state: 'failed', reasons }
  return { state: asked.every(({ state }) => state === 'open') ? 'done' : 'open', reasons }
}

function rollbackLines({ promotion, gates }: ChecklistFacts): readonly ChecklistLine[] {
  const list = 'rollback-readiness'
  const { recovery } = promotion.request
  const way = recovery && preferredWay(recovery)
  const known = fromGates(gates, ['recovery'])
  const losses = fromGates(gates, ['losses'])
  const rehearsal = way?.lastRehearsal
  return [
    { id: 'RDY-09', list, title: 'The way back is known, and as tested as its tier asks', ...known },
    {
      id: 'PET-13',
      list,
      title: 'What it goes back to is named',
      state: recovery === undefined ? 'not-asked' : way === undefined ? 'failed' : 'done',
      reasons:
        recovery?.knownGood === undefined
          ? []
          : [{ subject: recovery.knownGood.releaseId, message: `${recovery.solution} ${recovery.knownGood.version}.` }],
    },
    {
      id: 'REL-08',
      list,
      title: 'The way back was gone before',
      state: rehearsal === undefined ? 'not-asked' : rehearsal.outcome === 'succeeded' ? 'done' : 'failed',
      reasons: rehearsal === undefined ? [] : [{ subject: rehearsal.id, message: `At ${rehearsal.finishedAt}.` }],
      at: rehearsal?.finishedAt,
    },
    { id: 'STR-18', list, title: 'Owners know what data goes', ...losses },
    restorePointLine(promotion),
  ]
}

function restorePointLine(promotion: Promotion): ChecklistLine {
  const step = attemptsOf(promotion)
    .flatMap(({ steps }) => steps)
    .findLast((one) => one.step === 'restore-point')
  const title = 'A restore point was taken before it began'
  const base = { id: 'PET-02', list: 'rollback-readiness', title } as const
  if (step?.finishedAt === undefined) return { ...base, state: hasEnded(promotion) ? 'not-asked' : 'open', reasons: [] }
  const reasons = step.note === undefined ? [] : [{ subject: 'restore point', message: step.note }]
  return { ...base, state: step.outcome === 'done' ? 'done' : 'not-asked', reasons, at: step.finishedAt }
}

function afterLines({ promotion }: ChecklistFacts): readonly ChecklistLine[] {
  const { status, tag, tagFailure } = promotion
  const list = 'post-deployment'
  const isIn = status.state === 'succeeded'
  const isBad = status.state === 'failed' || status.state === 'rejected' || status.state === 'withdrawn'
  const verified: ChecklistLine = {
    id: 'REL-10',
    list,
    title: 'Verified by reading the target',
    state: isIn ? 'done' : isBad ? 'failed' : 'open',
    reasons: isIn ? status.verification.map((message) => ({ subject: 'verification', message })) : [],
    at: isIn ? status.attempt.finishedAt : undefined,
  }
  const tagged: ChecklistLine = {
    id: 'PIP-22',
    list,
    title: 'Tagged in source control',
    state: tag !== undefined ? 'done' : tagFailure !== undefined ? 'failed' : isIn ? 'not-asked' : 'open',
    reasons:
      tag === undefined
        ? tagFailure === undefined
          ? []
          : [{ subject: 'tag', message: tagFailure.message }]
        : [{ subject: 'tag', message: tag }],
  }
  return [verified, tagged]
}

function attemptsOf({ status, earlierAttempts }: Promotion): Promotion['earlierAttempts'] {
  return 'attempt' in status ? [...earlierAttempts, status.attempt] : earlierAttempts
}

function hasEnded({ status }: Promotion): boolean {
  return status.state === 'succeeded' || status.state === 'failed' || status.state === 'rejected' || status.state === 'withdrawn'
}
