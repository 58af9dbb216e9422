import type { Observation } from '#domain/environment'
import { dataOwnersOf } from '#domain/environment'
import type { Instant, PersonId } from '#domain/kernel'
import type { Person } from '#domain/people'
import { grantsOf, personName } from '#domain/people'
import type { Configuration } from '#domain/pipeline'
import { describeGrant, evaluateTopology, gateName, isPeopleGate } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import { evaluateStaffing } from '#domain/policy'
import type { Delegation } from './delegation.ts'
import { isOver } from './delegation.ts'

/** One thing that stops, or somebody else has to take over, when a person leaves (ROL-02). */
export interface LeavingItem {
  readonly kind: 'solution' | 'environment' | 'data' | 'gate' | 'administration' | 'grant' | 'deputy' | 'promotion' | 'token' | 'flow'
  readonly subject: string
  readonly message: string
  /** It stops until somebody else is named; otherwise it is only to be known. */
  readonly stops: boolean
}

export interface LeavingFacts {
  readonly person: PersonId
  readonly configuration: Configuration
  readonly policy: Policy
  readonly delegations: readonly Delegation[]
  /** Promotions that wait, by whoever asked. */
  readonly waiting: readonly { readonly promotionId: string; readonly solution: string; readonly requestedBy: PersonId }[]
  readonly tokens: readonly { readonly label: string; readonly expiresAt: Instant }[]
  /** Flows of observed environments that are theirs ({@link ownsFlow}). */
  readonly flows: readonly { readonly name: string; readonly environment: string; readonly by: OwnedBy }[]
  readonly now: Instant
}

/** `account`: the owner is the account that the person signs in with; `name`: it shows their name, which another person may have. */
export type OwnedBy = 'account' | 'name'

/** Whether a flow is a person's. Where both accounts are known by their id it decides alone: two people may have one name. */
export function ownsFlow(
  { name, subject }: Pick<Person, 'name' | 'subject'>,
  { ownerName, ownerObjectId }: Pick<Observation['flows'][number], 'ownerName' | 'ownerObjectId'>,
): OwnedBy | undefined {
  const objectId = subject !== undefined && isObjectId.test(subject) ? subject.toLowerCase() : undefined
  if (objectId !== undefined && ownerObjectId !== undefined) return objectId === ownerObjectId ? 'account' : undefined
  return ownerName?.toLowerCase() === name.toLowerCase() ? 'name' : undefined
}

/** What Entra's claim `oid` looks like; the subjects of other issuers say nothing of accounts in environments. */
const isObjectId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** What stops if this person leaves, and what must be assigned to somebody else. It changes nothing. */
export function evaluateLeaving(facts: LeavingFacts): readonly LeavingItem[] {
  return [...findOwned(facts), ...findGates(facts), ...findAdministration(facts), ...findRights(facts), ...findUnderWay(facts)]
}

function findOwned({ person, configuration }: LeavingFacts): readonly LeavingItem[] {
  const { solutions, environments } = configuration
  return [
    ...solutions
      .filter(({ owner }) => owner === person)
      .map(({ uniqueName }) => stops('solution', uniqueName, 'It has no owner then: name another in drover.yaml.')),
    ...environments
      .filter(({ owner }) => owner === person)
      .map(({ name }) => stops('environment', name, 'It has no owner then: name another in drover.yaml.')),
    ...environments
      .filter((environment) => dataOwnersOf(environment).includes(person))
      .map((environment) => {
        const others = dataOwnersOf(environment).filter((id) => id !== person)
        if (others.length > 0) return known('data', environment.name, `${others.join(', ')} still answer for its data.`)
        return stops('data', environment.name, 'Nobody answers for its data then, so nothing that loses data may go in.')
      }),
  ]
}

