import type { Instant } from '#domain/kernel'
import type { Deviation, DriftAssessment } from './drift.ts'

/** How many changes of a solution nobody has said anything about yet: the number behind `1.8.0.0 +3`. */
export function countOpen(assessment: DriftAssessment, solution: string): number {
  const name = solution.toLowerCase()
  return assessment.deviations.filter((deviation) => isOpen(deviation) && deviation.solution?.toLowerCase() === name).length
}

/** Whether changes may be there that could not be seen: then not even 0 is known. */
export function isPartlySeen({ unseen = [] }: DriftAssessment): boolean {
  return unseen.length > 0
}

/** `1.8.0.0 +3`: what Drover deployed, and how many changes there nobody has said anything about; `+3?` where more may be there. */
export function signalText(deployed: {
  readonly version: string
  readonly openChanges?: number | undefined
  readonly isPartlySeen?: boolean | undefined
}): string {
  const { version, openChanges = 0, isPartlySeen = false } = deployed
  const signal = `${openChanges === 0 ? '' : openChanges}${isPartlySeen ? '?' : ''}`
  return signal === '' ? version : `${version} +${signal}`
}

/** Whether somebody has to say what shall become of it. */
export function isOpen({ class: kind }: Deviation): boolean {
  return kind === 'unregistered' || kind === 'broken'
}

/** Changes that nobody has registered for longer than they may be so (PET-08). */
export function findOverdue(
  assessment: DriftAssessment,
  { now, days }: { readonly now: Instant; readonly days: number },
): readonly Deviation[] {
  const latest = Date.parse(now) - days * 86_400_000
  return assessment.deviations.filter((deviation) => deviation.class === 'unregistered' && Date.parse(deviation.since) < latest)
}
