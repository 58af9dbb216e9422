import { describe, expect, it } from 'vitest'
import type { Configuration } from '#domain/pipeline'
import type { Promotion } from '#domain/promotion'
import { DroverError, toId } from '#domain/kernel'
import type { WorkState } from '#engine/ports'
import { buildConfiguration, buildRelease } from '../../test/support/domain-builders.ts'
import { createFakeLedger } from '../../test/support/fake-ledger.ts'
import type { WorkerDependencies } from './dependencies.ts'
import type { Preparation } from './engine.ts'
import { sweep } from './sweep.ts'

const release = buildRelease()
const configuration: Configuration = buildConfiguration()
const production = configuration.environments.find((environment) => environment.purpose === 'production')

function promotion(changes: Partial<Promotion>): Promotion {
  const request = {
    promotionId: 'p-1',
    releaseId: release.id,
    solution: release.solution,
    version: release.version,
    environmentId: production?.id,
    requestedBy: 'maria',
    boundTo: { artifact: release.managed.digest, plan: 'plan' },
    plan: { target: { lane: 'prod' } },
  }
  // Only what the sweep looks at is there.
  return { request, decisions: [], earlierAttempts: [], ...changes } as unknown as Promotion
}

async function world(options: {
  readonly promotions?: readonly Promotion[]
  readonly preparations?: readonly Partial<Preparation>[]
  readonly state?: WorkState
  readonly now?: string
  readonly tag?: () => void
}) {
  const ledger = createFakeLedger()
  await ledger.append({
    stream: `release/${release.id}`,
    expectedVersion: 0,
    actor: 'drover',
    events: [{ type: 'release-sealed', data: { release }, key: 'ended' }],
  })
  const started: string[] = []
  const tagged: string[] = []
  const deps = {
    ledger,
    readModel: {
      list: async (kind: string, { where }: { readonly where: Where }) =>
        kind === 'promotion'
          ? (options.promotions ?? []).filter((each) => isMeant(each, where))
          : kind === 'preparation'
            ? (options.preparations ?? [])
            : [],
      load: async (kind: string) => (kind === 'configuration' ? { version: 1, configuration } : undefined),
    },
    starter: { start: async ({ id }: { id: string }) => void started.push(id), state: async () => options.state ?? 'running' },
    clock: { now: () => options.now ?? '2026-01-01T00:00:10.000Z' },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    openSourceControl: () => ({
      tag: async (tag: string) => {
        options.tag?.()
        tagged.push(tag)
      },
    }),
  } as unknown as WorkerDependencies
  const types = async () => (await ledger.read('promotion/p-1')).map((event) => event.type)
  return { deps, ledger, started, tagged, types }
}

interface Where {
  readonly state?: readonly string[]
  readonly tagState?: string
}

function isMeant({ status, tagFailure }: Promotion, { state, tagState }: Where): boolean {
  return (state === undefined || state.includes(status.state)) && (tagState === undefined || tagFailure !== undefined)
}

describe('the sweep', () => {
  const running = promotion({ status: { state: 'running', attempt: { id: toId<never>('a-1') } as never } })

  it('starts an attempt that the ledger says is running and the runner does not know', async () => {
    const { deps, started, types } = await world({ promotions: [running], state: 'unknown' })
    await sweep(deps)
    expect([started, await types()]).toEqual([['a-1'], []])
  })

  it('records as errored an attempt that the runner has ended and that recorded no end', async () => {
    const { deps, started, ledger } = await world({ promotions: [running], state: 'ended' })
    await sweep(deps)
    await sweep(deps)
    expect(started).toEqual([])
    expect(await ledger.read('promotion/p-1')).toMatchObject([
      { type: 'attempt-errored', data: { attemptId: 'a-1', code: 'attempt.lost' } },
    ])
  })

  it('says nothing over an end that the attempt itself recorded a moment ago', async () => {
    const { deps, ledger, types } = await world({ promotions: [running], state: 'ended' })
    const ended = { type: 'attempt-succeeded', data: { attemptId: 'a-1', verification: [] }, key: 'a-1:ended' }
    await ledger.append({ stream: 'promotion/p-1', expectedVersion: 0, actor: 'drover', events: [ended] })
    await sweep(deps)
    expect(await types()).toEqual(['attempt-succeeded'])
  })

  it('records as errored a preparation that the runner has ended and that recorded no end', async () => {
    const lost = await world({
      preparations: [{ releaseId: toId('r-9'), solution: 'Contoso', status: { state: 'running' } }],
      state: 'ended',
    })
    await sweep(lost.deps)
    expect(await lost.ledger.read('release/r-9')).toMatchObject([{ type: 'preparation-errored', data: { code: 'attempt.lost' } }])
    const sealed = await world({
      preparations: [{ releaseId: release.id, solution: 'Contoso', status: { state: 'running' } }],
      state: 'ended',
    })
    await sweep(sealed.deps)
    expect((await sealed.ledger.read(`release/${release.id}`)).map((event) => event.type)).toEqual(['release-sealed'])
  })

  const untagged = (tries: number) =>
    promotion({
      status: { state: 'succeeded', attempt: {} as never, verification: [] },
      tagFailure: { message: 'away', tries, lastTriedAt: toId('2026-01-01T00:00:00.000Z') },
    })

  it('sets a tag that could not be set before', async () => {
    const { deps, tagged, types } = await world({ promotions: [untagged(1)] })
    await sweep(deps)
    expect(tagged).toEqual([`${production?.id}/${release.solution}/${release.version}`])
    expect(await types()).toEqual(['promotion-tagged'])
  })

  it('records each further failure of the tag, and tries ever more rarely', async () => {
    const fails = () => {
      throw new DroverError('source-control.unreachable', 'still away')
    }
    const again = await world({ promotions: [untagged(1)], tag: fails })
    await sweep(again.deps)
    expect(await again.ledger.read('promotion/p-1')).toMatchObject([
      { type: 'promotion-tag-failed', data: { message: 'still away' }, key: 'tag-failed-2' },
    ])
    const tooSoon = await world({ promotions: [untagged(3)], tag: fails })
    await sweep(tooSoon.deps)
    expect(await tooSoon.types()).toEqual([])
  })
})
