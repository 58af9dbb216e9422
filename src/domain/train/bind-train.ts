import type { ApprovalBinding } from '#domain/approval'
import type { PromotionId } from '#domain/kernel'
import { canonicalJson } from '#domain/kernel'

/** What is decided on when somebody decides on a train: each of its promotions with all that a decision on it is bound to, in their order. */
export function bindTrain(
  members: readonly { readonly promotionId: PromotionId; readonly boundTo: ApprovalBinding }[],
  hash: (text: string) => string,
): string {
  return hash(canonicalJson(members.map(({ promotionId, boundTo }) => ({ promotionId, boundTo }))))
}
