import type { PersonId } from '#domain/kernel'
import type { Person, Role } from '#domain/people'
import { findPerson, hasRole } from '#domain/people'
import type { Promotion, PromotionRequest } from './promotion.ts'

/** Whoever asked may bring it on, or take it back; so may whoever runs releases. */
interface Asked {
  readonly request: Pick<PromotionRequest, 'requestedBy'>
}

const actingRoles: readonly Role[] = ['release-manager', 'platform-admin']

/** Whether somebody may bring a promotion on, or take it back. */
export function mayAct(promotion: Asked, actor: PersonId, people: readonly Person[]): boolean {
  if (findPerson(people, actor) === undefined) return false
  return actor === promotion.request.requestedBy || actingRoles.some((role) => hasRole(people, actor, role))
}

export function whoMayAct(promotion: Asked, people: readonly Person[]): string {
  const requester = findPerson(people, promotion.request.requestedBy)
  const roles = `a ${actingRoles.join(' or ')}`
  return requester === undefined ? `Ask ${roles}.` : `Ask ${requester.name}, who requested it, or ${roles}.`
}

/** A promotion in words, for messages. */
export function title({ request }: Promotion): string {
  return `promotion ${request.promotionId} (${request.solution} ${request.version} into ${request.stageId})`
}
