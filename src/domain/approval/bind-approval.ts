import type { Digest } from '#domain/kernel'
import type { Plan } from '#domain/plan'
import { hashPlan, hashSettings } from '#domain/plan'
import type { ApprovalBinding } from './approval.ts'

/** What is decided on when somebody decides on this artifact going in by this plan, under this version of the policy. */
export function bindApproval(
  content: { readonly artifact: Digest; readonly plan: Plan; readonly policyVersion: string; readonly recovery?: string | undefined },
  hash: (text: string) => string,
): ApprovalBinding {
  const { artifact, plan, policyVersion, recovery } = content
  return {
    artifact,
    settings: hashSettings(plan, hash),
    plan: hashPlan(plan, hash),
    fingerprint: plan.fingerprint,
    policy: policyVersion,
    ...(recovery === undefined ? {} : { recovery }),
  }
}

/** What a door names with a yes, so that nobody agrees to what they were not shown: the plan by its hash, and the waivers that it leans on. */
export function seenText({ plan, waivers = [] }: Pick<ApprovalBinding, 'plan' | 'waivers'>): string {
  return [plan, ...waivers].join('+')
}

/** The same read back; what is no such text names a plan that there is not. */
export function parseSeen(text: string): Required<Pick<ApprovalBinding, 'plan'>> & { readonly waivers: readonly string[] } {
  const [plan = '', ...waivers] = text.split('+')
  return { plan, waivers: waivers.sort() }
}

/** A binding as the ledger holds it: those from before more than artifact and plan was bound are equal only to their own kind. */
export function fillBinding(recorded: Pick<ApprovalBinding, 'artifact' | 'plan'> & Partial<ApprovalBinding>): ApprovalBinding {
  return { settings: '', fingerprint: '', policy: '', ...recorded }
}
