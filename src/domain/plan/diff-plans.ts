import { nounOf } from '#domain/difference'
import type { Count } from '#domain/environment'
import type { Reason } from '#domain/kernel'
import { canonicalJson } from '#domain/kernel'
import { materialPart } from './material-part.ts'
import type { Plan } from './plan.ts'
import type { PlannedComponent } from './planned-component.ts'

export interface PlanDifferences {
  /** What an approval hangs on; empty only when both have the same material part. */
  readonly differences: readonly Reason[]
  /** What differs besides, such as counts. */
  readonly noted: readonly Reason[]
}

/** How a plan differs from the one before it, in words for whoever decided on that one. */
export function diffPlans(before: Plan, after: Plan): PlanDifferences {
  const told = [
    ...diffWay(before, after),
    ...diffContent(before, after),
    ...diffParameters(before, after),
    ...diffFlows(before, after),
    ...diffUnmanaged(before, after),
    ...diffData(before, after),
    ...diffAccess(before, after),
    ...diffBlockers(before, after),
  ]
  const isSame = canonicalJson(materialPart(before)) === canonicalJson(materialPart(after))
  if (isSame) return { differences: [], noted: diffRest(before, after) }
  return { differences: told.length > 0 ? told : [untold(before, after)], noted: diffRest(before, after) }
}

/** Material and yet in none of the plan's own words: what it touches was edited, and what it does there stays the same. */
function untold(before: Plan, after: Plan): Reason {
  if (before.fingerprint === after.fingerprint)
    return { subject: 'plan', message: 'What the plan says is written down otherwise than before.' }
  const message =
    before.fingerprint === ''
      ? 'What it touches in the target is now known; it was not when this was decided.'
      : 'Something that it touches was changed there since; what it does to it stays the same.'
  return { subject: 'target', message }
}

function diffWay(before: Plan, after: Plan): Reason[] {
  return [
    ...changed('environment', before.target.environmentId, after.target.environmentId),
    ...changed('address', before.target.lane, after.target.lane),
    ...changed('identity that acts there', before.target.identity.userId, after.target.identity.userId),
    ...changed('version in the target', before.fromVersion ?? 'not installed', after.fromVersion ?? 'not installed'),
    ...changed('version that goes in', before.toVersion, after.toVersion),
    ...changed('way of importing', before.mode, after.mode),
    ...changed('steps', materialPart(before).steps.join(', '), materialPart(after).steps.join(', ')),
  ]
}

function changed(subject: string, before: string, after: string): Reason[] {
  return before === after ? [] : [{ subject, message: `It was ${before} and is now ${after}.` }]
}

type Effect = PlannedComponent['effect']

const verbs: Readonly<Record<Effect, string>> = { create: 'created', change: 'changed', hide: 'hidden', destroy: 'destroyed' }

/** The gravest first, as the plan has them. */
function diffContent(before: Plan, after: Plan): Reason[] {
  const was = groupComponents(before.content)
  const is = groupComponents(after.content)
  const now = [...is].flatMap(([key, components]) => diffComponent(was.get(key) ?? [], components))
  const gone = [...was].flatMap(([key, components]) => (is.has(key) ? [] : diffComponent(components, [])))
  return [...now, ...gone]
}

