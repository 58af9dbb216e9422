import type { RestorePointProspect } from '#domain/environment'
import type { Plan, PlanLine } from './plan.ts'

/**
 * The plan with what happens to a pet before anything in it is changed: the platform takes a restore point, or none can be had. Neither is
 * ever sure: only taking one tells. A plan for cattle stays as it is.
 */
export function withRestorePoint(
  plan: Plan,
  of: { readonly environment: { readonly name: string }; readonly prospect: RestorePointProspect | undefined },
): Plan {
  const { environment, prospect } = of
  if (prospect === undefined) return plan
  const lines = [...plan.lines, lineOf(environment.name, prospect)]
  if (prospect.state === 'none') return { ...plan, lines }
  const steps = plan.steps.flatMap((step) => (step === 'observe' ? (['observe', 'restore-point'] as const) : [step]))
  return { ...plan, lines, steps }
}

function lineOf(subject: string, prospect: RestorePointProspect): PlanLine {
  const message =
    prospect.state === 'planned'
      ? "The platform is asked for a restore point first: a time stamp that would rewind everybody's rows. It opens no gate."
      : `No restore point is taken before: ${prospect.why}`
  return { subject, effect: 'warn', message, certainty: 'assumed' }
}
