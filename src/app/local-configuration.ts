import type { Configuration, GateDefinition, GovernedSolution, PeopleGateKind, Pipeline } from '#domain/pipeline'
import type { Environment } from '#domain/environment'
import type { Person, Role } from '#domain/people'
import type { EnvironmentId, PersonId, PipelineId, StageId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { deployerClient, localTenant } from './local-secrets.ts'

/** The people of a local rehearsal: invented, and each with one part, so that separation of duties can be seen at work. */
const cast = {
  ada: ['Ada (maker)', ['maker', 'solution-owner']],
  grace: ['Grace (approver)', ['approver', 'environment-owner']],
  rosa: ['Rosa (reviewer)', ['reviewer']],
  tom: ['Tom (test lead)', ['test-lead']],
  sam: ['Sam (security)', ['security']],
  bea: ['Bea (business owner)', ['approver']],
  carl: ['Carl (change advisory board)', ['cab']],
  pat: ['Pat (platform admin)', ['platform-admin']],
  paul: ['Paul (platform admin)', ['platform-admin']],
} as const satisfies Readonly<Record<string, readonly [string, readonly Role[]]>>

type CastMember = keyof typeof cast

export function personId(member: CastMember): PersonId {
  return toId<PersonId>(member)
}

/** Who decides at which gate. */
const deciders: Readonly<Record<PeopleGateKind, CastMember>> = {
  approval: 'grace',
  review: 'rosa',
  'automated-tests': 'tom',
  uat: 'bea',
  'test-lead': 'tom',
  security: 'sam',
  cab: 'carl',
  emergency: 'carl',
}

export const testStage = toId<StageId>('test')
export const productionStage = toId<StageId>('prod')
export const standardPipeline = toId<PipelineId>('standard')
export const strictPipeline = toId<PipelineId>('strict')

const rehearsal = 'A rehearsal on local environments'

/** A configuration for the three local environments: one way for tiers 1 and 2, and one that offers all that tiers 3 and 4 demand. */
export function localConfiguration(options: {
  readonly platformUrl: string
  readonly solutions: readonly GovernedSolution[]
}): Configuration {
  return {
    tenant: 'local-rehearsal',
    timeZone: 'Etc/UTC',
    sourceRepository: 'source.git',
    people: Object.entries(cast).map(([id, [name, roles]]): Person => ({ id: toId<PersonId>(id), name, roles })),
    environments: [
      environment(options.platformUrl, { id: 'dev', name: 'Dev', purpose: 'development', careClass: 'cattle' }),
      environment(options.platformUrl, { id: 'test', name: 'Test', purpose: 'test', careClass: 'cattle' }),
      environment(options.platformUrl, { id: 'prod', name: 'Production', purpose: 'production', careClass: 'pet' }),
    ],
    pipelines: [
      pipeline(standardPipeline, 'Standard (tiers 1 and 2)', []),
      pipeline(strictPipeline, 'Strict (tiers 3 and 4)', ['review', 'automated-tests', 'uat', 'test-lead', 'security', 'cab']),
    ],
    solutions: options.solutions,
    policy: {
      values: [
        { path: 'tiers.3.reviewWindowHours', value: 0, reason: `${rehearsal}: nobody else waits for them, so there is no review window` },
        { path: 'tiers.4.reviewWindowHours', value: 0, reason: `${rehearsal}: nobody else waits for them, so there is no review window` },
        { path: 'tiers.3.recovery', value: { kind: 'documented' }, reason: `${rehearsal}: what is a rehearsal itself asks for none` },
        { path: 'tiers.4.recovery', value: { kind: 'documented' }, reason: `${rehearsal}: what is a rehearsal itself asks for none` },
        ...([3, 4] as const).flatMap((tier) => [
          {
            path: `gates.soakHours.${tier}`,
            value: 0,
            reason: `${rehearsal}: nobody works in the stage before, so no time in it is asked`,
          },
          { path: `gates.watchHours.${tier}`, value: 0, reason: `${rehearsal}: nobody works there, so nothing is watched` },
        ]),
      ],
      demands: [],
    },
  }
}

function environment(
  platformUrl: string,
  given: { id: string; name: string; purpose: Environment['purpose']; careClass: Environment['careClass'] },
): Environment {
  const url = `${platformUrl}/${given.id}`
  return {
    ...given,
    id: toId<EnvironmentId>(given.id),
    owner: personId('grace'),
    url,
    connectivityUrl: `${url}/connectivity`,
    administrationUrl: platformUrl,
    platformApiUrl: platformUrl,
    powerAppsUrl: platformUrl,
    credentials: {
      tokenUrl: `${platformUrl}/${localTenant}/oauth2/v2.0/token`,
      clientId: deployerClient.clientId,
      clientSecret: { kind: 'file', path: 'secrets/local-deployer' },
    },
  }
}

function pipeline(id: PipelineId, name: string, signOffs: readonly PeopleGateKind[]): Pipeline {
  const machine: GateDefinition[] = [{ kind: 'checks' }, { kind: 'settings' }, { kind: 'preflight' }, { kind: 'version-rises' }]
  const strict: GateDefinition[] = signOffs.length > 0 ? [{ kind: 'source-control' }] : []
  const window: GateDefinition[] = signOffs.length > 0 ? [{ kind: 'review-window' }] : []
  return {
    id,
    name,
    source: toId<EnvironmentId>('dev'),
    stages: [
      { id: testStage, name: 'Test', environment: toId<EnvironmentId>('test'), gates: [...machine, ...strict] },
      {
        id: productionStage,
        name: 'Production',
        environment: toId<EnvironmentId>('prod'),
        gates: [...machine, ...strict, { kind: 'previous-stage' }, ...window, ...[...signOffs, 'approval' as const].map(peopleGate)],
      },
    ],
  }
}

function peopleGate(kind: PeopleGateKind): GateDefinition {
  return { kind, people: [personId(deciders[kind])], quorum: 1, expiresAfterHours: 72 }
}
