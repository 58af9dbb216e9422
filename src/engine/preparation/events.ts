import type { Artifact } from '#domain/artifact'
import type { CheckReport } from '#domain/check'
import type { LedgerEvent, NewEvent, PersonId, Refusal, ReleaseId } from '#domain/kernel'
import type { Release } from '#domain/release'
import type { Preparation } from '../engine.ts'

interface PreparationEventData {
  'preparation-started': {
    readonly releaseId: ReleaseId
    readonly solution: string
    readonly requestedBy: PersonId
    readonly configurationVersion: number
    /** Of a release of a hotfix. */
    readonly hotfixId?: string
  }
  'preparation-step': { readonly name: string; readonly note: string }
  'artifact-exported': { readonly artifact: Artifact }
  'preparation-refused': { readonly refusal: Refusal; readonly report: CheckReport | undefined }
  'preparation-errored': { readonly code: string; readonly message: string; readonly hint?: string }
  'release-sealed': { readonly release: Release }
}

type PreparationEventType = keyof PreparationEventData
export type NewPreparationEvent = { [T in PreparationEventType]: NewEvent<T, PreparationEventData[T]> }[PreparationEventType]
export type PreparationEvent = { [T in PreparationEventType]: LedgerEvent<T, PreparationEventData[T]> }[PreparationEventType]

export function releaseStream(releaseId: ReleaseId): string {
  return `release/${releaseId}`
}

/** Folds one event of a release stream; `preparation-started` comes first by construction. */
export function evolvePreparation(preparation: Preparation | undefined, event: PreparationEvent): Preparation | undefined {
  if (event.type === 'preparation-started') {
    const { releaseId, solution, requestedBy, hotfixId } = event.data
    const ofHotfix = hotfixId === undefined ? {} : { hotfixId }
    return { releaseId, solution, requestedBy, ...ofHotfix, startedAt: event.at, steps: [], status: { state: 'running' }, artifacts: [] }
  }
  if (preparation === undefined) return undefined
  switch (event.type) {
    case 'preparation-step':
      return { ...preparation, steps: [...preparation.steps, { ...event.data, finishedAt: event.at }] }
    case 'artifact-exported':
      return { ...preparation, artifacts: [...preparation.artifacts, event.data.artifact] }
    case 'preparation-refused':
      return { ...preparation, status: { state: 'refused', refusal: event.data.refusal, report: event.data.report } }
    case 'preparation-errored':
      return { ...preparation, status: { state: 'errored', ...event.data } }
    case 'release-sealed':
      return { ...preparation, status: { state: 'sealed' } }
  }
}
