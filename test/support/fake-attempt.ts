import type { ObservedComponent, ObservedState } from '#domain/environment'
import type { PlannedFlow } from '#domain/plan'
import type { LedgerEvent } from '#domain/kernel'
import { DroverError, toId } from '#domain/kernel'
import type { ComponentInspection, ImportResult, OperationState, SolutionImport } from '#engine/ports'
import type { AttemptFacts, AttemptRun } from '../../src/engine/promotion/run.ts'
import { buildObserved, buildRelease, sha256, version } from './domain-builders.ts'
import { createMemoryObservations } from './memory-observations.ts'
import { createFakeLedger } from './fake-ledger.ts'

type Start = 'ok' | 'unreachable' | 'ambiguous' | 'busy' | 'throttled' | 'refused' | 'unreadable'
type Find = 'absent' | 'operation' | 'finished' | 'running' | 'no-answer' | 'forbidden'

/** What the target answers, one answer per call; the last one stays, except of `start`, where what is not scripted must not be called. */
export interface TargetScript {
  readonly start?: readonly Start[]
  readonly find?: readonly Find[]
  readonly operation?: readonly (OperationState['state'] | 'forbidden')[]
  readonly result?: Partial<ImportResult>
  readonly observed?: readonly Partial<ObservedState>[]
  /** Unmanaged layers, by the solution that holds the component. */
  readonly layers?: Readonly<Record<string, readonly HandMadeLayer[]>>
  readonly refusesToSwitch?: string
}

export interface HandMadeLayer {
  readonly kind: string
  readonly componentId: string
  readonly table?: string | undefined
  readonly changed: readonly string[]
}

export interface AttemptOptions extends Pick<Partial<AttemptRun>, 'earlierImports' | 'followsOnly' | 'release'> {
  readonly flows?: readonly PlannedFlow[]
  readonly connections?: readonly { readonly logicalName: string; readonly connectionId: string }[]
  readonly boundTo?: string
}

export const noFacts: AttemptFacts = { before: null, uploadId: 'upload', importJobId: '', earlierImport: null }

/** Only what a step of an attempt touches is there; anything else would fail the test loudly. */
export function fakeAttempt(script: TargetScript, options: AttemptOptions = {}) {
  const { target, sent, asked, switched } = scriptedTarget(script)
  const ledger = createFakeLedger()
  const slept: number[] = []
  const release = options.release ?? buildRelease()
  let ids = 0
  let nowMs = 0
  const run = {
    deps: {
      ledger,
      observations: createMemoryObservations(),
      ids: { guid: () => `job-${++ids}` },
      artifacts: { get: async () => new Uint8Array() },
      hashing: { sha256 },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      clock: { now: () => new Date(nowMs).toISOString() },
      pause: async (ms: number) => void (nowMs += ms),
    },
    pace: { pollMs: 1, settleMs: 3, operationTimeoutMs: 100, startAttempts: 3, retryMs: 1, turnedAwayMs: 10 },
    ctx: { step: (_name: string, fn: () => Promise<unknown>) => fn(), sleep: async (ms: number) => void slept.push(ms) },
    promotionId: toId('p-1'),
    attemptId: toId('a-2'),
    earlierImports: options.earlierImports ?? [],
    followsOnly: options.followsOnly ?? false,
    release,
    request: {
      releaseId: release.id,
      solution: 'Contoso',
      version: version('1.0.0.1'),
      boundTo: { artifact: options.boundTo ?? release.managed.digest, plan: 'plan' },
      plan: {
        mode: 'install',
        content: [],
        flows: options.flows ?? [],
        parameters: { connectionReferences: options.connections ?? [], environmentVariables: [] },
      },
    },
    environment: { name: 'Test', url: 'http://127.0.0.1/test' },
    target,
    checkLease: async () => undefined,
  } as unknown as AttemptRun
  const events = async (): Promise<readonly LedgerEvent[]> => ledger.read('promotion/p-1')
  return { run, sent, asked, switched, slept, ledger, events }
}

const outcomes: Readonly<Record<Exclude<Start, 'ok'>, DroverError>> = {
  unreachable: new DroverError('dataverse.unreachable', 'nobody there', { isRetryable: true }),
  ambiguous: new DroverError('dataverse.ambiguous', 'the line broke'),
  busy: new DroverError('dataverse.refused', 'another import runs (0x80071151)', { isRetryable: true }),
  throttled: new DroverError('dataverse.throttled', 'too many requests', { isRetryable: true, retryAfterMs: 7 }),
  refused: new DroverError('dataverse.refused', 'no such upload'),
  unreadable: new DroverError('dataverse.unexpected', 'an answer nobody can read'),
}

