import { createHash } from 'node:crypto'
import { celConditions } from '#adapters/cel'
import { checkRules } from '#checks'
import { bindApproval } from '#domain/approval'
import type { Environment, ObservedState } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { Digest, EnvironmentId, Instant, PersonId, PipelineId, PromotionId, ReleaseId, StageId, Version } from '#domain/kernel'
import { parseVersion, toId } from '#domain/kernel'
import type { Person, Role } from '#domain/people'
import type { Configuration, GateDefinition, GovernedSolution, PeopleGateKind } from '#domain/pipeline'
import type { Plan, PlanFacts } from '#domain/plan'
import { planPromotion } from '#domain/plan'
import { policyInForce, shippedPolicy } from '#domain/policy'
import type { RequestFacts, Standing } from '#domain/promotion'
import type { RecoveryFacts, RecoveryPlan } from '#domain/recovery'
import { planRecovery } from '#domain/recovery'
import type { Release } from '#domain/release'
import { sealRelease } from '#domain/release'
import type { SettingsTemplate, StageSettings } from '#domain/settings'
import type { Tier } from '#domain/solution'

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

export function version(text: string): Version {
  const parsed = parseVersion(text)
  if (!parsed.ok) throw new Error(parsed.refusal.message)
  return parsed.value
}

export function at(text: string): Instant {
  return toId<Instant>(new Date(text).toISOString())
}

export function personId(name: string): PersonId {
  return toId<PersonId>(name)
}

export function buildPerson(name: string, ...roles: Role[]): Person {
  return { id: personId(name), name: name.charAt(0).toUpperCase() + name.slice(1), roles }
}

export function buildEnvironment(id: string, purpose: Environment['purpose'], careClass: Environment['careClass']): Environment {
  return {
    id: toId<EnvironmentId>(id),
    name: id,
    purpose,
    careClass,
    owner: personId('olga'),
    url: `http://127.0.0.1/${id}`,
    connectivityUrl: `http://127.0.0.1/connectivity/${id}`,
    credentials: {
      tokenUrl: 'http://127.0.0.1/token',
      clientId: 'drover',
      clientSecret: { kind: 'environment', variable: 'DROVER_SECRET' },
    },
  }
}

export function peopleGate(kind: PeopleGateKind, people: readonly string[], quorum = 1): GateDefinition {
  return { kind, people: people.map(personId), quorum, expiresAfterHours: 72 }
}

/** What each tier demands before production, with people enough. */
export function productionGates(tier: Tier): GateDefinition[] {
  const approval = peopleGate('approval', ['anna', 'ben'])
  if (tier <= 2) return [approval]
  const tier3 = [peopleGate('review', ['rita', 'anna']), peopleGate('uat', ['olga']), peopleGate('security', ['sam']), approval]
  if (tier === 3) return tier3
  return [...tier3, peopleGate('automated-tests', ['tess']), peopleGate('test-lead', ['tess']), peopleGate('cab', ['carl', 'cleo', 'anna'])]
}

/** Dev → Test (cattle) → Prod (pet) with one solution; everything fits, and each test breaks one thing. */
export function buildConfiguration(tier: Tier = 2, changes: Partial<Configuration> = {}): Configuration {
  return {
    tenant: 'rehearsal',
    timeZone: 'Europe/Amsterdam',
    people: [
      buildPerson('maria', 'maker'),
      buildPerson('olga', 'solution-owner', 'environment-owner'),
      buildPerson('anna', 'approver', 'reviewer', 'cab', 'maker'),
      buildPerson('ben', 'approver'),
      buildPerson('rita', 'reviewer'),
      buildPerson('sam', 'security'),
      buildPerson('tess', 'test-lead'),
      buildPerson('carl', 'cab'),
      buildPerson('cleo', 'cab'),
      buildPerson('pat', 'platform-admin'),
      buildPerson('piet', 'platform-admin'),
      buildPerson('remy', 'release-manager'),
    ],
    environments: [
      buildEnvironment('dev', 'development', 'cattle'),
      buildEnvironment('test', 'test', 'cattle'),
      buildEnvironment('prod', 'production', 'pet'),
    ],
    pipelines: [
      {
        id: toId<PipelineId>('main'),
        name: 'main',
        source: toId<EnvironmentId>('dev'),
        stages: [
          { id: toId<StageId>('to-test'), name: 'Test', environment: toId<EnvironmentId>('test'), gates: [] },
          { id: toId<StageId>('to-prod'), name: 'Production', environment: toId<EnvironmentId>('prod'), gates: productionGates(tier) },
        ],
      },
    ],
    solutions: [buildGoverned(tier)],
    policy: undefined,
    sourceRepository: './source',
    ...changes,
  }
}

export function buildGoverned(tier: Tier): GovernedSolution {
  return { uniqueName: 'Permits', owner: personId('olga'), tier, pipeline: toId<PipelineId>('main'), versioning: 'raise', settings: {} }
}

export const emptyTemplate: SettingsTemplate = { environmentVariables: [], connectionReferences: [], flows: [] }
export const emptySettings: StageSettings = { environmentVariables: {}, connectionReferences: {}, flows: {} }

