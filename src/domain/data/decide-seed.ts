import type { Environment } from '#domain/environment'
import { dataOwnersOf, laneOf } from '#domain/environment'
import type { PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Person } from '#domain/people'
import { findPerson, hasRole, personName } from '#domain/people'

type Place = Pick<Environment, 'id' | 'name' | 'careClass' | 'purpose' | 'owner' | 'dataOwners' | 'url'>

/**
 * Whether an environment may be filled with data, and whether that waits for the word of a data owner. Rows of a pet leave it masked only, and even
 * so somebody who answers for them says so; a pet is never filled.
 */
export function decideSeed(of: {
  readonly target: Place
  /** Undefined: rows are made up. */
  readonly source: Place | undefined
  readonly people: readonly Person[]
  readonly actor: PersonId
}): Result<'begin' | 'wait'> {
  const { target, source, people, actor } = of
  const unfit = refuseTarget(target) ?? refuseDataActor({ target, people, actor })
  if (unfit !== undefined) return unfit
  if (source === undefined) return accept('begin')
  return refuseSource(target, source) ?? accept(source.careClass === 'pet' ? 'wait' : 'begin')
}

/**
 * Whether an environment may be looked through, and whether that waits for the word of a data owner: the same one as copying takes, since values
 * are read for it, and since whoever writes guesses into one place could learn by a look which of them another holds.
 */
export function decideScan(of: {
  readonly target: Place
  /** Whose values are sought; undefined: only forms are. */
  readonly source: Place | undefined
  readonly people: readonly Person[]
  readonly actor: PersonId
}): Result<'begin' | 'wait'> {
  const { target, source, people, actor } = of
  const unfit =
    (source === undefined ? undefined : refusePet(target)) ?? refuseRecovery(target) ?? refuseDataActor({ target, people, actor })
  if (unfit !== undefined) return unfit
  const read = dataOwnerOfRequest({ target, source })
  return (source === undefined ? undefined : refuseSource(target, source)) ?? accept(read.careClass === 'pet' ? 'wait' : 'begin')
}

/** The environment whose data owners are asked: the one that values are from. */
export function dataOwnerOfRequest<T>({ target, source }: { readonly target: T; readonly source: T | undefined }): T {
  return source ?? target
}

/** What began as cattle may be a pet by now: then nothing goes on without the word that it takes. */
export function refuseWithoutWord(of: {
  readonly asked: 'begin' | 'wait'
  readonly verdict: 'approve' | 'reject' | undefined
  readonly environment: Pick<Place, 'name'>
}): ReturnType<typeof refuse> | undefined {
  if (of.asked === 'begin' || of.verdict === 'approve') return undefined
  return refuse(
    'data.no-word',
    `${of.environment.name} is a pet, and nobody who answers for its data has let its values be read; nothing was.`,
    'Ask for it again: then it waits for that word.',
  )
}

function refuseSource(target: Place, source: Place): ReturnType<typeof refuse> | undefined {
  if (laneOf(source) === laneOf(target)) {
    return refuse(
      'data.same-place',
      `${source.name} and ${target.name} are one place: there is nothing to bring from one to the other.`,
      'Name another environment as the source.',
    )
  }
  if (source.purpose !== 'recovery') return undefined
  return refuse(
    'data.source-recovery',
    `${source.name} is a recovery sandbox and holds the rows of its pet: they go from it nowhere but back.`,
    'Name the pet itself: then its data owners are asked.',
  )
}

function refuseTarget(target: Place): ReturnType<typeof refuse> | undefined {
  return refusePet(target) ?? refuseRecovery(target)
}

function refusePet(target: Place): ReturnType<typeof refuse> | undefined {
  if (target.careClass !== 'pet') return undefined
  return refuse(
    'data.target-pet',
    `${target.name} is a pet: it holds the real data, and is neither filled with data of elsewhere nor held against it.`,
    'Name an environment of care class cattle.',
  )
}

function refuseRecovery(target: Place): ReturnType<typeof refuse> | undefined {
  if (target.purpose !== 'recovery') return undefined
  return refuse(
    'data.target-recovery',
    `${target.name} is a recovery sandbox: what is in it comes from a restore point of its pet.`,
    'Name a development, test or sandbox environment; see `drover recovery --help` for what is restored.',
  )
}

/** Who fills an environment or looks through it: whoever answers for it or its data, a release-manager or a platform-admin. */
export function refuseDataActor(of: {
  readonly target: Place
  readonly people: readonly Person[]
  readonly actor: PersonId
}): ReturnType<typeof refuse> | undefined {
  const { target, people, actor } = of
  const answers = [target.owner, ...dataOwnersOf(target)]
  const isDeclared = findPerson(people, actor) !== undefined
  if (isDeclared && answers.includes(actor)) return undefined
  if (hasRole(people, actor, 'release-manager') || hasRole(people, actor, 'platform-admin')) return undefined
  const names = [...new Set(answers)].map((id) => personName(people, id)).join(' or ')
  return refuse(
    'data.not-allowed',
    `${personName(people, actor)} may not decide which data ${target.name} holds.`,
    `Ask ${names}, a release-manager or a platform-admin.`,
  )
}

/** The word of a data owner on rows that leave a pet masked: of another person than who asked. */
export function decideSeedApproval(of: {
  readonly source: Place
  readonly people: readonly Person[]
  readonly requestedBy: PersonId
  readonly actor: PersonId
}): Result<true> {
  const { source, people, requestedBy, actor } = of
  const owners = dataOwnersOf(source)
  if (findPerson(people, actor) === undefined || !owners.includes(actor)) {
    const names = owners.map((id) => personName(people, id)).join(' or ')
    return refuse(
      'data.no-owner',
      `${personName(people, actor)} does not answer for the data of ${source.name}.`,
      `Ask ${names}, signed in as themselves.`,
    )
  }
  if (actor !== requestedBy) return accept(true)
  return refuse(
    'data.same-person',
    `${personName(people, actor)} asked for it and cannot let it go as well: it takes two people.`,
    owners.length > 1
      ? 'Ask another data owner.'
      : `Have somebody else ask for it with \`drover data seed\`, or name a second data owner of ${source.name}.`,
  )
}
