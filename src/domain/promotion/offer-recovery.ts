import type { RecoveryWayKind } from '#domain/environment'
import type { RecoveryWay } from '#domain/recovery'
import { mayHaveChanged } from './evaluate-hold.ts'
import type { Promotion } from './promotion.ts'

/** A way back that can be gone now, or what stands against it. */
export interface RecoveryOffer {
  /** Undefined where no way was planned, and the command finds one. */
  readonly kind: RecoveryWayKind | undefined
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
  const { request, status } = promotion
  const isBad = status.state === 'failed' || status.state === 'errored' || status.state === 'indeterminate'
  if (!isBad || !mayHaveChanged(promotion)) return []
  const ways = request.recovery?.ways ?? []
  if (ways.length === 0) {
    const command = `drover rollback ${request.environmentId} ${request.solution} --reason "…"`
    return [{ kind: undefined, command, text: 'Goes back to what ran there before, by the first way that can be gone.', isPossible: true }]
  }
  return ways.map((way) => {
    const isPossible = way.obstacles.length === 0
    const text = isPossible ? describeWay(way) : way.obstacles.map(({ message }) => message).join(' ')
    return { kind: way.kind, command: commandOf(way.kind, promotion), text, isPossible }
  })
}

function describeWay({ steps, certainty, lastRehearsal, losses }: RecoveryWay): string {
  const practised =
    lastRehearsal === undefined
      ? 'Never rehearsed.'
      : `Last rehearsed ${lastRehearsal.finishedAt.slice(0, 10)}: ${lastRehearsal.outcome}, ${Math.ceil(lastRehearsal.durationMs / 60_000)} min.`
  const goes = losses.length === 0 ? '' : ` Data of ${losses.map(({ subject }) => subject).join(', ')} goes.`
  const tried = certainty === 'known' ? '' : ' Whether it can be gone only trying tells.'
  return `${steps.join(' ')}${goes}${tried} ${practised}`
}

function commandOf(kind: RecoveryWayKind, { request }: Promotion): string {
  const { environmentId, solution } = request
  switch (kind) {
    case 'redeploy':
    case 'repack':
    case 'uninstall':
      return `drover rollback ${environmentId} ${solution} --way ${kind} --reason "…"`
    case 'baseline':
      return `drover rollback ${environmentId} ${solution} --reason "…"`
    case 'roll-forward':
      return `drover hotfix start ${solution} --env ${environmentId} --reason "…"`
    case 'restore':
      return `drover recovery restore ${environmentId} --into <sandbox>`
  }
}