/** Held against the rules that a configuration is applied by: what they would say with the person gone, and did not say before. */
function findGates({ person, configuration, policy }: LeavingFacts): readonly LeavingItem[] {
  const without = withoutPerson(configuration, person)
  const before = new Set(evaluateTopology(configuration).map(({ subject, message }) => `${subject}: ${message}`))
  const unreachable = evaluateTopology(without).filter(
    ({ subject, message }) => !before.has(`${subject}: ${message}`) && message.startsWith('PIP-10'),
  )
  const understaffed = configuration.solutions.flatMap((solution) => {
    const [was, is] = [configuration, without].map((each) => {
      const pipeline = each.pipelines.find(({ id }) => id === solution.pipeline)
      return pipeline === undefined ? [] : evaluateStaffing(pipeline, solution, { configuration: each, policy })
    })
    return (is ?? []).filter(({ subject }) => !(was ?? []).some((reason) => reason.subject === subject))
  })
  const stopped = [...unreachable, ...understaffed].map(({ subject, message }) => stops('gate', subject, message))
  const named = configuration.pipelines.flatMap((pipeline) =>
    pipeline.stages.flatMap((stage) =>
      stage.gates
        .filter(isPeopleGate)
        .filter(({ people }) => people.includes(person))
        .map(({ kind }) => ({ subject: `${gateName(kind)} of stage ${stage.name} of pipeline ${pipeline.name}` })),
    ),
  )
  const others = named.filter(({ subject }) => !stopped.some((item) => item.subject === subject))
  return [...stopped, ...others.map(({ subject }) => known('gate', subject, 'It names them; others can still open it.'))]
}

function findAdministration({ person, configuration }: LeavingFacts): readonly LeavingItem[] {
  const admins = configuration.people.filter(({ roles }) => roles.includes('platform-admin'))
  const left = admins.filter(({ id }) => id !== person)
  if (left.length === admins.length || left.length >= 2) return []
  const message =
    left.length === 0
      ? 'Nobody could change the configuration any more: make others platform-admin first.'
      : `${left[0]?.name} would be the only platform-admin left, and nothing that takes two could be confirmed.`
  return [stops('administration', 'platform-admin', message)]
}

function findRights({ person, configuration, delegations, now }: LeavingFacts): readonly LeavingItem[] {
  const groups = (configuration.groups ?? []).filter(({ members }) => members.includes(person))
  return [
    ...groups.map(({ name }) => known('grant', `group ${name}`, 'They are a member; take them out.')),
    ...grantsOf(configuration, person)
      .filter(({ to }) => 'person' in to)
      .map((grant) => known('grant', describeGrant(grant), 'It ends with them; take it out.')),
    ...delegations
      .filter((delegation) => !isOver(delegation, now) && (delegation.absent === person || delegation.deputy === person))
      .map(({ absent, deputy, until }) => {
        if (absent === person)
          return known('deputy', personName(configuration.people, deputy), `Takes their place until ${until}, and has none to take then.`)
        return stops(
          'deputy',
          personName(configuration.people, absent),
          `They take the place of this person until ${until}: name another deputy.`,
        )
      }),
  ]
}

function findUnderWay({ person, waiting, tokens, flows }: LeavingFacts): readonly LeavingItem[] {
  return [
    ...waiting
      .filter(({ requestedBy }) => requestedBy === person)
      .map(({ promotionId, solution }) =>
        known('promotion', promotionId, `They asked for it (${solution}); a release-manager can bring it on or take it back.`),
      ),
    ...tokens.map(({ label, expiresAt }) => stops('token', label, `Valid until ${expiresAt}; revoke it: \`drover token revoke\`.`)),
    ...flows.map(({ name, environment, by }) => {
      const whose =
        by === 'account' ? `Their account owns it in ${environment}` : `Its owner in ${environment} shows this name, which another may have`
      return stops('flow', name, `${whose}; a flow stops when its owner's account does.`)
    }),
  ]
}

function withoutPerson(configuration: Configuration, person: PersonId): Configuration {
  const isOther = (id: PersonId): boolean => id !== person
  return {
    ...configuration,
    people: configuration.people.filter(({ id }) => isOther(id)),
    groups: (configuration.groups ?? []).map((group) => ({ ...group, members: group.members.filter(isOther) })),
    pipelines: configuration.pipelines.map((pipeline) => ({
      ...pipeline,
      stages: pipeline.stages.map((stage) => ({
        ...stage,
        gates: stage.gates.map((gate) => (isPeopleGate(gate) ? { ...gate, people: gate.people.filter(isOther) } : gate)),
      })),
    })),
  }
}

function stops(kind: LeavingItem['kind'], subject: string, message: string): LeavingItem {
  return { kind, subject, message, stops: true }
}

function known(kind: LeavingItem['kind'], subject: string, message: string): LeavingItem {
  return { kind, subject, message, stops: false }
}
