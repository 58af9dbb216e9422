import type { Decision } from '#domain/approval'
import type { PersonId, PromotionId, Result } from '#domain/kernel'
import { accept } from '#domain/kernel'
import type { PeopleGateKind } from '#domain/pipeline'
import { applyOverride } from '#domain/policy'
import type { OwedItem } from '#domain/promotion'
import { decideSignOff } from '#domain/promotion'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import type { PromotionView } from '../engine.ts'
import { loadRights } from '../people/rights.ts'
import { decide } from '../promotion/decide.ts'
import type { EmergencyCount } from './list-owed.ts'
import { countEmergencies, listOwedItems } from './list-owed.ts'

/** What is owed after promotions went past gates. */
export interface OwedView {
  /** The most urgent first. */
  readonly owed: readonly OwedItem[]
  readonly emergencies: readonly EmergencyCount[]
}

export interface OwedCommands {
  /** A word at a gate that a promotion did not wait for. */
  signOffPromotion(command: {
    readonly promotionId: PromotionId
    readonly gate: PeopleGateKind
    readonly verdict: Decision['verdict']
    readonly comment: string
    /** Whose place the person takes as their deputy. */
    readonly onBehalfOf?: PersonId | undefined
    readonly actor: PersonId
  }): Promise<Result<PromotionView>>
  listOwed(solution?: string): Promise<Result<OwedView>>
}

export function createOwedCommands(deps: EngineDependencies): OwedCommands {
  return {
    signOffPromotion: (command) =>
      decide(deps, command, async (promotion) => {
        const current = await requireConfiguration(deps)
        if (!current.ok) return current
        const { configuration } = current.value
        const { actor, gate, verdict, comment, onBehalfOf } = command
        const policy = applyOverride(deps.policy, configuration.policy)
        const place = onBehalfOf === undefined ? {} : { onBehalfOf }
        const staff = { configuration, policy, ...(await loadRights(deps, { ...current.value, policy })) }
        return decideSignOff(promotion, { gate, by: actor, verdict, comment, at: deps.clock.now(), ...place }, staff)
      }),
    listOwed: async (solution) => {
      const current = await requireConfiguration(deps)
      if (!current.ok) return current
      const { countedDays, many } = applyOverride(deps.policy, current.value.configuration.policy).emergencies
      return accept({
        owed: await listOwedItems(deps, solution),
        emergencies: await countEmergencies(deps, { days: countedDays.value, many: many.value }),
      })
    },
  }
}
