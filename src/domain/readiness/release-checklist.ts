import type { Instant, Reason } from '#domain/kernel'
import type { ConditionKind } from '#domain/pipeline'
import { gateName, isPeopleGate } from '#domain/pipeline'
import type { GateStatus, Promotion, WatchView } from '#domain/promotion'
import { attemptsOf, isSettled, owedGatesOf } from '#domain/promotion'
import type { RecoveryWay } from '#domain/recovery'
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
  /** How far the watch over it is; absent where none is asked, or nothing has arrived yet. */
  readonly watch?: WatchView | undefined
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
  const all = [...gates, ...goneBy(promotion)]
  return testing.map(([id, title, kinds]) => {
    const line = fromGates(all, kinds)
    const made = id === 'REL-01' ? [packaged(promotion)] : []
    const state = id === 'REL-01' && line.state === 'not-asked' ? 'done' : line.state
    return { id, list: 'testing-and-approval', title, state, reasons: [...made, ...line.reasons] }
  })
}

/** What an emergency or a hotfix went past is still asked, and is open until somebody has given it. */
function goneBy(promotion: Promotion): readonly GateStatus[] {
  const { intent } = promotion.request
  if (intent?.kind !== 'hotfix' && intent?.kind !== 'emergency') return []
  const settled = owedGatesOf(promotion).filter(isSettled)
  return intent.notWaitedFor.filter(isPeopleGate).map(({ kind }): GateStatus => {
    const isGiven = settled.some(({ gate }) => gate === kind)
    const message = isGiven ? 'Given afterwards.' : 'Not waited for; owed afterwards.'
    return { kind, state: isGiven ? 'open' : 'pending', reasons: [{ subject: gateName(kind), message }] }
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
  return [
    { id: 'RDY-09', list, title: 'The way back is known, and as tested as its tier asks', ...known },
    knownGoodLine(recovery),
    rehearsalLine(way?.lastRehearsal),
    { id: 'STR-18', list, title: 'Owners know what data goes', ...losses },
    restorePointLine(promotion),
  ]
}

function knownGoodLine(recovery: Promotion['request']['recovery']): ChecklistLine {
  const base = { id: 'PET-13', list: 'rollback-readiness', title: 'What it goes back to is named' } as const
  if (recovery === undefined) return { ...base, state: 'not-asked', reasons: [] }
  const { knownGood, solution } = recovery
  const reasons = knownGood === undefined ? [] : [{ subject: knownGood.releaseId, message: `${solution} ${knownGood.version}.` }]
  return { ...base, state: preferredWay(recovery) === undefined ? 'failed' : 'done', reasons }
}

function rehearsalLine(rehearsal: RecoveryWay['lastRehearsal']): ChecklistLine {
  const base = { id: 'REL-08', list: 'rollback-readiness', title: 'The way back was gone before' } as const
  if (rehearsal === undefined) return { ...base, state: 'not-asked', reasons: [] }
  const reasons = [{ subject: rehearsal.id, message: `At ${rehearsal.finishedAt}.` }]
  return { ...base, state: rehearsal.outcome === 'succeeded' ? 'done' : 'failed', reasons, at: rehearsal.finishedAt }
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

function afterLines({ promotion, gates, watch }: ChecklistFacts): readonly ChecklistLine[] {
  const { status } = promotion
  const list = 'post-deployment'
  const isIn = status.state === 'succeeded'
  const verified: ChecklistLine = {
    id: 'REL-10',
    list,
    title: 'Verified by reading the target',
    state: stateOfEnd(status.state),
    reasons: isIn ? status.verification.map((message) => ({ subject: 'verification', message })) : [],
    at: isIn ? status.attempt.finishedAt : undefined,
  }
  return [verified, watchLine(watch, gates), owedLine(promotion), tagLine(promotion)]
}

function stateOfEnd(state: Promotion['status']['state']): ChecklistLine['state'] {
  if (state === 'succeeded') return 'done'
  return state === 'failed' || state === 'rejected' || state === 'withdrawn' ? 'failed' : 'open'
}

function tagLine({ status, tag, tagFailure }: Promotion): ChecklistLine {
  const base = { id: 'PIP-22', list: 'post-deployment', title: 'Tagged in source control' } as const
  if (tag !== undefined) return { ...base, state: 'done', reasons: [{ subject: 'tag', message: tag }] }
  if (tagFailure !== undefined) return { ...base, state: 'failed', reasons: [{ subject: 'tag', message: tagFailure.message }] }
  return { ...base, state: status.state === 'succeeded' ? 'not-asked' : 'open', reasons: [] }
}

/** Before it arrives: whether somebody is named who watches; afterwards: how that went. */
function watchLine(watch: WatchView | undefined, gates: readonly GateStatus[]): ChecklistLine {
  const base = { id: 'REL-06', list: 'post-deployment', title: 'Validated and watched' } as const
  const named = fromGates(gates, ['validation'])
  if (watch === undefined) return { ...base, ...named, state: named.state === 'done' ? 'open' : named.state }
  if (watch.state === 'passed') return { ...base, state: 'done', reasons: named.reasons }
  if (watch.state === 'failed' || watch.isOverdue) return { ...base, state: 'failed', reasons: named.reasons }
  const message = watch.until === undefined ? `Somebody says how it went until ${watch.by ?? 'now'}.` : `Watched until ${watch.until}.`
  return { ...base, state: 'open', reasons: [{ subject: 'watch', message }] }
}

/** What it went past is given afterwards (REL-12). */
function owedLine(promotion: Promotion): ChecklistLine {
  const owed = owedGatesOf(promotion)
  const base = { id: 'REL-12', list: 'post-deployment', title: 'What it went past was given afterwards' } as const
  if (owed.length === 0) return { ...base, state: 'not-asked', reasons: [] }
  const reasons = owed.map((one) => ({ subject: gateName(one.gate), message: isSettled(one) ? 'Given.' : `Due ${one.dueAt}.` }))
  const isRefused = owed.some((one) => !isSettled(one) && one.given.some(({ verdict }) => verdict === 'reject'))
  if (isRefused) return { ...base, state: 'failed', reasons }
  return { ...base, state: owed.every(isSettled) ? 'done' : 'open', reasons }
}

function hasEnded({ status }: Promotion): boolean {
  return status.state === 'succeeded' || status.state === 'failed' || status.state === 'rejected' || status.state === 'withdrawn'
}
