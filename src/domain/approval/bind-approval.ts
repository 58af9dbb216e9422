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

/**
 * What a door names with a yes, so that nobody agrees to what they were not shown: the plan by its hash, the way back, which may change while
 * the plan does not, and the waivers that it leans on.
 */
export function seenText({ plan, recovery, waivers = [] }: Pick<ApprovalBinding, 'plan' | 'recovery' | 'waivers'>): string {
  return [recovery === undefined ? plan : `${plan}~${recovery}`, ...waivers].join('+')
}

/** The same read back; what is no such text names a plan that there is not. */
export function parseSeen(text: string): Seen {
  const [shown = '', ...waivers] = text.split('+')
  const [plan = '', ...recovery] = shown.split('~')
  return { plan, ...(recovery.length === 0 ? {} : { recovery: recovery.join('~') }), waivers: waivers.sort() }
}

type Seen = Pick<ApprovalBinding, 'plan' | 'recovery'> & { readonly waivers: readonly string[] }

/** What a word is bound to that was given on what somebody looked at; undefined: on what is shown now, and no waiver. */
export function bindSeen(shown: ApprovalBinding, text: string | undefined): ApprovalBinding {
  const { recovery: _recovery, waivers: _waivers, ...rest } = shown
  const { recovery, waivers, plan } = text === undefined ? { ...shown, waivers: [] } : parseSeen(text)
  return { ...rest, plan, ...(recovery === undefined ? {} : { recovery }), ...(waivers.length === 0 ? {} : { waivers }) }
}

/** A binding as the ledger holds it: those from before more than artifact and plan was bound are equal only to their own kind. */
export function fillBinding(recorded: Pick<ApprovalBinding, 'artifact' | 'plan'> & Partial<ApprovalBinding>): ApprovalBinding {
  return { settings: '', fingerprint: '', policy: '', ...recorded }
}
