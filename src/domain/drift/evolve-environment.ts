import type { EnvironmentId } from '#domain/kernel'
import { evolveChangeRequests } from './change-request.ts'
import type { EnvironmentEvent, EnvironmentRecord } from './environment-record.ts'
import { evolveCare } from './evolve-care.ts'

const prefix = 'environment/'

/** Stream of what the ledger knows of the place that a lane names. */
export function environmentStream(lane: string): string {
  return `${prefix}${lane}`
}

/**
 * What the ledger knows of an environment after one more event. An event that says nothing about the record itself, for example work on a
 * left-over upgrade, leaves it as it is.
 */
export function evolveEnvironment(record: EnvironmentRecord | undefined, event: EnvironmentEvent): EnvironmentRecord | undefined {
  const environmentId = environmentOf(event) ?? record?.environmentId
  if (environmentId === undefined) return record
  const current = record ?? unknownEnvironment(environmentId, event.stream.slice(prefix.length))
  switch (event.type) {
    case 'environment-observed': {
      const { digest, observedAt, summary } = event.data
      return { ...current, environmentId, observed: { digest, at: observedAt, summary } }
    }
    case 'baseline-accepted':
      return { ...current, environmentId, baseline: event.data.baseline }
    case 'drift-assessed':
      return { ...current, environmentId, drift: event.data.assessment }
    case 'tweak-registered':
      return { ...current, tweaks: [{ ...event.data.tweak, endedAt: undefined, endedWhy: undefined }, ...current.tweaks] }
    case 'tweak-ended': {
      const { tweakId, why } = event.data
      const isMeant = (tweak: EnvironmentRecord['tweaks'][number]): boolean => tweak.id === tweakId && tweak.endedAt === undefined
      return {
        ...current,
        tweaks: current.tweaks.map((tweak) => (isMeant(tweak) ? { ...tweak, endedAt: event.at, endedWhy: why } : tweak)),
      }
    }
    case 'disposition-changed':
      return { ...current, dispositions: { ...current.dispositions, [event.data.deviation]: event.data.disposition } }
    case 'upgrade-work-changed': {
      const { work } = event.data
      return { ...current, upgrades: { ...current.upgrades, [work.id]: work } }
    }
    case 'conflict-decided': {
      const { decision } = event.data
      const others = (current.conflicts ?? []).filter((one) => one.component !== decision.component || one.solution !== decision.solution)
      return { ...current, conflicts: [decision, ...others] }
    }
    case 'protection-changed': {
      const { isOn, reason } = event.data
      // Whoever acts on an environment is a person; the ledger writes all actors alike.
      const by = event.actor as NonNullable<EnvironmentRecord['protection']>['by']
      return { ...current, protection: { isOn, by, at: event.at, reason } }
    }
    default:
      return evolveCare(current, event) ?? evolveChangeRequests(current, event) ?? record
  }
}

/** Before anything was seen of it or said about it. */
export function unknownEnvironment(environmentId: EnvironmentId, lane: string): EnvironmentRecord {
  return {
    environmentId,
    lane,
    observed: undefined,
    baseline: undefined,
    tweaks: [],
    drift: undefined,
    dispositions: {},
    upgrades: {},
    protection: undefined,
  }
}

function environmentOf(event: EnvironmentEvent): EnvironmentId | undefined {
  if (event.type === 'drift-assessed') return event.data.assessment.environmentId
  if (event.type === 'upgrade-work-changed') return event.data.work.environmentId
  return 'environmentId' in event.data ? event.data.environmentId : undefined
}