function groupComponents(content: readonly PlannedComponent[]): Map<string, readonly PlannedComponent[]> {
  const groups = new Map<string, PlannedComponent[]>()
  for (const component of content) {
    const key = `${component.kind}:${component.key}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [component])
    else group.push(component)
  }
  return groups
}

function diffComponent(before: readonly PlannedComponent[], after: readonly PlannedComponent[]): Reason[] {
  const [component] = after.length > 0 ? after : before
  if (component === undefined) return []
  const subject = callComponent(component)
  const effectOf = (one: PlannedComponent) => one.effect
  const added = after.filter((one) => !before.map(effectOf).includes(one.effect))
  const left = before.filter((one) => !after.map(effectOf).includes(one.effect))
  const kept = after.flatMap((one) => {
    const other = before.find((candidate) => candidate.effect === one.effect)
    return other === undefined ? [] : diffDetails(subject, other, one)
  })
  if (added.length > 0 && left.length > 0) {
    const message = `It was to be ${left.map((one) => verbs[one.effect]).join(' and ')} and is now ${added.map(describeEffect).join(' and ')}.`
    return [{ subject, message }, ...kept]
  }
  return [
    ...added.map((one) => ({
      subject,
      message: `It is now ${describeEffect(one)}${before.length > 0 || one.effect === 'destroy' ? ' too' : ''}.`,
    })),
    ...left.map((one) => ({ subject, message: `It is no longer ${verbs[one.effect]}.` })),
    ...kept,
  ]
}

function describeEffect({ effect, winner }: PlannedComponent): string {
  return winner === undefined || effect !== 'hide' ? verbs[effect] : `${verbs[effect]} by ${describeWinner(winner)}`
}

function diffDetails(subject: string, before: PlannedComponent, after: PlannedComponent): Reason[] {
  return [
    ...(before.winner === after.winner ? [] : [{ subject, message: describeOtherWinner(before, after) }]),
    ...(before.certainty === after.certainty
      ? []
      : [{ subject, message: `That it is ${verbs[after.effect]} was ${before.certainty} and is now ${after.certainty}.` }]),
  ]
}

function describeOtherWinner(before: PlannedComponent, after: PlannedComponent): string {
  if (after.effect === 'hide') return `It was to be ${describeEffect(before)} and is now ${describeEffect(after)}.`
  if (after.winner === undefined) return 'Nothing lies on top of it any more.'
  return `There is now ${describeWinner(after.winner)} on top of it${before.winner === undefined ? '' : `, no longer ${describeWinner(before.winner)}`}.`
}

/** "column Comments (contoso_permit.contoso_comments)". */
export function callComponent({ kind, key, name }: Pick<PlannedComponent, 'kind' | 'key' | 'name'>): string {
  return name === key ? `${nounOf(kind)} ${key}` : `${nounOf(kind)} ${name} (${key})`
}

function describeWinner(winner: string): string {
  return winner === 'Active' ? 'a change by hand' : winner
}

function diffParameters(before: Plan, after: Plan): Reason[] {
  const bindings = (plan: Plan) => plan.parameters.connectionReferences.map((one) => [one.logicalName, canonicalJson(one)] as const)
  const values = (plan: Plan) => plan.parameters.environmentVariables.map((one) => [one.schemaName, canonicalJson(one)] as const)
  return [...diffNamed(bindings(before), bindings(after), 'connection'), ...diffNamed(values(before), values(after), 'value')]
}

/** What values are stays with the settings: only that one changed is told. */
function diffNamed(before: readonly (readonly [string, string])[], after: readonly (readonly [string, string])[], what: string): Reason[] {
  const was = new Map(before)
  const is = new Map(after)
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((subject) => {
    if (was.get(subject) === is.get(subject)) return []
    if (!is.has(subject)) return [{ subject, message: `It gets no ${what} any more.` }]
    return [{ subject, message: was.has(subject) ? `It gets another ${what}.` : `It now gets a ${what}.` }]
  })
}

const flowVerbs = { 'switch-on': 'switched on', 'switch-off': 'switched off', leave: 'left as it is' } as const

function diffFlows(before: Plan, after: Plan): Reason[] {
  const was = new Map(before.flows.map((flow) => [flow.id, flow]))
  const is = new Set(after.flows.map((flow) => flow.id))
  return [
    ...after.flows.flatMap((flow): Reason[] => {
      const other = was.get(flow.id)
      const now = `It is now ${flowVerbs[flow.action]}: ${flow.why}`
      if (other === undefined || other.action !== flow.action) return [{ subject: `flow ${flow.name}`, message: now }]
      return other.desired === flow.desired
        ? []
        : [{ subject: `flow ${flow.name}`, message: `It is still ${flowVerbs[flow.action]}: ${flow.why}` }]
    }),
    ...before.flows.flatMap((flow) => (is.has(flow.id) ? [] : [{ subject: `flow ${flow.name}`, message: 'It is no longer in the plan.' }])),
  ]
}

function diffUnmanaged(before: Plan, after: Plan): Reason[] {
  const out = (plan: Plan) => plan.unmanaged?.leftOut ?? []
  return [
    ...out(after)
      .filter((component) => !out(before).includes(component))
      .map((subject) => ({ subject, message: 'It is now left out of the import, as it is there.' })),
    ...out(before)
      .filter((component) => !out(after).includes(component))
      .map((subject) => ({ subject, message: 'It is no longer left out of the import.' })),
  ]
}

const dataVerbs = { keep: 'kept as the target has it', overwrite: 'overwritten', delete: 'deleted' } as const

function diffData({ data: before }: Plan, { data: after }: Plan): Reason[] {
  const other = before?.digest === after?.digest ? [] : [{ subject: 'configuration data', message: 'It is another package than before.' }]
  const was = new Map((before?.named ?? []).map((row) => [`${row.table} ${row.id}`, row.deed]))
  const is = new Map((after?.named ?? []).map((row) => [`${row.table} ${row.id}`, row.deed]))
  return [
    ...other,
    ...[...is].flatMap(([subject, deed]) =>
      was.get(subject) === deed ? [] : [{ subject, message: `The row is now ${dataVerbs[deed]}.` }],
    ),
    ...[...was].flatMap(([subject, deed]) => (is.has(subject) ? [] : [{ subject, message: `The row is no longer ${dataVerbs[deed]}.` }])),
  ]
}

function diffAccess({ access: before }: Plan, { access: after }: Plan): Reason[] {
  const entries = (access: Plan['access']): readonly (readonly [string, string])[] => [
    ...(access?.teams ?? []).map((team) => [`team ${team.name}`, canonicalJson(team)] as const),
    ...(access?.apps ?? []).map((app) => [`app ${app.app} for ${app.groupId}`, canonicalJson(app)] as const),
    ...(access?.flows ?? []).map((flow) => [`flow ${flow.flow} for ${flow.team}`, canonicalJson(flow)] as const),
  ]
  const was = new Map(entries(before))
  const is = new Map(entries(after))
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((subject) => {
    if (was.get(subject) === is.get(subject)) return []
    if (!is.has(subject)) return [{ subject, message: 'Nothing is declared for it any more.' }]
    return [{ subject, message: was.has(subject) ? 'What it is given or loses is another.' : 'It is now given access.' }]
  })
}

function diffBlockers(before: Plan, after: Plan): Reason[] {
  const codes = (plan: Plan) => plan.blockers.map((blocker) => blocker.code)
  return [
    ...after.blockers
      .filter((blocker) => !codes(before).includes(blocker.code))
      .map((blocker) => ({ subject: blocker.code, message: `The way is closed now: ${blocker.message}` })),
    ...before.blockers
      .filter((blocker) => !codes(after).includes(blocker.code))
      .map((blocker) => ({ subject: blocker.code, message: 'This no longer closes the way.' })),
  ]
}

function diffRest(before: Plan, after: Plan): Reason[] {
  const was = new Map(before.content.map((component) => [`${component.kind}:${component.key}:${component.effect}`, component]))
  const counts = after.content.flatMap((component) => {
    const other = was.get(`${component.kind}:${component.key}:${component.effect}`)
    return other === undefined ? [] : diffLosses(other, component)
  })
  const unseen = after.unseen
    .filter(({ what }) => !before.unseen.some((other) => other.what === what))
    .map(({ what, why }) => ({ subject: what, message: `It can no longer be seen: ${why}` }))
  return [...counts, ...unseen]
}

function diffLosses(before: PlannedComponent, after: PlannedComponent): Reason[] {
  return after.losses.flatMap(({ kind, count }) => {
    const other = before.losses.find((loss) => loss.kind === kind)
    const [was, is] = [other === undefined ? 'not counted' : countText(other.count), countText(count)]
    return was === is ? [] : [{ subject: callComponent(after), message: `${kind}: it was ${was} and is ${is}.` }]
  })
}

/** "exactly 4", "at least 50,000", "unknown": the number with how sure it is. */
export function countText(count: Count): string {
  if (count.kind === 'unknown') return 'unknown'
  return `${count.kind === 'exact' ? 'exactly' : 'at least'} ${count.n.toLocaleString('en-US')}`
}
