import { describe, expect, it } from 'vitest'
import type { RecoveryWayKind } from '#domain/environment'
import type { AttemptId, EnvironmentId, PromotionId, Version } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { NewPromotionEvent, Promotion, PromotionEvent } from '#domain/promotion'
import { decideRequest, evolvePromotion, offerRecovery } from '#domain/promotion'
import type { RecoveryPlan } from '#domain/recovery'
import { planTrainRecovery } from '#domain/recovery'
import { at, buildRequestFacts } from '../../test/support/domain-builders.ts'
import { commands } from './commands/registry.ts'

const ways: readonly RecoveryWayKind[] = ['uninstall', 'baseline', 'redeploy', 'repack', 'roll-forward', 'restore']
const recovery: RecoveryPlan = {
  ...{ environmentId: toId<EnvironmentId>('prod'), solution: 'Permits', knownGood: undefined, restorePoints: [] },
  ways: ways.map((kind) => ({
    ...{ kind, certainty: 'known' as const, steps: ['It goes.'], obstacles: [], losses: [], rescued: [], lastRehearsal: undefined },
  })),
}

/** Of which nobody can tell how it ended: everything is offered. */
function unclear(): Promotion {
  const result = decideRequest({ ...buildRequestFacts(), recovery })
  const [requested] = result.ok ? result.value : []
  if (requested === undefined) throw new Error('the sample is refused')
  const attemptId = toId<AttemptId>('a-1')
  const events: readonly NewPromotionEvent[] = [
    requested,
    { type: 'attempt-started', data: { attemptId } },
    { type: 'job-recorded', data: { attemptId, importJobId: 'job', importState: 'passed' } },
    { type: 'attempt-indeterminate', data: { attemptId, message: 'No answer.' } },
  ]
  const envelope = {
    ...{ sequence: 1, stream: 's', streamVersion: 1, at: at('2026-11-02T10:00:00Z') },
    actor: 'drover',
    previousHash: '',
    hash: '',
  }
  // The envelope of a ledger entry around our own events, of which there is at least the request.
  return events.reduce<Promotion | undefined>(
    (sofar, event) => evolvePromotion(sofar, { ...event, ...envelope } as PromotionEvent),
    undefined,
  ) as Promotion
}

/** What of a command line its command does not know, or misses. */
function faultsOf(line: string): readonly string[] {
  const words = (line.match(/"[^"]*"|\S+/g) ?? []).slice(1)
  const spec = commands.find(({ path }) => path.every((word, index) => words[index] === word))
  if (spec === undefined) return [`there is no such command: ${line}`]
  const given = words.slice(spec.path.length)
  const named = given.filter((word) => word.startsWith('--'))
  const flags = (spec.options ?? []).map((option) => ({
    name: option.flags.split(' ')[0] ?? '',
    isRequired: option.isRequired === true,
    flags: option.flags,
  }))
  const values = flags.filter(({ flags: written }) => written.includes('<')).filter(({ name }) => named.includes(name))
  const missingArguments =
    (spec.arguments ?? []).filter(({ isOptional }) => isOptional !== true).length - (given.length - named.length - values.length)
  return [
    ...named.filter((name) => !flags.some((flag) => flag.name === name)).map((name) => `${name} is unknown to ${line}`),
    ...flags.filter(({ name, isRequired }) => isRequired && !named.includes(name)).map(({ name }) => `${name} is missing in ${line}`),
    ...(missingArguments > 0 ? [`${missingArguments} arguments are missing in ${line}`] : []),
  ]
}

describe('a way back that is offered', () => {
  const offers = offerRecovery(unclear())

  it('is a command line that its command takes as it is, with everything that it needs', () => {
    expect(offers.map(({ kind }) => kind)).toEqual(['resume', ...ways])
    expect(offers.flatMap(({ command }) => faultsOf(command))).toEqual([])
  })

  it('asks for the name of the environment where a solution is taken away, in an offer and for a train', () => {
    expect(offers.find(({ kind }) => kind === 'uninstall')?.command).toContain('--confirm "<its name>"')
    const stop = {
      promotionId: toId<PromotionId>('p-1'),
      solution: 'Permits',
      version: toId<Version>('1.0.0.0'),
      state: 'failed',
      mayBeIn: true,
      recovery,
    }
    const [step] = planTrainRecovery([stop])
    const [, line = ''] = /Ask for it: (.*)$/.exec(step?.message ?? '') ?? []
    expect([line.includes('--confirm "<its name>"'), faultsOf(line)]).toEqual([true, []])
  })
})
