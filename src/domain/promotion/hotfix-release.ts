import { laneOf } from '#domain/environment'
import { refuse } from '#domain/kernel'
import type { GateKind } from '#domain/pipeline'
import type { HotfixOfRelease } from '#domain/release'
import { gatesGoneBy, goneByInEmergency, withHolidays } from './emergency.ts'
import type { StageOnTheWay } from './find-stage.ts'
import type { PromotionRequest } from './promotion.ts'
import type { RequestFacts } from './request-facts.ts'

/** What a hotfix's request says of itself: why, and which gates it goes past (PIP-06: a documented exception). */
export function intentOfHotfix(
  { release, policy, configuration, now }: Pick<RequestFacts, 'release' | 'policy' | 'configuration' | 'now'>,
  way: Pick<StageOnTheWay, 'governed' | 'stage' | 'environment'>,
): Pick<PromotionRequest, 'intent'> {
  if (release.hotfix === undefined) return {}
  const { hotfixId, reason } = release.hotfix
  return {
    intent: {
      kind: 'hotfix',
      hotfixId,
      reason,
      notWaitedFor: gatesGoneBy(way, { policy, configuration }, policy.hotfix.notWaitedFor.value),
      signOffWorkingDays: policy.hotfix.signOffWorkingDays.value,
      ...withHolidays(policy, now),
    },
  }
}

/** Whether a release stands before a gate until it opens: a hotfix and an emergency go past those that policy names. */
export function isWaitedFor(
  { release, policy, emergency }: Pick<RequestFacts, 'release' | 'policy' | 'emergency'>,
  kind: GateKind,
): boolean {
  if (emergency !== undefined && goneByInEmergency(policy).includes(kind)) return false
  return release.hotfix === undefined || !policy.hotfix.notWaitedFor.value.includes(kind)
}

/**
 * A release of an abandoned hotfix goes nowhere. A release of main that lacks what a hotfix mended in that place would silently take it back (release-facts §6). Whether it has it was told by
 * its content when it was sealed; releases sealed after another one of main had it are later work on it, and main's own affair.
 */
export function refuseUnmerged(
  facts: RequestFacts,
  { environment }: Pick<StageOnTheWay, 'environment'>,
): ReturnType<typeof refuse> | undefined {
  const { release, hotfixes = [] } = facts
  if (release.hotfix !== undefined) return facts.isHotfixAbandoned === true ? refuseAbandoned(release, release.hotfix) : undefined
  const lacking = hotfixes.filter(
    ({ releaseId, lane, carriedAt }) =>
      lane === laneOf(environment) &&
      release.carries?.includes(releaseId) !== true &&
      !(carriedAt !== undefined && Date.parse(carriedAt) < Date.parse(release.sealedAt)),
  )
  const first = lacking[0]
  if (first === undefined) return undefined
  return refuse(
    'hotfix.not-merged',
    `${release.solution} ${release.version} does not have what hotfix ${lacking.map(({ hotfixId }) => hotfixId).join(', ')} mended in ${environment.name}; it would silently take it back.`,
    `Bring it into Dev with \`drover hotfix merge ${first.hotfixId} --into-dev\`, prepare a new release, and ask for that.`,
    lacking.map(({ hotfixId, version }) => ({
      subject: hotfixId,
      message: `It went into ${environment.name} as ${version}, and this release was sealed without its content.`,
    })),
  )
}

function refuseAbandoned({ solution, version }: RequestFacts['release'], { hotfixId }: HotfixOfRelease): ReturnType<typeof refuse> {
  return refuse(
    'hotfix.not-open',
    `${solution} ${version} belongs to hotfix ${hotfixId}, which was abandoned: nobody would bring it to main.`,
    'Start a hotfix anew, and make the change there.',
  )
}