function scriptedTarget(script: TargetScript) {
  const starts = [...(script.start ?? [])]
  const next = {
    find: answers(script.find ?? []),
    operation: answers<OperationState['state'] | 'forbidden'>(script.operation ?? ['succeeded']),
    observed: answers(script.observed ?? [{}]),
  }
  const sent: string[] = []
  const asked: string[] = []
  const switched: string[] = []
  const target: Partial<AttemptRun['target']> = {
    async startImport(start) {
      sent.push(start.importJobId)
      const answer = starts.shift()
      if (answer === 'ok') return { asyncOperationId: 'operation' }
      throw answer === undefined ? new Error('nothing more may be sent') : outcomes[answer]
    },
    async findImport(importJobId): ReturnType<SolutionImport['findImport']> {
      asked.push(importJobId)
      const answer = next.find()
      if (answer === 'no-answer') throw outcomes.unreachable
      if (answer === 'forbidden') throw forbidden
      return {
        found: answer !== 'absent',
        asyncOperationId: answer === 'operation' ? 'operation' : undefined,
        isFinished: answer === 'finished',
      }
    },
    async fetchOperation(): Promise<OperationState> {
      const state = next.operation()
      if (state === 'forbidden') throw forbidden
      return state === 'failed' ? { state, code: '0x80048540', message: 'no' } : { state }
    },
    fetchImportResult: async () => ({ isPassed: true, errors: [], warnings: [], failedComponents: [], ...script.result }),
    observe: async () =>
      buildObserved({
        solutions: [{ id: 's', uniqueName: 'Contoso', version: version('1.0.0.1'), isManaged: true, publisherPrefix: 'con' }],
        ...next.observed(),
      }),
    findOtherValues: async () => [],
    ...layeredContent(script.layers ?? {}),
    async setFlowState(id, state) {
      if (id === script.refusesToSwitch) throw new DroverError('dataverse.refused', 'connection broken')
      switched.push(`${id} ${state}`)
    },
  }
  return { target, sent, asked, switched }
}

const forbidden = new DroverError('dataverse.forbidden', 'the role is gone')

function answers<T>(list: readonly T[]): () => T {
  let index = 0
  return () => {
    const answer = list[Math.min(index++, list.length - 1)]
    if (answer === undefined) throw new Error('nothing is scripted for this call')
    return answer
  }
}

/** What solutions hold, each component with an unmanaged layer on top of that of its solution. */
function layeredContent(layers: NonNullable<TargetScript['layers']>): Partial<ComponentInspection> {
  const solution = (uniqueName: string) => ({
    ...{ id: uniqueName.toLowerCase(), uniqueName, version: version('1.0.0.1'), isManaged: true, publisherPrefix: 'con' },
    ...{ displayName: uniqueName, publisher: 'con', isVisible: true, installedAt: undefined, changedAt: undefined, changedBy: undefined },
  })
  const all = Object.entries(layers).flatMap(([holder, made]) => made.map((layer) => ({ holder, ...layer })))
  return {
    fetchSolutions: async () => ['Contoso', ...Object.keys(layers).filter((name) => name !== 'Contoso')].map(solution),
    fetchHoldings: async ({ uniqueName }) => ({
      components: all.filter((layer) => layer.holder === uniqueName).map((layer) => componentOf(layer, uniqueName)),
      unseen: [],
    }),
    fetchMemberships: async () => [],
    fetchChanged: async () => ({ changed: [], kinds: [], unseen: [] }),
    fetchLayers: async (components, onRead) => {
      for (const component of components) {
        const found = all.find((layer) => layer.componentId === component.id)
        const layer = { publisher: undefined, writtenAt: undefined, digest: '' }
        const own = { ...layer, solution: found?.holder ?? 'Contoso', order: 1, changed: [] }
        await onRead(component, found === undefined ? [own] : [own, { ...layer, solution: 'Active', order: 2, changed: found.changed }])
      }
    },
    findComponents: async () => ({ components: [], unseen: [] }),
    countRequests: () => 0,
  }
}

function componentOf({ kind, componentId, table }: HandMadeLayer, holder: string): ObservedComponent {
  return {
    ...{ kind, key: componentId, id: componentId, type: 1, name: componentId, table, solutions: [holder], hasActiveRow: true },
    ...{ layers: undefined, modified: undefined },
  }
}
