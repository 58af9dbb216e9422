import type { ObservedComponent, ObservedLayer, ObservedSolution, Observation } from '#domain/environment'
import { toId } from '#domain/kernel'
import { at, version } from './domain-builders.ts'

/** A managed solution of our publisher; each test says what is different. */
export function buildSolution(uniqueName: string, more: Partial<ObservedSolution> = {}): ObservedSolution {
  return {
    id: `id-of-${uniqueName.toLowerCase()}`,
    uniqueName,
    displayName: uniqueName,
    version: version('1.0.0.0'),
    isManaged: true,
    publisherPrefix: 'con',
    publisher: 'contoso',
    isVisible: true,
    installedAt: at('2026-10-01T08:00:00Z'),
    changedAt: at('2026-10-01T08:00:00Z'),
    changedBy: undefined,
    ...more,
  }
}

export function buildLayer(solution: string, order: number, more: Partial<ObservedLayer> = {}): ObservedLayer {
  return {
    solution,
    publisher: 'contoso',
    order,
    writtenAt: at('2026-10-01T08:00:00Z'),
    changed: ['name'],
    digest: `${solution}-1`,
    ...more,
  }
}

/** An Active row on top of one managed layer of Permits. */
export function buildComponent(key: string, more: Partial<ObservedComponent> = {}): ObservedComponent {
  return {
    kind: 'SystemForm',
    key,
    id: key,
    type: 60,
    name: key,
    table: 'con_permit',
    solutions: ['Permits'],
    hasActiveRow: false,
    layers: undefined,
    modified: undefined,
    ...more,
  }
}

export function buildObservation(more: Partial<Observation> = {}): Observation {
  return {
    environmentId: toId('prod'),
    observedAt: at('2026-11-21T12:00:00Z'),
    platformVersion: '9.2.25091.00154',
    identity: { userId: 'u-drover', objectId: undefined },
    solutions: [buildSolution('Permits')],
    components: [],
    flows: [],
    bindings: [],
    variables: [],
    roles: [],
    operations: [],
    dataPolicies: [],
    protection: { blocksUnmanaged: false },
    unpublished: [],
    unseen: [],
    cost: { requests: 0, reusedParts: 0 },
    ...more,
  }
}
