import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createArtifactStore } from '#adapters/files'
import type { Deviation, DispositionState, NewEnvironmentEvent } from '#domain/drift'
import { environmentStream } from '#domain/drift'
import { laneOf } from '#domain/environment'
import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { at, buildConfiguration, personId } from '../../../test/support/domain-builders.ts'
import { createFakeLedger } from '../../../test/support/fake-ledger.ts'
import { createFakeReadModel } from '../../../test/support/fake-read-model.ts'
import { buildComponent, buildLayer, buildObservation } from '../../../test/support/observation-builders.ts'
import type { WorkerDependencies } from '../dependencies.ts'
import { projections } from '../projections.ts'
import { loadDispositionFacts } from './disposition-work.ts'

const configuration = buildConfiguration(2)
const prod = configuration.environments.find(({ id }) => id === 'prod') ?? configuration.environments[0]
const lane = laneOf({ url: prod?.url ?? '' })

let folder: string
let deps: WorkerDependencies

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-disposition-'))
  const ledger = createFakeLedger()
  // Nothing else is needed to load what work on deviations is about.
  deps = {
    ledger,
    readModel: createFakeReadModel(ledger, projections),
    artifacts: createArtifactStore(folder),
    paceOf: () => ({}),
  } as unknown as WorkerDependencies
  const events = [{ type: 'configuration-applied', data: { configuration, changes: [] } }]
  await ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('work on deviations', () => {
  it('is about what people said yes to', async () => {
    await show('as-confirmed')
    await say('form', 'as-confirmed')
    const facts = await load(['SystemForm:form'])
    expect(facts.subjects.map(({ deviation }) => deviation.digest)).toEqual(['as-confirmed'])
  })

  it('is not begun on what somebody changed again after people said yes, even if that was assessed meanwhile', async () => {
    await show('as-confirmed')
    await say('form', 'as-confirmed')
    await show('changed-again')
    await expect(load(['SystemForm:form'])).rejects.toMatchObject({ code: 'drift.changed-since', message: expect.stringContaining('form') })
  })

  it('is not begun on some of what was asked for: what is gone is told', async () => {
    await show('as-confirmed')
    await say('form', 'as-confirmed')
    await say('gone', 'as-confirmed')
    await expect(load(['SystemForm:form', 'SystemForm:gone'])).rejects.toMatchObject({
      code: 'drift.changed-since',
      message: expect.stringContaining('gone'),
    })
  })
})

function load(deviations: readonly string[]): ReturnType<typeof loadDispositionFacts> {
  return loadDispositionFacts(deps, { environmentId: prod?.id ?? toId<EnvironmentId>('prod'), workId: 'w-1', deviations })
}

/** The environment shows a change by hand on one form. */
async function show(digest: string): Promise<void> {
  const component = buildComponent('form', { hasActiveRow: true, layers: [buildLayer('Permits', 1), buildLayer('Active', 2, { digest })] })
  const observation = await deps.artifacts.put(new TextEncoder().encode(JSON.stringify(buildObservation({ components: [component] }))))
  const deviation: Deviation = {
    id: 'SystemForm:form',
    class: 'unregistered',
    subject: { kind: 'SystemForm', key: 'form', name: 'form', table: undefined },
    solution: 'Permits',
    origin: 'by-hand',
    message: 'It was changed by hand.',
    changed: ['name'],
    digest,
    who: undefined,
    when: undefined,
    since: at('2026-11-21T12:00:00Z'),
    tweakId: undefined,
    reason: '',
  }
  const observedAt = at('2026-11-21T12:00:00Z')
  const assessment = {
    environmentId: prod?.id ?? toId<EnvironmentId>('prod'),
    observation,
    observedAt,
    deviations: [deviation],
    byDesign: 0,
  }
  await append({ type: 'drift-assessed', data: { assessment } })
}

async function say(key: string, digest: string): Promise<void> {
  const disposition: DispositionState = { kind: 'revert', state: 'running', workId: 'w-1', note: 'A slip', by: personId('olga'), digest }
  await append({ type: 'disposition-changed', data: { deviation: `SystemForm:${key}`, disposition } })
}

async function append(event: NewEnvironmentEvent): Promise<void> {
  await deps.ledger.append({ stream: environmentStream(lane), expectedVersion: undefined, actor: 'drover', events: [event] })
}
