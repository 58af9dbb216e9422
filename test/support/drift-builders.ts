import type { ObservedComponent, ObservedLayer, Observation, ObservedSolution } from '#domain/environment'
import { toId } from '#domain/kernel'
import type { DriftFacts } from '../../src/domain/drift/drift-facts.ts'
import type { DriftAssessment, Tweak } from '../../src/domain/drift/drift.ts'
import { at, personId, sha256, version } from './domain-builders.ts'
import { buildObservation } from './observation-builders.ts'

export const observedAt = at('2026-11-20T08:00:00Z')
export const now = at('2026-11-20T09:00:00Z')
export const editedAt = at('2026-11-18T12:00:00Z')

export function solution(uniqueName: string, more: Partial<ObservedSolution> = {}): ObservedSolution {
  return {
    id: uniqueName,
    uniqueName,
    version: version('1.8.0.0'),
    isManaged: true,
    publisherPrefix: 'con',
    displayName: uniqueName,
    publisher: 'contoso',
    isVisible: true,
    installedAt: at('2026-11-01T08:00:00Z'),
    changedAt: at('2026-11-01T08:00:00Z'),
    changedBy: undefined,
    ...more,
  }
}

export function layer(name: string, digest = 'd1', changed: readonly string[] | undefined = ['formxml']): ObservedLayer {
  return { solution: name, publisher: undefined, order: 1, writtenAt: editedAt, changed, digest }
}

export function form(key: string, layers: ObservedComponent['layers'], more: Partial<ObservedComponent> = {}): ObservedComponent {
  return {
    kind: 'SystemForm',
    key,
    id: key,
    type: 60,
    name: `Form ${key}`,
    table: 'con_permit',
    solutions: ['Permits'],
    hasActiveRow: layers?.some(({ solution: name }) => name === 'Active') ?? false,
    layers,
    modified: { by: 'Mia', at: editedAt },
    ...more,
  }
}

export const untouched = form('f0', [layer('Permits')])
export const edited = form('f1', [layer('Permits'), layer('Active', 'hand')])

export function observation(components: readonly ObservedComponent[], more: Partial<Observation> = {}): Observation {
  return buildObservation({ observedAt, solutions: [solution('Permits')], components, ...more })
}

export function facts(observed: Observation, more: Partial<DriftFacts> = {}): DriftFacts {
  return {
    observation: observed,
    observationDigest: toId('sha256:1'),
    deployments: [
      {
        solution: 'Permits',
        version: version('1.8.0.0'),
        releaseId: toId('r-1'),
        promotionId: toId('p-1'),
        deployedAt: at('2026-11-01T08:00:00Z'),
        importJobIds: [],
      },
    ],
    bindings: [],
    governed: ['Permits'],
    arriving: ['Permits'],
    baseline: undefined,
    tweaks: [],
    dispositions: {},
    foreignImports: [],
    isStrict: false,
    previous: undefined,
    now,
    originOf: ({ publisher }) => (publisher === 'microsoft' ? 'microsoft' : 'vendor'),
    harmlessBecause: (_component, { changed }) => (changed?.length === 0 ? 'It changes nothing.' : undefined),
    sha256,
    ...more,
  }
}

export const only = (assessment: DriftAssessment) => assessment.deviations.map(({ id, class: kind }) => `${kind} ${id}`)
export function tweakOf(assessment: DriftAssessment, more: Partial<Tweak>): Tweak {
  const deviation = assessment.deviations[0]
  return {
    id: 'tw-1',
    deviation: deviation?.id ?? '',
    digest: deviation?.digest ?? '',
    name: '',
    solution: undefined,
    reason: 'Auditors want it',
    owner: personId('olga'),
    decision: 'keep',
    acceptedBy: personId('olga'),
    acceptedAt: now,
    expiresAt: at('2026-12-20T09:00:00Z'),
    ...more,
  }
}
