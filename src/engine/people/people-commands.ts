import type { LeavingItem, NewDelegation, NewPersonEvent, NewTimedGrant, PersonRecord, TimedGrantFacts } from '#domain/approval'
import {
  decideCertification,
  decideConfirmation,
  decideDelegation,
  decideEnd,
  decideGrantConfirmation,
  decideGrantEnd,
  decideTimedGrant,
} from '#domain/approval'
import type { PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Person } from '#domain/people'
import { applyOverride } from '#domain/policy'
import { loadConfiguration, requireConfiguration, requireWritten } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { listLeaving } from './leaving.ts'
import { decideOnPerson } from './person-stream.ts'
import type { PersonView } from './people-views.ts'
import { viewPeople } from './people-views.ts'
import type { RaciView } from './raci-view.ts'
import { viewRaci } from './raci-view.ts'

/** What can be asked and said of people. */
export interface PeopleCommands {
  listPeople(): Promise<Result<readonly PersonView[]>>
  loadPerson(personId: PersonId): Promise<Result<PersonView>>
  /** By the absent person, or by a platform-admin, whom a second one confirms. */
  nameDeputy(command: Omit<NewDelegation, 'id'> & { readonly actor: PersonId }): Promise<Result<PersonView>>
  confirmDeputy(command: DelegationCommand): Promise<Result<PersonView>>
  endDeputy(command: DelegationCommand): Promise<Result<PersonView>>
  /** By the person, or a platform-admin; it gives nothing before a second one confirms it. */
  askForGrant(command: Omit<NewTimedGrant, 'id'> & { readonly actor: PersonId }): Promise<Result<PersonView>>
  confirmGrant(command: GrantCommand): Promise<Result<PersonView>>
  endGrant(command: GrantCommand): Promise<Result<PersonView>>
  /** Everybody with the roles that they have everywhere at this moment. */
  loadActing(): Promise<readonly Person[]>
  /** A platform-admin's word that a person still needs the roles that they have now. */
  certifyRights(command: { readonly personId: PersonId; readonly comment: string; readonly actor: PersonId }): Promise<Result<PersonView>>
  /** What stops if they leave; changes nothing. */
  foreseeLeaving(personId: PersonId): Promise<Result<readonly LeavingItem[]>>
  /** Who is accountable, responsible, consulted and informed, and who fills the roles here. */
  loadRaci(): Promise<RaciView>
}

interface DelegationCommand {
  readonly personId: PersonId
  readonly delegationId: string
  readonly actor: PersonId
}

interface GrantCommand {
  readonly personId: PersonId
  readonly grantId: string
  readonly actor: PersonId
}

export function createPeopleCommands(deps: EngineDependencies): PeopleCommands {
  return {
    listPeople: async () => {
      const current = await requireWritten(deps)
      return current.ok ? accept(await viewPeople(deps, current.value)) : current
    },
    loadPerson: (personId) => loadPerson(deps, personId),
    nameDeputy: ({ actor, ...wanted }) => {
      const id = deps.ids.next('d')
      return decide(deps, { personId: wanted.absent, actor }, (facts) => decideDelegation(facts, { ...wanted, id }))
    },
    confirmDeputy: (command) => decide(deps, command, (facts) => decideConfirmation(facts, command.delegationId)),
    endDeputy: (command) => decide(deps, command, (facts) => decideEnd(facts, command.delegationId)),
    askForGrant: ({ actor, ...wanted }) => {
      const id = deps.ids.next('g')
      return decide(deps, { personId: wanted.person, actor }, (facts) => decideTimedGrant(facts, { ...wanted, id }))
    },
    confirmGrant: (command) => decide(deps, command, (facts) => decideGrantConfirmation(facts, command.grantId)),
    endGrant: (command) => decide(deps, command, (facts) => decideGrantEnd(facts, command.grantId)),
    loadActing: async () => (await loadConfiguration(deps))?.configuration.people ?? [],
    certifyRights: (command) => certify(deps, command),
    foreseeLeaving: (personId) => listLeaving(deps, personId),
    loadRaci: () => viewRaci(deps),
  }
}

async function certify(deps: EngineDependencies, command: Parameters<PeopleCommands['certifyRights']>[0]): Promise<Result<PersonView>> {
  const { personId, comment } = command
  const view = await loadPerson(deps, personId)
  if (!view.ok) return view
  const roles = [...new Set(view.value.roles.map(({ role }) => role))]
  return decide(deps, command, (facts) => decideCertification(facts, { person: personId, roles, comment }))
}

async function decide(
  deps: EngineDependencies,
  { personId, actor }: { readonly personId: PersonId; readonly actor: PersonId },
  judge: (facts: TimedGrantFacts) => Result<readonly NewPersonEvent[]>,
): Promise<Result<PersonView>> {
  const [current, written] = [await requireConfiguration(deps), await requireWritten(deps)]
  if (!current.ok) return current
  if (!written.ok) return written
  const { configuration } = current.value
  const lasting = written.value.configuration.people
  const policy = applyOverride(deps.policy, configuration.policy)
  const decided = await decideOnPerson(deps, { personId, actor }, (record: PersonRecord | undefined) =>
    judge({ configuration, lasting, policy, record, actor, now: deps.clock.now() }),
  )
  return decided.ok ? loadPerson(deps, personId) : decided
}

async function loadPerson(deps: EngineDependencies, personId: PersonId): Promise<Result<PersonView>> {
  const current = await requireWritten(deps)
  if (!current.ok) return current
  const [view] = await viewPeople(deps, current.value, personId)
  if (view !== undefined) return accept(view)
  return refuse('person.unknown', `There is no person "${personId}".`, 'Name one that `drover people list` shows.')
}
