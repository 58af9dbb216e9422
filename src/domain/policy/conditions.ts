import type { CareClass, Purpose } from '#domain/environment'
import type { Role } from '#domain/people'
import type { GateKind } from '#domain/pipeline'
import type { Tier } from '#domain/solution'
import { demandsOfClass } from './change-class-policy.ts'
import type { Policy } from './policy.ts'
import type { Sourced } from './sourced.ts'

/** How large a change is: `major` raises the first part of the version or destroys data; `minor` only adds, within the same first two parts. */
export type ChangeSize = 'major' | 'standard' | 'minor'

/** What a condition of the policy may ask of a promotion. What is undefined could not be told. */
export interface ConditionFacts {
  readonly tier: Tier
  /** Id of the stage. */
  readonly stage: string
  readonly environment: { readonly id: string; readonly careClass: CareClass; readonly purpose: Purpose }
  readonly change: {
    /** `emergency` for hotfixes and emergencies, otherwise the size. */
    readonly class: 'emergency' | ChangeSize | undefined
    /** The same of an emergency as of any other. */
    readonly size: ChangeSize | undefined
    /** Whether components go whose data or rights go with them. */
    readonly destroys: boolean | undefined
    /** Kinds of the components that are created, changed, hidden or destroyed. */
    readonly kinds: readonly string[] | undefined
  }
  readonly release: {
    readonly solution: string
    readonly version: string
    /** Whether nothing of the solution is there yet. */
    readonly isFirst: boolean | undefined
  }
  readonly requester: { readonly roles: readonly Role[] | undefined }
  readonly intent: 'release' | 'recovery' | 'hotfix' | 'emergency'
}

/** Evaluates the expressions of a policy; handed into the domain. */
export interface Conditions {
  /** What is wrong with an expression, in one sentence; undefined: nothing. */
  check(expression: string): string | undefined
  /** `unknown` where a fact that it needs could not be told, or it cannot be evaluated. */
  evaluate(expression: string, facts: ConditionFacts): boolean | 'unknown'
}

/** Gates that are demanded of some promotions only. */
export interface ConditionalDemand {
  /** In CEL, over {@link ConditionFacts}. */
  readonly when: string
  readonly gates: readonly GateKind[]
}

/** A conditional demand that holds for a promotion. */
export interface HeldDemand {
  readonly id: string
  readonly demand: Sourced<ConditionalDemand>
  /** It holds because nobody can tell that it does not. */
  readonly isUnknown: boolean
}

/** The conditional demands that hold, with those of the class of the change. Fails closed: what cannot be told, or evaluated, holds. */
export function demandsThatHold(policy: Policy, facts: ConditionFacts, conditions: Conditions | undefined): HeldDemand[] {
  const ofClass = demandsOfClass(policy.changeClasses, facts)
  const conditional = Object.entries(policy.demands).flatMap(([id, demand]) => {
    if (demand.value.gates.length === 0) return []
    const outcome = conditions?.evaluate(demand.value.when, facts) ?? 'unknown'
    return outcome === false ? [] : [{ id, demand, isUnknown: outcome === 'unknown' }]
  })
  return [...ofClass, ...conditional]
}
