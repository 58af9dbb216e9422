import type { Environment, ObservedState } from '#domain/environment'
import { laneOf } from '#domain/environment'
import { refuse } from '#domain/kernel'
import type { Release } from '#domain/release'
import type { Plan } from './plan.ts'
import { planContent } from './plan-content.ts'
import type { PlannedContent } from './plan-facts.ts'
import { findInstalled } from './plan-facts.ts'
import { savedBefore } from './plan-losses.ts'

export interface UninstallFacts {
  readonly release: Release
  readonly environment: Environment
  readonly observed: ObservedState
  /** The forecast for a release that has nothing. */
  readonly content: PlannedContent
}

/** What uninstalling the first release of a solution takes along, and what forbids it: others that build on it keep it (facts-2 §8). */
export function planUninstall({ release, environment, observed, content }: UninstallFacts): Plan {
  const installed = findInstalled(observed, release.solution)
  const { components, lines, rescue, watched, unseen, fingerprint, blockers } = planContent({
    ...{ release, environment, observed, content, removedComponents: 'unknown', earlierFlows: undefined },
    stageSettings: { environmentVariables: {}, connectionReferences: {}, flows: {} },
  })
  const { userId, objectId } = observed.identity
  const goes = `${release.solution} ${installed?.version ?? ''} is uninstalled, and what no other solution holds is deleted with it.`
  return {
    target: { environmentId: environment.id, lane: laneOf(environment), identity: { userId, objectId } },
    mode: 'uninstall',
    modeReason: `${release.solution} ${release.version} was the first release here: before it, nothing of it was there.`,
    fromVersion: installed?.version,
    toVersion: release.version,
    parameters: { connectionReferences: [], environmentVariables: [] },
    flows: [],
    lines: [{ subject: release.solution, effect: 'delete', message: goes, certainty: 'known' }, ...lines],
    content: components.map((component) => ({
      ...component,
      message: component.message.replace('is no longer in the release and is deleted', 'is deleted'),
    })),
    rescue,
    ...(watched === undefined ? {} : { watched }),
    saferWay: [],
    unseen,
    fingerprint,
    steps: [
      'observe',
      ...(environment.careClass === 'pet' ? (['restore-point'] as const) : []),
      ...(savedBefore({ rescue, watched }).length > 0 ? (['rescue'] as const) : []),
      'uninstall',
      'verify',
    ],
    blockers: [...blockers, ...findMisfits(release, installed)],
  }
}

function findMisfits(release: Release, installed: ReturnType<typeof findInstalled>): Plan['blockers'] {
  if (installed === undefined) {
    const message = `${release.solution} is not installed there, so there is nothing to uninstall.`
    return [refuse('recovery.nothing-there', message, 'Look at the environment with `drover env show`.').refusal]
  }
  if (installed.isManaged && installed.version === release.version) return []
  const is = `${installed.isManaged ? '' : 'unmanaged '}${installed.version}`
  return [
    refuse(
      'recovery.not-what-was-released',
      `${release.solution} is there as ${is}, not as the ${release.version} that Drover brought.`,
      'Find out who changed it, and go back by hand or roll forward.',
      [{ subject: release.solution, message: `Installed: ${is}.` }],
    ).refusal,
  ]
}
