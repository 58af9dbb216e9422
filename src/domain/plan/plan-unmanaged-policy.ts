import { layerPolicyOf } from '#domain/environment'
import type { Refusal } from '#domain/kernel'
import { refuse } from '#domain/kernel'
import type { PlanFacts, PlanPart } from './plan-facts.ts'
import type { PlanLine } from './plan.ts'

/**
 * What the layer policy of the target wants of a promotion into it (PET-10): a strict environment blocks unmanaged changes, or it is not
 * entered. The default, a register of tweaks, wants nothing more than the register.
 */
export function planLayerPolicy({ environment, unmanagedBlock }: Pick<PlanFacts, 'environment' | 'unmanagedBlock'>): PlanPart {
  const { kind, reason } = layerPolicyOf(environment)
  const name = environment.name ?? environment.id
  if (kind === 'register') return { lines: [], blockers: [] }
  if (kind === 'protective') {
    const message = `${name} is protective: work for this customer alone may be unmanaged there (${reason}). A promotion brings the managed artifact all the same.`
    return { lines: [line(message, 'leave', 'known')], blockers: [] }
  }
  const isBlocked = unmanagedBlock?.isBlocked
  if (isBlocked === undefined) {
    return { lines: [line(`${name} is strict; whether it blocks unmanaged changes cannot be read.`, 'warn', 'unknown')], blockers: [] }
  }
  if (isBlocked) return { lines: [line(`${name} is strict and blocks unmanaged changes (${reason}).`, 'leave', 'known')], blockers: [] }
  return { lines: [], blockers: [notBlocked(name, environment.id, reason)] }
}

function line(message: string, effect: PlanLine['effect'], certainty: PlanLine['certainty']): PlanLine {
  return { subject: 'layer policy', effect, message, certainty }
}

function notBlocked(name: string, id: string, reason: string): Refusal {
  return refuse(
    'environment.not-protected',
    `${name} is strict, and unmanaged changes are not blocked there: what goes in could be changed by hand.`,
    `Switch the block on with \`drover env protect ${id}\`, or give the environment another layerPolicy.`,
    [{ subject: 'layer policy', message: `strict: ${reason}` }],
  ).refusal
}
