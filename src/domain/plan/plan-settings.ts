import { describeSecret } from '#domain/environment'
import type { Refusal } from '#domain/kernel'
import { canonicalJson, refuse } from '#domain/kernel'
import { findMissingSettings, findUnknownSettings, isBlank, isSameName, valueOf } from '#domain/settings'
import type { ComponentParameters, PlanLine, PlannedValue } from './plan.ts'
import type { PlanFacts, PlanPart } from './plan-facts.ts'
import { findInstalled } from './plan-facts.ts'

/** Which values travel inside the import, and which are missing (STR-10). */
export function planSettings({ release, stageSettings, observed, content }: PlanFacts): PlanPart & {
  readonly environmentVariables: ComponentParameters['environmentVariables']
} {
  const template = release.settingsTemplate
  const missing = findMissingSettings(template, stageSettings)
  const environmentVariables = template.environmentVariables.flatMap(({ schemaName }) => {
    const value = valueOf(stageSettings.environmentVariables, schemaName)
    return value === undefined || isBlank(value) ? [] : [{ schemaName, value }]
  })
  const isInstalled = findInstalled(observed, release.solution) !== undefined
  const lines = template.environmentVariables.map(({ schemaName }): PlanLine => {
    const planned = environmentVariables.find((set) => set.schemaName === schemaName)
    const seen = observed.variables.find((candidate) => isSameName(candidate.schemaName, schemaName))
    const news = isInstalled && seen === undefined ? ' It is new with this release.' : ''
    if (planned !== undefined) {
      const isReplaced = content?.replacedValues?.some((name) => isSameName(name, schemaName)) === true
      const replaced = isReplaced ? ' It replaces another value that the target has.' : ''
      return { subject: schemaName, effect: 'set', message: `${describeSource(planned)}${replaced}${news}`, certainty: 'known' }
    }
    const message =
      seen?.hasValue === true
        ? 'Keeps the value that the target has; it wins over the default.'
        : 'Has no value of its own here: its default applies.'
    return { subject: schemaName, effect: 'leave', message: `${message}${news}`, certainty: 'known' }
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
  return {
    environmentVariables,
    lines: [...lines, ...warnings],
    blockers: [...blockers, ...refuseMissingSecrets(environmentVariables, observed)],
  }
}

/** A line never holds a value: whoever may read a plan need not be allowed to read what it sets. */
function describeSource({ value }: PlannedValue): string {
  return typeof value === 'string' ? 'Takes the value of the stage settings.' : `Takes the secret in ${describeSecret(value.secret)}.`
}

/** What a promotion will need and cannot have is said before anything is imported. */
function refuseMissingSecrets(planned: readonly PlannedValue[], observed: PlanFacts['observed']): Refusal[] {
  const reasons = planned.flatMap(({ schemaName, value }) => {
    if (typeof value === 'string') return []
    const missing = observed.missingSecrets.find(({ secret }) => canonicalJson(secret) === canonicalJson(value.secret))
    return missing === undefined ? [] : [{ subject: schemaName, message: missing.message }]
  })
  if (reasons.length === 0) return []
  return [
    refuse(
      'secret.absent',
      `The secrets for ${reasons.map((reason) => reason.subject).join(', ')} cannot be had.`,
      'Put each where its reference points, for the server and for every worker; nothing was imported.',
      reasons,
    ).refusal,
  ]
}
