import type { Facts } from './governance-facts.ts'
import { hour, rolesOf } from './governance-facts.ts'

const waivable = ['checks', 'source-control', 'soak', 'review-window', 'preflight']

/** Something that was not as it should be, and what a waiver would have to name. */
export interface Waivable {
  readonly kind: 'gate' | 'check'
  readonly what: string
  readonly told: string
}

/** The waivers without which something would have been shut: whoever decided must have seen them. Of two for the same either was enough. */
export function neededOf(facts: Facts, shut: readonly Waivable[]): readonly string[] {
  return shut.map(({ kind, what }) => waiversOf(facts, kind, what)).flatMap((ids) => (ids.length === 1 ? ids : []))
}

export function isWaived(facts: Facts, kind: 'gate' | 'check', what: string): boolean {
  return waiversOf(facts, kind, what).length > 0
}

export function waiversOf(facts: Facts, kind: 'gate' | 'check', what: string): readonly string[] {
  const { before, release, request, configuration, governed, at, demands } = facts
  if (kind === 'gate' && !waivable.includes(what)) return []
  return before
    .filter(({ type }) => type === 'waiver-requested')
    .flatMap(({ stream, actor, data: { request: asked } }) => {
      const own = before.filter((entry) => entry.stream === stream)
      const said = own.find(({ type }) => type === 'waiver-decided')
      const isRevoked = own.some(({ type }) => type === 'waiver-revoked')
      const { waives, scope } = asked
      const isThis = waives.kind === kind && (kind === 'gate' ? waives.gate === what : waives.ruleId === what)
      const isHere =
        scope.solution === release.solution &&
        (scope.stageId ?? 'to-prod') === 'to-prod' &&
        (scope.artifact ?? release.managed.digest) === release.managed.digest // prettier-ignore
      const from = Math.max(Date.parse(asked.from), Date.parse(said?.at ?? ''))
      const holds = at >= from && at < Date.parse(asked.until) && at < Date.parse(asked.from) + demands.waiverDays * 24 * hour
      const approvers = kind === 'check' || what === 'checks' ? ['security', 'environment-owner'] : ['environment-owner']
      const isTwo = said !== undefined && said.actor !== actor && said.actor !== governed.owner && said.actor !== request.requestedBy
      const isRightful =
        said?.data.verdict === 'approve' && rolesOf(configuration, said.actor, facts).some((role) => approvers.includes(role))
      const isAsked = rolesOf(configuration, actor, facts).some((role) => ['maker', 'solution-owner', 'release-manager'].includes(role))
      return isThis && isHere && holds && !isRevoked && isTwo && isRightful && isAsked && actor === asked.requestedBy
        ? [asked.waiverId]
        : []
    }) // prettier-ignore
}
