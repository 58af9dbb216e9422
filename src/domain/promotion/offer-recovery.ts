import type { RecoveryWayKind } from '#domain/environment'
import type { RecoveryWay } from '#domain/recovery'
import { subjectWords } from '#domain/recovery'
import { mayHaveChanged } from './evaluate-hold.ts'
import { isSettled, owedGatesOf } from './owed.ts'
import type { Promotion } from './promotion.ts'

/** A way back that can be gone now, or what stands against it. */
export interface RecoveryOffer {
  /** `resume`: to be done first, where nobody can tell yet how it ended. Undefined where no way was planned, and the command finds one. */
  readonly kind: RecoveryWayKind | 'resume' | undefined
  readonly command: string
  /** What it does, or why it cannot be gone as things are. */
  readonly text: string
  readonly isPossible: boolean
}

/**
 * The ways back from a promotion that has changed its target and did not end well, the one to take first in front. Empty while nothing speaks for
 * going back: it did not change anything, is at work, or went well.
 */
export function offerRecovery(promotion: Promotion): readonly RecoveryOffer[] {
  const { status } = promotion
  const isBad = status.state === 'failed' || status.state === 'errored' || status.state === 'indeterminate'
  if ((!isBad && !didNotStand(promotion) && !isRefusedAfterwards(promotion)) || !mayHaveChanged(promotion)) return []
  return [...(status.state === 'failed' || status.state === 'succeeded' ? [] : [findOutFirst(promotion)]), ...offerWays(promotion)]
}

/** It went in, and a person said afterwards that it went wrong. */
export function didNotStand({ status, validations }: Promotion): boolean {
  return status.state === 'succeeded' && validations?.at(-1)?.outcome === 'failed'
}

/** A gate that it went past was decided since, and somebody said no. */
function isRefusedAfterwards(promotion: Promotion): boolean {
  return owedGatesOf(promotion).some((owed) => !isSettled(owed) && owed.given.some(({ verdict }) => verdict === 'reject'))
}

/** Work that may still be going on there is not gone over: another promotion of the solution is refused until it has ended. */
function findOutFirst({ request }: Promotion): RecoveryOffer {
  const text = 'First: it looks what became of the work there, and sends nothing twice. When it does not end well, go back.'
  return { kind: 'resume', command: `drover promotion resume ${request.promotionId} --reason "…"`, text, isPossible: true }
}

function offerWays(promotion: Promotion): readonly RecoveryOffer[] {
  const { request } = promotion
  const ways = request.recovery?.ways ?? []
  if (ways.length === 0) {
    const command = `drover rollback ${request.environmentId} ${request.solution} --reason "…"`
    return [{ kind: undefined, command, text: 'Goes back to what ran there before, by the first way that can be gone.', isPossible: true }]
  }
  const offers = ways.map((way): RecoveryOffer => {
    const isPossible = way.obstacles.length === 0
    const text = isPossible ? describeWay(way) : way.obstacles.map(({ message }) => message).join(' ')
    return { kind: way.kind, command: commandOf(way.kind, promotion), text, isPossible }
  })
  return [...offers.filter(({ isPossible }) => isPossible), ...offers.filter(({ isPossible }) => !isPossible)]
}

function describeWay({ steps, certainty, lastRehearsal, losses }: RecoveryWay): string {
  const practised =
    lastRehearsal === undefined
      ? 'Never rehearsed.'
      : `Last rehearsed ${lastRehearsal.finishedAt.slice(0, 10)}: ${lastRehearsal.outcome}, ${Math.ceil(lastRehearsal.durationMs / 60_000)} min.`
  const goes = losses.length === 0 ? '' : ` Data of ${losses.map(({ subject }) => subjectWords(subject)).join(', ')} goes.`
  const tried = certainty === 'known' ? '' : ' Whether it can be gone only trying tells.'
  return `${steps.join(' ')}${goes}${tried} ${practised}`
}

function commandOf(kind: RecoveryWayKind, { request }: Promotion): string {
  const { environmentId, solution } = request
  switch (kind) {
    case 'redeploy':
    case 'repack':
      return `drover rollback ${environmentId} ${solution} --way ${kind} --reason "…"`
    case 'uninstall':
      // The name is typed by whoever means it, and never pasted from here.
      return `drover rollback ${environmentId} ${solution} --way uninstall --confirm "<its name>" --reason "…"`
    case 'baseline':
      return `drover rollback ${environmentId} ${solution} --reason "…"`
    case 'roll-forward':
      return `drover hotfix start ${solution} --env ${environmentId} --reason "…"`
    case 'restore':
      return `drover recovery restore ${environmentId} --into <sandbox>`
  }
}
