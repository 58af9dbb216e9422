import type { LeavingReply, PersonViewReply, RaciReply } from '#contract'
import type { Paint } from './paint.ts'
import { table } from './table.ts'
import { timeText } from './words.ts'

type Role = PersonViewReply['roles'][number]
type Grant = PersonViewReply['grants'][number]
type Delegation = PersonViewReply['deputies'][number]

export function peopleText(people: readonly PersonViewReply[], paint: Paint): string {
  const rows = people.map((person) => [
    person.id,
    person.kind === 'service' ? `${person.name} (software)` : person.name,
    [
      ...person.roles.map(roleText),
      ...person.grants.filter(isHeld).map((grant) => `${roleText(grant)} until ${timeText(grant.until)}`),
    ].join(', '),
    person.groups.join(', '),
    person.lastUsedAt === undefined ? '' : timeText(person.lastUsedAt),
  ])
  const due = people.filter(({ certificationDueAt }) => certificationDueAt !== undefined).map(({ id }) => id)
  const told = due.length === 0 ? '' : `\n${paint.yellow('To be certified again')}: ${due.join(', ')}; drover people certify <person>\n`
  return `${table({ headings: ['ID', 'NAME', 'ROLES', 'GROUPS', 'LAST SEEN'], rows, whenEmpty: 'The configuration names nobody.' }, paint)}${told}`
}

/** A person for people: roles with where and since when they hold, groups, and who stands in for whom. */
export function personText(person: PersonViewReply, paint: Paint): string {
  const lines = [
    `${paint.bold(person.name)}  ${person.id}${person.kind === 'service' ? '  software' : ''}`,
    ...person.roles.map((role) => `  role       ${roleText(role)}${role.since === undefined ? '' : `, since ${timeText(role.since)}`}`),
    ...person.grants.map((grant) => `  granted    ${grantText(grant, paint)}`),
    ...person.groups.map((group) => `  group      ${group}`),
    ...(person.builderLevel === undefined ? [] : [`  builds     ${person.builderLevel}`]),
    ...person.deputies.map((delegation) => `  deputy     ${delegation.deputy} ${delegationText(delegation, paint)}`),
    ...person.deputyOf.map((delegation) => `  stands in  for ${delegation.absent} ${delegationText(delegation, paint)}`),
    ...certifiedLines(person, paint),
    `  last seen  ${person.lastUsedAt === undefined ? 'not known' : timeText(person.lastUsedAt)}`,
  ]
  return `${lines.join('\n')}\n`
}

function certifiedLines({ certified, certificationDueAt }: PersonViewReply, paint: Paint): string[] {
  return [
    ...(certified === undefined ? [] : [`  certified  by ${certified.by}, ${timeText(certified.at)}: ${certified.comment}`]),
    ...(certificationDueAt === undefined ? [] : [`  certified  ${paint.yellow(`due since ${timeText(certificationDueAt)}`)}`]),
  ]
}

export function leavingText(person: string, { items }: LeavingReply, paint: Paint): string {
  if (items.length === 0) return `Nothing stops if ${person} leaves.\n`
  const stops = items.filter((item) => item.stops)
  const mark = (item: LeavingReply['items'][number]): string => (item.stops ? paint.red('✘') : paint.dim('·'))
  const lines = items
    .toSorted((a, b) => Number(b.stops) - Number(a.stops))
    .map((item) => `  ${mark(item)} ${item.kind}  ${item.subject}: ${item.message}`)
  const told =
    stops.length === 0
      ? `Nothing stops if ${person} leaves; to be known:`
      : `If ${person} leaves, ${stops.length} must be assigned to somebody else:`
  return `${told}\n${lines.join('\n')}\nNothing was changed.\n`
}

/** The table of who is accountable, responsible, consulted and informed; of one tier where one is given. */
export function raciText(raci: RaciReply, tier: number | undefined, paint: Paint): string {
  const tiers = [1, 2, 3, 4].filter((each) => tier === undefined || each === tier)
  const rows = raci.rows.map((row) => [
    row.name,
    ...tiers.map((each) => cellText(row.tiers.find((one) => one.tier === each))),
    row.filledBy.map((person) => whoText(person, row.endsAt)).join(', '),
  ])
  const headings = ['ROLE', ...tiers.map((each) => `TIER ${each}`), 'HERE']
  const gates = raci.gates.filter(({ role }) => role !== 'tier').map(({ gate, role }) => `  ${gate}: ${nameOf(raci, role)}`)
  const rest = 'Accountable for a gate is whoever is for solutions of that tier, but of'
  return `${table({ headings, rows, whenEmpty: 'No roles.' }, paint)}${rest}\n${gates.join('\n')}\n${paint.dim(raci.caveat)}\n`
}

/** By the clock of whoever reads it; whether it counts the server judges by its own. */
function isHeld({ confirmed, until, endedAt }: Grant): boolean {
  return confirmed !== undefined && endedAt === undefined && Date.parse(until) > Date.now()
}

function grantText(grant: Grant, paint: Paint): string {
  const { id, askedBy, reason, until, confirmed, endedAt } = grant
  const isOver = Date.parse(until) <= Date.now()
  const waits = confirmed === undefined && endedAt === undefined && !isOver
  const states = [
    ...(waits ? [paint.yellow('waits for a second platform-admin')] : []),
    ...(confirmed === undefined ? [] : [`confirmed by ${confirmed.by}, ${timeText(confirmed.at)}`]),
    ...(endedAt === undefined ? [] : [`ended ${timeText(endedAt)}`]),
    ...(endedAt === undefined && isOver ? ['over'] : []),
  ]
  return `${roleText(grant)} until ${timeText(until)}, asked for by ${askedBy}${states.map((state) => `, ${state}`).join('')}: ${reason} (${id})`
}

function roleText({
  role,
  environment,
  pipeline,
  solution,
  group,
}: Pick<Role, 'role' | 'environment' | 'pipeline' | 'solution' | 'group'>): string {
  const where = [environment, pipeline, solution].filter((place) => place !== undefined)
  const by = group === undefined ? '' : ` by group ${group}`
  return `${role}${where.length === 0 ? '' : ` (${where.join(', ')})`}${by}`
}

function delegationText({ id, from, until, gates, roles, reason, awaitsSecond, endedAt }: Delegation, paint: Paint): string {
  const what = [...(gates ?? []), ...(roles ?? [])]
  const state = awaitsSecond ? paint.yellow(', waits for a second platform-admin') : ''
  const ended = endedAt === undefined ? '' : `, ended ${timeText(endedAt)}`
  return `${timeText(from)} to ${timeText(until)}${what.length === 0 ? '' : ` at ${what.join(', ')}`}${ended}${state}: ${reason} (${id})`
}

function whoText(person: string, ends: RaciReply['rows'][number]['endsAt']): string {
  const end = ends.find((one) => one.person === person)
  return end === undefined ? person : `${person} (until ${timeText(end.until)})`
}

function cellText(part: { readonly letters: readonly string[]; readonly task?: string | undefined } | undefined): string {
  if (part === undefined) return ''
  return [part.letters.join('/'), part.task ?? ''].filter((text) => text !== '').join(' ')
}

function nameOf(raci: RaciReply, role: string): string {
  return raci.rows.find((row) => row.role === role)?.name ?? role
}