export function buildRelease(changes: Partial<Omit<Release, 'seal'>> = {}): Release {
  const solutionVersion = changes.version ?? version('1.1.0.0')
  const artifact = (kind: 'managed' | 'unmanaged') => ({
    digest: toId<Digest>(`sha256:${sha256(`${kind} ${solutionVersion}`)}`),
    kind,
    solution: 'Permits',
    version: solutionVersion,
    size: 4096,
    exportedAt: at('2026-11-01T08:00:00Z'),
    source: 'dev',
  })
  return sealRelease(
    {
      id: toId<ReleaseId>(`r-${solutionVersion}`),
      solution: 'Permits',
      version: solutionVersion,
      tier: 2,
      publisherPrefix: 'cto',
      platformVersion: '9.2.25100.100',
      pipelineId: toId<PipelineId>('main'),
      managed: artifact('managed'),
      unmanaged: artifact('unmanaged'),
      settingsTemplate: emptyTemplate,
      dependencies: [],
      report: {
        solution: 'Permits',
        version: solutionVersion,
        rules: checkRules.map(({ id }) => id),
        findings: [],
        counts: { critical: 0, high: 0, medium: 0, low: 0, informational: 0 },
        verdict: 'pass',
        failsFrom: 'critical',
      },
      commit: '0123abc',
      unpublished: [],
      sealedAt: at('2026-11-01T08:05:00Z'),
      sealedBy: 'maria',
      ...changes,
    },
    sha256,
  )
}

export function buildObserved(changes: Partial<ObservedState> = {}): ObservedState {
  return {
    environmentId: toId<EnvironmentId>('prod'),
    observedAt: at('2026-11-02T08:00:00Z'),
    identity: { userId: 'user-1', objectId: 'oid-drover' },
    platformVersion: '9.2.25100.100',
    solutions: [],
    flows: [],
    bindings: [],
    connections: [],
    variables: [],
    missingSecrets: [],
    ...changes,
  }
}

export function buildPlanFacts(changes: Partial<PlanFacts> = {}): PlanFacts {
  return {
    release: buildRelease(),
    environment: buildEnvironment('prod', 'production', 'pet'),
    stageSettings: emptySettings,
    observed: buildObserved(),
    removedComponents: 'unknown',
    earlierFlows: undefined,
    ...changes,
  }
}

/** A target that was read, and in which nothing is that the release touches. */
export const nothingThere: NonNullable<PlanFacts['content']> = {
  forecast: { components: [], removed: [], questions: [], lines: [], blockers: [] },
  counts: [],
  unseen: [],
  fingerprint: 'f0',
}

export function buildPlan(changes: Partial<PlanFacts> = {}): Plan {
  return planPromotion(buildPlanFacts(changes))
}

/** A request into production by Maria whose machine gates are all green. */
export function buildRequestFacts(tier: Tier = 2, changes: Partial<RequestFacts> = {}): RequestFacts {
  const release = changes.release ?? buildRelease({ tier })
  const configuration = changes.configuration ?? buildConfiguration(tier)
  const plan = changes.plan ?? buildPlan({ release, content: nothingThere })
  return {
    promotionId: toId<PromotionId>('p-1'),
    requester: personId('maria'),
    now: at('2026-11-02T09:00:00Z'),
    release,
    stageId: toId<StageId>('to-prod'),
    sealHolds: true,
    artifactHolds: true,
    configuration,
    configurationVersion: 1,
    policy: policyInForce(configuration),
    conditions: celConditions,
    rulesInForce: checkRules.map(({ id }) => id),
    plan,
    boundTo: bindApproval({ artifact: release.managed.digest, plan, policyVersion: policyInForce(configuration).version }, sha256),
    deployments: [
      {
        lane: laneOf(buildEnvironment('test', 'test', 'cattle')),
        solution: release.solution,
        version: release.version,
        releaseId: release.id,
        digest: release.managed.digest,
      },
    ],
    otherPromotions: [],
    recovery: buildRecoveryPlan(),
    ...changes,
  }
}

/** What is known of soak, watch, way back and answers where nothing more is asked: beside {@link standAsRequested}, for a promotion that waits. */
export const nothingMoreAsked: Pick<Standing, 'recovery' | 'soak' | 'validation' | 'unknown'> = {
  recovery: { demand: shippedPolicy.tiers[1].recovery, version: version('1.1.0.0'), rehearsals: [], environment: 'prod' },
  soak: { hours: shippedPolicy.gates.soakHours[1] },
  validation: { policy: shippedPolicy.gates, tier: 1, monitoring: undefined },
  unknown: { word: shippedPolicy.gates.unknownIntoPet[1], may: [] },
}

/** The way back from the first release of Permits into production, and what `changes` say. */
export function buildRecoveryPlan(changes: Partial<RecoveryFacts> = {}): RecoveryPlan {
  return planRecovery({
    environment: { id: toId<EnvironmentId>('prod'), name: 'prod', careClass: 'pet', hasAdministration: true },
    solution: 'Permits',
    leaving: { version: version('1.4.0.0'), content: [] },
    installed: undefined,
    knownGood: undefined,
    goodContent: undefined,
    redeployRefused: undefined,
    redeployBarred: undefined,
    rescued: [],
    baselineAt: undefined,
    isUnmanaged: false,
    rehearsals: [],
    restorePoints: [],
    now: at('2026-11-02T09:00:00Z'),
    ...changes,
  })
}
