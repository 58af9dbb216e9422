import { refuse } from '#domain/kernel'
import { findMissingSettings, findUnknownSettings, valueOf } from '#domain/settings'
import type { ComponentParameters, PlanLine } from './plan.ts'
import type { PlanFacts, PlanPart } from './plan-facts.ts'

/** Which values travel inside the import, and which are missing (STR-10). */
export function planSettings({ release, stageSettings, observed }: PlanFacts): PlanPart & {
  readonly environmentVariables: ComponentParameters['environmentVariables']
} {
  const template = release.settingsTemplate
  const missing = findMissingSettings(template, stageSettings)
  const environmentVariables = template.environmentVariables.flatMap(({ schemaName }) => {
    const value = valueOf(stageSettings.environmentVariables, schemaName)
    return value === undefined || value.trim() === '' ? [] : [{ schemaName, value }]
  })
  const lines = template.environmentVariables.map((variable): PlanLine => {
    const isSet = environmentVariables.some((set) => set.schemaName === variable.schemaName)
    if (isSet) return { subject: variable.schemaName, effect: 'set', message: 'Takes the value of the stage settings.', certainty: 'known' }
    const before = observed.variables.find((seen) => seen.schemaName.toLowerCase() === variable.schemaName.toLowerCase())?.value
    const message =
      before === undefined
        ? 'Has no value of its own here: its default applies.'
        : 'Keeps the value that the target has; it wins over the default.'
    return { subject: variable.schemaName, effect: 'leave', message, certainty: 'known' }
  })
  const warnings = findUnknownSettings(template, stageSettings).map(
    (reason): PlanLine => ({ ...reason, effect: 'warn', certainty: 'known' }),
  )
  const blockers =
    missing.length === 0
      ? []
      : [
          refuse(
            'STR-10',
            `The settings of the stage are not complete: ${missing.map((reason) => reason.subject).join(', ')}.`,
            `Add the named values under settings of ${release.solution} in drover.yaml and apply it.`,
            missing,
          ).refusal,
        ]
  return { environmentVariables, lines: [...lines, ...warnings], blockers }
}
