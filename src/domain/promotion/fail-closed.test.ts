import { describe, expect, it } from 'vitest'
import type { GateKind } from '#domain/pipeline'
import { buildConfiguration, buildRelease, buildRequestFacts, version } from '../../../test/support/domain-builders.ts'
import { decideRequest } from './decide-request.ts'
import { evaluateGates } from './evaluate-gates.ts'
import type { Standing } from './judge-standing.ts'
import { judgeStanding } from './judge-standing.ts'
import type { Promotion } from './promotion.ts'
import type { RequestFacts } from './request-facts.ts'

/*
 * What nobody knows, and what did not come to its end, opens no gate of machines. Each row leaves one fact of a promotion into production untold
 * that has all the others.
 */
interface Case {
  readonly gate: GateKind
  readonly untold: string
  readonly facts?: (facts: RequestFacts) => RequestFacts
  /** What is told of it while it waits. */
  readonly standing?: (standing: Standing) => Standing
  readonly request?: (request: Promotion['request']) => Promotion['request']
  readonly outcome: string
}

const reported = (changes: Partial<RequestFacts['release']['report']>) => (facts: RequestFacts) =>
  withRelease(facts, { report: { ...facts.release.report, ...changes } }) // prettier-ignore

const cases: readonly Case[] = [
  { gate: 'checks', untold: 'how a rule ended', facts: reported({ unfinished: ['STR-06'] }), outcome: 'PIP-07' },
  { gate: 'checks', untold: 'what the run came to', facts: reported({ verdict: 'inconclusive' }), outcome: 'PIP-07' },
  { gate: 'checks', untold: 'what a rule says that is in force now', facts: reported({ rules: [] }), outcome: 'PIP-07' },
  { gate: 'checks', untold: 'why the report says fail', facts: reported({ verdict: 'fail' }), outcome: 'PIP-04' },
  { gate: 'source-control', untold: 'the commit', facts: (facts) => withRelease(facts, { commit: '' }), outcome: 'TIER-04' },
  { gate: 'previous-stage', untold: 'whether it went there', facts: (facts) => ({ ...facts, deployments: [] }), outcome: 'PIP-01' },
  { gate: 'soak', untold: 'when it went there', facts: soaking(undefined), outcome: 'closed' },
  { gate: 'validation', untold: 'where it is watched', outcome: 'closed' },
  { gate: 'recovery', untold: 'how it comes back', facts: (facts) => ({ ...facts, recovery: undefined }), outcome: 'closed' },
  { gate: 'train', untold: 'how its train stands', request: travelling, outcome: 'closed' },
  ...(['checks', 'source-control', 'previous-stage', 'version-rises', 'settings', 'preflight'] as const).map((gate): Case => {
    return { gate, untold: 'what was seen at the request', request: (request) => ({ ...request, evidence: [] }), outcome: 'closed' }
  }),
]

describe('a gate of machines', () => {
  it.each(cases.map((each) => [each.gate, each.untold, each] as const))(
    '(%s) is not open where nobody knows %s',
    (_gate, _untold, each) => {
      expect(judge(each)).toBe(each.outcome)
    },
  )
})

function judge({ gate, facts: change = (facts) => facts, standing: tell = (standing) => standing, request: alter, outcome }: Case): string {
  const facts = change(buildRequestFacts(3))
  const decided = decideRequest(facts)
  if (!decided.ok) return decided.refusal.code
  const [event] = decided.value
  if (event?.type !== 'promotion-requested') return `nothing was recorded, and ${outcome} expected`
  const promotion: Promotion = {
    ...{ decisions: [], earlierAttempts: [], acknowledgements: [], rescues: [], migration: undefined, renewed: undefined },
    ...{ tag: undefined, tagFailure: undefined, status: { state: 'pending' } },
    request: alter?.(event.data.request) ?? event.data.request,
  }
  const gates = evaluateGates(promotion, facts.now, tell(judgeStanding(promotion, facts)))
  return gates.find(({ kind }) => kind === gate)?.state ?? 'not asked'
}

function withRelease(facts: RequestFacts, changes: Parameters<typeof buildRelease>[0]): RequestFacts {
  const release = buildRelease({ tier: 3, version: version('1.1.0.0'), ...changes })
  return { ...facts, release, configuration: buildConfiguration(3) }
}

function soaking(deployedAt: undefined) {
  return (facts: RequestFacts): RequestFacts => ({
    ...facts,
    deployments: facts.deployments.map(({ deployedAt: _at, ...rest }) => (deployedAt === undefined ? rest : { ...rest, deployedAt })),
  })
}

function travelling(request: Promotion['request']): Promotion['request'] {
  return { ...request, train: { trainId: 't-1', position: 1 }, gates: [...request.gates, { kind: 'train' }] }
}
