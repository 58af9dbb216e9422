import type { CarePolicy } from '#domain/policy'

/**
 * Hours after which an environment is looked at again: as policy says, and never so seldom that an import that was not ours could stay
 * unfound for longer than policy gives (PIP-19). What is demanded within less than twice the margin leaves half of its time for the margin.
 */
export function hoursBetweenLooks(care: Pick<CarePolicy, 'observeEveryHours' | 'observeMarginHours' | 'foreignImportHours'>): number {
  const demanded = care.foreignImportHours.value
  return Math.min(care.observeEveryHours.value, Math.max(demanded - care.observeMarginHours.value, demanded / 2))
}
