import type { Rule } from '#domain/check'
import type { Instant, PersonId, StageId } from '#domain/kernel'
import type { Role } from '#domain/people'
import type { Configuration, MachineGateKind } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import { actingOn, refuseActor } from '#domain/policy'
import { approversOf, decideRevocation, decideWaiver } from './decide-waiver.ts'
import type { WaivedRule, Waiver } from './waiver.ts'
import { stateOfWaiver } from './waiver.ts'

interface Rules {
  readonly configuration: Configuration
  readonly policy: Pick<Policy, 'waivers'>
  readonly now: Instant
}

export const waiverDeeds = ['approve', 'reject', 'revoke'] as const

/** What one person may say of a waiver now. */
export interface WaiverPermit {
  readonly may: readonly (typeof waiverDeeds)[number][]
  /** Of one that nobody decided yet: why not they, and whom to ask. */
  readonly whyNot?: string
}

/** Judged by the same rules that a word of theirs would be. */
export function permitOf(waiver: Waiver, rules: Rules, viewer: PersonId): WaiverPermit {
  const said = { actor: viewer, comment: 'asked', reason: 'asked' }
  const decided = {
    approve: decideWaiver(waiver, rules, { ...said, verdict: 'approve' }),
    reject: decideWaiver(waiver, rules, { ...said, verdict: 'reject' }),
    revoke: decideRevocation(waiver, rules, said),
  }
  const may = waiverDeeds.filter((deed) => decided[deed].ok)
  if (decided.approve.ok || stateOfWaiver(waiver, rules.now) !== 'proposed') return { may }
  const { message, hint } = decided.approve.refusal
  return { may, whyNot: `${message} ${hint}` }
}

/** What one person may ask to be excepted, and where. */
export interface WaiverChoices {
  readonly rules: readonly { readonly waives: WaivedRule; readonly title?: string; readonly approvers: readonly Role[] }[]
  readonly solutions: readonly {
    readonly solution: string
    readonly longestDays: number
    readonly stages: readonly { readonly id: StageId; readonly name: string }[]
  }[]
  /** Where there is no such solution: why, and whom to ask. */
  readonly whyNot?: string
}

export function waiverChoices({ configuration, policy }: Rules, viewer: PersonId, checkRules: readonly Rule[]): WaiverChoices {
  const { mayAsk, longestDays, gateApprovers } = policy.waivers
  const refusals = configuration.solutions.map(({ uniqueName }) =>
    refuseActor(actingOn(configuration, { solution: uniqueName }), viewer, { may: mayAsk, deed: 'ask for a waiver' }),
  )
  const solutions = configuration.solutions
    .filter((_, index) => refusals[index] === undefined)
    .map(({ uniqueName, tier, pipeline }) => ({
      solution: uniqueName,
      longestDays: longestDays[tier].value,
      stages: (configuration.pipelines.find(({ id }) => id === pipeline)?.stages ?? []).map(({ id, name }) => ({ id, name })),
    }))
  // The keys of the approvers are kinds of gates.
  const gates = (Object.keys(gateApprovers) as MachineGateKind[]).map((gate) => ({ waives: { kind: 'gate' as const, gate } }))
  const checks = checkRules.map(({ id, title }) => ({ waives: { kind: 'check' as const, ruleId: id }, title }))
  const rules = [...gates, ...checks].flatMap((one) => {
    const approvers = approversOf(policy, one.waives)?.value ?? []
    return approvers.length === 0 ? [] : [{ ...one, approvers }]
  })
  const refused = refusals.find((refusal) => refusal !== undefined)
  const isRefused = solutions.length === 0 && refused !== undefined && !refused.ok
  return { rules, solutions, ...(isRefused ? { whyNot: `${refused.refusal.message} ${refused.refusal.hint}` } : {}) }
}
