import type { Plan, PlannedComponent } from '#domain/plan'
import type { HandMade } from '../conformance/hand-made.ts'
import type { Organisation } from '../conformance/organisation.ts'
import { forecast } from './forecast.ts'
import { bringIn, play } from './play.ts'
import type { Scene } from './scene.ts'
import type { Sight } from './sight.ts'
import { look } from './sight.ts'
import type { Thing } from './universe.ts'
import { readUniverse } from './universe.ts'

/** What a case came to: counted, so that it shows that cases of every sort were played. */
export interface Verdict {
  readonly mode: Plan['mode']
  readonly outcome: 'went in' | 'was refused'
  readonly effects: Readonly<Record<PlannedComponent['effect'], number>>
}

/** Plays a scene, forecasts the release, brings it in as the plan says, and compares. Throws where the forecast was not what came to pass. */
export async function judge(organisation: Organisation, scene: Scene): Promise<Verdict> {
  const { installed } = await play(organisation, scene.steps)
  const before = await look(organisation)
  const plan = await forecast(organisation, scene.release, scene.knowsInstalled ? installed : undefined)
  expectNothingChanged(before, await look(organisation))
  const operation = await bringIn(organisation, scene.release, plan.mode === 'upgrade' ? 'upgrade' : 'update')
  const after = await look(organisation)
  const isIn = operation['statuscode'] === 30
  const text = String(operation['message'] ?? '')
  const codes = plan.blockers.map(({ code }) => code)
  if (codes.length > 0 && isIn) throw new Error(`forecast as refused (${codes.join(', ')}), and it went in`)
  if (codes.length === 0 && !isIn && !mayBeRefused(plan)) throw new Error(`refused, which was not forecast: ${text}`)
  if (!isIn) {
    expectNothingLost(before, after)
    return { mode: plan.mode, outcome: 'was refused', effects: countEffects(plan) }
  }
  compare(plan, { before, after, release: scene.release, isInstalledKnown: scene.knowsInstalled || installed === undefined })
  return { mode: plan.mode, outcome: 'went in', effects: countEffects(plan) }
}

function mayBeRefused(plan: Plan): boolean {
  return plan.lines.some(
    (line) => line.certainty === 'unknown' && line.message.includes('cannot be told') && line.message.includes('refuses'),
  )
}

interface Played {
  readonly before: Sight
  readonly after: Sight
  readonly release: HandMade
  readonly isInstalledKnown: boolean
}

function compare(plan: Plan, { before, after, release, isInstalledKnown }: Played): void {
  const planned = new Map(plan.content.map((component) => [`${component.kind}:${component.key}`.toLowerCase(), component]))
  for (const thing of readUniverse(before, after, release)) compareThing(thing, planned, isInstalledKnown)
}

function compareThing(thing: Thing, planned: ReadonlyMap<string, PlannedComponent>, isInstalledKnown: boolean): void {
  const own = planned.get(thing.id)
  const table = thing.table === undefined ? undefined : planned.get(`entity:${thing.table}`)
  const isDestroyed = own?.effect === 'destroy' || table?.effect === 'destroy'
  if (thing.was && !thing.is && !isDestroyed) throw new Error(`${thing.id} went, which was not forecast`)
  if (thing.is && isDestroyed) throw new Error(`${thing.id} was forecast to go, and is there`)
  const isCreated = own?.effect === 'create' || table?.effect === 'create'
  if (!thing.was && thing.is && !isCreated) throw new Error(`${thing.id} came, which was not forecast`)
  if (own?.effect === 'create' && !thing.is) throw new Error(`${thing.id} was forecast to come, and is not there`)
  if (own?.effect === 'destroy') compareLosses(thing, own)
  if (thing.was && thing.is) compareStaying(thing, own, isInstalledKnown)
}

function compareLosses(thing: Thing, { losses }: PlannedComponent): void {
  const data = losses.find((loss) => loss.kind === 'rows' || loss.kind === 'values')
  if (data === undefined || thing.dataBefore === undefined) return
  if (data.count.kind === 'unknown') throw new Error(`${thing.id}: what goes was not counted: ${data.count.why}`)
  if (data.count.n !== thing.dataBefore) throw new Error(`${thing.id}: ${data.count.n} was counted, ${thing.dataBefore} went`)
}

function compareStaying(thing: Thing, own: PlannedComponent | undefined, isInstalledKnown: boolean): void {
  if (thing.dataBefore !== thing.dataAfter)
    throw new Error(`${thing.id} stays, and its data went from ${thing.dataBefore} to ${thing.dataAfter}`)
  const hasChanged = thing.definitionBefore !== thing.definitionAfter
  const words = `${thing.id} went from ${thing.definitionBefore} to ${thing.definitionAfter}`
  if (own?.effect === 'hide' && own.certainty !== 'unknown' && hasChanged) throw new Error(`${words}, and was forecast to stay hidden`)
  const shallShow = own?.effect === 'change' && own.certainty === 'known' && own.winner === undefined && thing.released !== undefined
  if (shallShow && thing.definitionAfter !== thing.released) throw new Error(`${words}, and ${thing.released} was forecast to show`)
  if (own === undefined && hasChanged && isInstalledKnown) throw new Error(`${words}, which was not forecast`)
}

function expectNothingLost(before: Sight, after: Sight): void {
  for (const thing of readUniverse(before, after)) {
    if (thing.was && !thing.is) throw new Error(`${thing.id} went although the import was refused`)
    if (thing.was && thing.dataBefore !== thing.dataAfter) throw new Error(`${thing.id} lost data although the import was refused`)
  }
}

function expectNothingChanged(before: Sight, after: Sight): void {
  if (JSON.stringify(before) !== JSON.stringify(after)) throw new Error('planning changed the environment')
}

function countEffects({ content }: Plan): Verdict['effects'] {
  const count = (effect: PlannedComponent['effect']): number => content.filter((component) => component.effect === effect).length
  return { create: count('create'), change: count('change'), hide: count('hide'), destroy: count('destroy') }
}
