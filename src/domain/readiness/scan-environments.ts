import type { Environment } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { Pipeline } from '#domain/pipeline'
import { findEnvironment } from '#domain/pipeline'
import type { Scan } from './readiness.ts'
import type { TenantFacts } from './readiness-facts.ts'
import type { Found } from './scan-each.ts'
import { isNot, isSo, scanEach } from './scan-each.ts'

/** Every way that a solution goes has a place to make, one to test and one to work, apart from each other and named by what they are for. */
export function scanSeparation(facts: TenantFacts): Scan {
  const { pipelines, solutions } = facts.configuration
  const used = pipelines.filter(({ id }) => solutions.some(({ pipeline }) => pipeline === id))
  return scanEach(
    used.map((pipeline) => judgeWay(pipeline, facts)),
    { subject: 'pipelines', message: 'No solution is governed yet, so no way is there to look at.' },
  )
}

function judgeWay(pipeline: Pipeline, facts: TenantFacts): Found {
  const ids = [pipeline.source, ...pipeline.stages.map(({ environment }) => environment)]
  const places = ids.flatMap((id) => findEnvironment(facts.configuration, id) ?? [])
  const purposes = new Set(places.map(({ purpose }) => purpose))
  const lacking = [
    ...(purposes.has('development') ? [] : ['no development environment']),
    ...(purposes.has('test') || purposes.has('acceptance') ? [] : ['no test environment']),
    ...(purposes.has('production') ? [] : ['no production environment']),
    ...(new Set(places.map(laneOf)).size === ids.length ? [] : ['two stages lead to one address']),
    ...places.filter((place) => !isNamedByPurpose(place, facts)).map(({ name, purpose }) => `the name ${name} does not say ${purpose}`),
  ]
  const subject = `pipeline ${pipeline.name}`
  if (lacking.length > 0) return isNot(subject, `${lacking.join('; ')}.`)
  return isSo(subject, `${places.map(({ name }) => name).join(' → ')}, each at an address of its own.`, facts.appliedAt)
}

function isNamedByPurpose({ name, purpose }: Environment, { policy }: TenantFacts): boolean {
  const words = policy.readiness.nameWords.value[purpose]
  return words === undefined || words.some((word) => name.toLowerCase().includes(word))
}

export function scanDisposable({ configuration, now, appliedAt }: TenantFacts): Scan {
  const disposable = configuration.environments.filter(
    ({ careClass, endsAt }) => careClass === 'cattle' && endsAt !== undefined && Date.parse(endsAt) > Date.parse(now),
  )
  if (disposable.length === 0)
    return { told: 'no', reasons: [{ subject: 'environments', message: 'None is cattle with an end that is still to come.' }] }
  return {
    told: 'yes',
    reasons: disposable.map(({ name, endsAt }) => ({ subject: name, message: `It is removed at ${endsAt}.` })),
    at: appliedAt,
  }
}

/** A sandbox without an end is never cleared away; who answers for it is asked of every environment by the configuration. */
export function scanLifecycle({ configuration, policy, appliedAt }: TenantFacts): Scan {
  const sandboxes = configuration.environments.filter(({ purpose }) => purpose === 'sandbox')
  const { endWarningDays, keepDays } = policy.care
  const rule = isSo(
    'policy',
    `Who owns a disposable environment is warned ${endWarningDays.value} days before its end, which one word puts off by at most ${keepDays.value}.`,
    appliedAt,
  )
  const found = sandboxes.map(({ name, endsAt }) =>
    endsAt === undefined ? isNot(name, 'It is a sandbox and has no end.') : isSo(name, `It ends at ${endsAt}.`, appliedAt),
  )
  return scanEach([rule, ...found], rule.reason)
}
