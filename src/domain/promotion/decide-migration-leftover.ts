import { counted } from '#domain/difference'
import type { Environment, Unseen, UpgradeDeed } from '#domain/environment'
import { dataOwnersOf, holdingName } from '#domain/environment'
import type { PersonId, PromotionId, Reason, Result, Version } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Person } from '#domain/people'
import { findPerson, hasRole, personName } from '#domain/people'
import type { PlannedComponent, PlanLine } from '#domain/plan'
import { callComponent } from '#domain/plan'
import { describeLosses, findLosses } from './evaluate-losses.ts'

/** What is known of an upgrade that was left behind, and who wants what of it. */
export interface LeftoverCommand {
  readonly environment: Environment
  readonly people: readonly Person[]
  readonly solution: string
  readonly deed: UpgradeDeed
  readonly actor: PersonId
  readonly reason: string
  /** False: only what it would do is wanted. */
  readonly isConfirmed: boolean
  /** Version of the holding solution; undefined when none waits. */
  readonly waiting: Version | undefined
  /** Promotions that staged it, or that work on the solution there. */
  readonly promotions: readonly PromotionId[]
  readonly forecast: LeftoverForecast
}

/** What goes with applying or withdrawing it. */
export interface LeftoverForecast {
  readonly components: readonly PlannedComponent[]
  readonly lines: readonly PlanLine[]
  readonly unseen: readonly Unseen[]
}

/**
 * Whether an upgrade that others left behind may be applied or withdrawn. Nobody planned, approved or acknowledged what it destroys, so an
 * application that would take data along is always refused: a promotion does that, with its gates and its rescue. Withdrawing takes along
 * what was entered into its new tables and columns, for which a data owner has to answer.
 */
export function decideLeftoverUpgrade(command: LeftoverCommand): Result<Version> {
  const refused = refuseActor(command) ?? refuseByPromotions(command)
  if (refused !== undefined) return refused
  if (command.waiting === undefined) return noneWaits(command)
  return refuseByData(command) ?? refuseUnsaid(command) ?? accept(command.waiting)
}

type Refused = ReturnType<typeof refuse>

function refuseActor({ environment, people, actor }: LeftoverCommand): Refused | undefined {
  const isOwner = environment.owner === actor && findPerson(people, actor) !== undefined
  if (isOwner || hasRole(people, actor, 'platform-admin')) return undefined
  const admins = people.filter((person) => person.roles.includes('platform-admin')).map((person) => person.name)
  return refuse(
    'upgrade.may-not-act',
    `${personName(people, actor)} may not decide what becomes of staged upgrades in ${environment.name}.`,
    `Ask ${[personName(people, environment.owner), ...admins].join(' or ')}.`,
  )
}

function refuseByPromotions({ environment, solution, promotions }: LeftoverCommand): Refused | undefined {
  const [first] = promotions
  if (first === undefined) return undefined
  return refuse(
    'upgrade.belongs-to-promotion',
    `Promotion ${promotions.join(', ')} is at work on ${solution} in ${environment.name}; its upgrade is not left over.`,
    `Use \`drover promotion finish-migration ${first}\` or \`drover promotion withdraw ${first}\`; resume the promotion when it broke.`,
  )
}

function noneWaits({ environment, solution }: LeftoverCommand): Refused {
  return refuse(
    'upgrade.none-waits',
    `No staged upgrade of ${solution} waits in ${environment.name}: there is no managed ${holdingName(solution)} beside its base.`,
    'Look with `drover env show`; name the solution itself, without _Upgrade.',
  )
}

function refuseByData(command: LeftoverCommand): Refused | undefined {
  const { environment, people, solution, deed, actor, forecast } = command
  const reasons = tellLosses(forecast)
  if (reasons.length === 0) return undefined
  const goes = reasons.length > forecast.unseen.length ? 'takes data along' : 'may take data along'
  if (deed === 'apply') {
    return refuse(
      'upgrade.destroys-data',
      `Applying the staged upgrade of ${solution} in ${environment.name} ${goes}, which nobody has approved; nothing was changed.`,
      `Withdraw it with \`drover env upgrade-withdraw ${environment.id} ${solution}\`, and bring the version by a promotion: it asks the data owners and saves what goes.`,
      reasons,
    )
  }
  const owners = dataOwnersOf(environment)
  if (owners.includes(actor)) return undefined
  return refuse(
    'upgrade.destroys-data',
    `Withdrawing the staged upgrade of ${solution} in ${environment.name} ${goes}: what was entered into its new tables and columns; nothing was changed.`,
    `Ask ${owners.map((id) => personName(people, id)).join(' or ')}, who own the data there, to do it.`,
    reasons,
  )
}

/** Data that goes, and what could not be seen, in words; empty when it is certain that none does. */
export function tellLosses(forecast: LeftoverForecast): readonly Reason[] {
  const losses = findLosses({ content: forecast.components, rescue: [], steps: [] })
  return [
    ...losses.map((loss): Reason => ({ subject: loss.name, message: loss.closedBy ?? describeLosses(loss) })),
    ...forecast.unseen.map(({ what, why }): Reason => ({ subject: what, message: `Could not be seen: ${why}` })),
  ]
}

/** What it does is shown before anybody can say yes to it. */
function refuseUnsaid({ environment, solution, deed, waiting, reason, isConfirmed, forecast }: LeftoverCommand): Refused | undefined {
  const what = `${deed === 'apply' ? 'Applying' : 'Withdrawing'} the staged upgrade of ${solution} to ${waiting ?? 'another version'} in ${environment.name}`
  if (!isConfirmed) {
    const goes = forecast.components.filter(({ effect }) => effect === 'destroy')
    return refuse(
      'upgrade.not-confirmed',
      `${what} deletes ${counted(goes.length, 'component')}, as listed; nothing was changed.`,
      'Run it again with --yes and --reason to do it.',
      [
        ...forecast.components.map((component): Reason => ({ subject: callComponent(component), message: describe(component) })),
        ...forecast.lines.map(({ subject, message }): Reason => ({ subject, message })),
      ],
    )
  }
  if (reason.trim() !== '') return undefined
  return refuse('upgrade.reason-needed', `${what} takes a reason; nothing was changed.`, 'Say why with --reason; it stays in the ledger.')
}

function describe(component: PlannedComponent): string {
  const [loss] = findLosses({ content: [component], rescue: [], steps: [] })
  return loss === undefined ? component.message : `${component.message} ${loss.closedBy ?? describeLosses(loss)}`
}
