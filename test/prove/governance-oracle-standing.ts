import type { Facts, Json } from './governance-facts.ts'
import { gateOf, kindOf, namedAt } from './governance-facts.ts'

const day = 86_400_000

/** What of the time and of the way back stood against it when the work began. */
export function judgeStanding(facts: Facts, wasThereBefore: boolean): string[] {
  const { rehearsal, when } = { rehearsal: lacksRehearsal(facts, wasThereBefore), when: shutBy(facts) }
  return [
    ...(when === undefined ? [] : [`production took nothing then: ${when}`]),
    ...(rehearsal ? ['no way back was gone for practice'] : []),
  ]
}

/** By the windows and freezes of the stage on the clock of the configuration's zone; an emergency goes past windows alone. */
function shutBy({ configuration, governed, request, at }: Facts): string | undefined {
  const pipeline = configuration.pipelines.find((one: Json) => one.id === governed.pipeline)
  const { changeWindows, freezes = [] } = pipeline?.stages.find((one: Json) => one.environment === 'prod') ?? {}
  const { weekday, time, stamp } = clockOf(at, configuration.timeZone)
  if (freezes.some((freeze: Json) => freeze.from <= stamp && stamp < freeze.to)) return 'a freeze'
  if (changeWindows === undefined || request.intent?.kind === 'emergency') return undefined
  const isWithin = (window: Json): boolean => window.days.includes(weekday) && window.from <= time && time < window.to
  return changeWindows.some(isWithin) ? undefined : 'no change window'
}

function clockOf(at: number, timeZone: string) {
  const form = { timeZone, hourCycle: 'h23', weekday: 'short', year: 'numeric', month: '2-digit', day: '2-digit' } as const
  const parts = new Intl.DateTimeFormat('en-GB', { ...form, hour: '2-digit', minute: '2-digit' }).formatToParts(at)
  const part = (of: string): string => parts.find(({ type }) => type === of)?.value ?? ''
  const time = `${part('hour')}:${part('minute')}`
  return { weekday: part('weekday').toLowerCase(), time, stamp: `${part('year')}-${part('month')}-${part('day')}T${time}` }
}

/** The first release there has nothing to go back to, and what others brought nothing that could be brought again. */
function lacksRehearsal({ before, own, request, release, configuration, at, tier }: Facts, wasThereBefore: boolean): boolean {
  const plan = own.findLast(({ type }) => type === 'plan-renewed')?.data.plan ?? request.plan
  const set = configuration.policy?.values.find((one: Json) => one.path === `tiers.${tier}.recovery`)?.value
  const demand = set ?? { kind: 'rehearsed', within: tier === 4 ? 'major' : 365 }
  if (demand.kind !== 'rehearsed' || !wasThereBefore || plan.fromVersion?.startsWith(byOthers) === true) return false
  const major = (version: string): string => version.split('.')[0] ?? ''
  return !before.some(({ type, data }) => {
    if (type !== 'recovery-rehearsed' || data.environmentId !== 'prod') return false
    const { solution, outcome, way, from, finishedAt } = data.rehearsal
    const isRecent = demand.within === 'major' ? major(from) === major(release.version) : at - Date.parse(finishedAt) <= demand.within * day
    return solution === release.solution && outcome === 'succeeded' && ['redeploy', 'repack'].includes(way) && isRecent
  })
}

/** How the versions begin that somebody imports by hand. */
const byOthers = '0.9.'

/** Lines of the plan in force that nobody could tell, and that no word of somebody who may covers. */
export function isUnanswered(facts: Facts): boolean {
  const { own, request, release, configuration, tier, demands } = facts
  const plan = own.findLast(({ type }) => type === 'plan-renewed')?.data.plan ?? request.plan
  const lines: readonly Json[] = [...plan.lines, ...plan.content].filter(({ certainty }: Json) => certainty === 'unknown')
  if (lines.length === 0) return false
  const path = request.intent?.kind === 'emergency' ? 'gates.unknownWhenUrgent' : `gates.unknownIntoPet.${tier}`
  const set = configuration.policy?.values.find((one: Json) => one.path === path)?.value
  if ((set ?? (request.intent?.kind === 'emergency' ? 'acknowledged' : 'waived')) !== 'acknowledged') return true
  const tooClose = [request.requestedBy, ...(demands.notByMaker.length > 0 ? [release.sealedBy] : [])]
  const named = [...demands.gates, 'emergency'].flatMap((gate) => (gateOf(facts, gate) === undefined ? [] : namedAt(facts, gate)))
  const isRightful = (by: string): boolean =>
    !tooClose.includes(by) && kindOf(configuration, by) !== 'service' && (named.includes(by) || request.intent?.kind === 'emergency')
  const words = own
    .filter(({ type, actor, data }) => type === 'unknown-acknowledged' && data.acknowledgement.by === actor)
    .map(({ data }) => data.acknowledgement)
    .filter(({ by, artifact }) => isRightful(by) && artifact === release.managed.digest)
  return lines.some(({ message }) => !words.some(({ of }) => of.some((one: Json) => one.message === message)))
}
