import type { Plan, PlannedComponent } from '#domain/plan'
import { wantedState } from '../../src/engine/steps/flow-states.ts'
import type { HandMade } from '../conformance/hand-made.ts'
import type { Organisation } from '../conformance/organisation.ts'
import { forecast } from './forecast.ts'
import { applyUpgrade, bringIn, onWhatIsThere, play, switchFlow } from './play.ts'
import type { Scene } from './scene.ts'
import { flowId } from './scene.ts'
import type { Sight } from './sight.ts'
import { look } from './sight.ts'
import type { Definition, Thing } from './universe.ts'
import { readUniverse } from './universe.ts'
import { wordsOfPlan } from './words-of-plan.ts'

/** Plays a scene, forecasts the release, brings it in as the plan says, and compares. Throws where the forecast was not what came to pass. Gives words for the tally: a proof over cases of one sort alone would be none. */
export async function judge(organisation: Organisation, scene: Scene): Promise<readonly string[]> {
  const { installed, isPatched, words } = await play(organisation, scene.steps)
  const release = await onWhatIsThere(organisation, scene.release)
  const before = await look(organisation)
  const known = scene.knowsInstalled ? installed : undefined
  const plan = await forecast(organisation, { ...scene, release, installed: known, flowWish: scene.flowWish })
  expectNothingChanged(before, await look(organisation))
  const operation = await deploy(organisation, release, plan.mode, before)
  const isIn = operation['statuscode'] === 30
  if (isIn) await bringFlow(organisation, plan, before)
  const after = await look(organisation)
  const refusal = isIn ? undefined : String(operation['message'] ?? '')
  judgeRefusal(plan, refusal)
  if (isIn) compare(plan, { before, after, release, isInstalledKnown: (known !== undefined && !isPatched) || installed === undefined })
  else expectNothingLost(before, after)
  return [...words, ...wordsOfPlan(plan, isIn), ...(isIn ? judgeFlow(plan, before, after) : [])]
}

/** As the step of an attempt does after the import. */
async function bringFlow(organisation: Organisation, plan: Plan, before: Sight): Promise<void> {
  for (const flow of plan.flows) {
    const to = wantedState(flow, { layers: [], flows: before.flowIs === undefined ? [] : [{ id: flowId, state: before.flowIs }] })
    const { flowIs } = await look(organisation)
    if (to !== undefined && to !== flowIs) await switchFlow(organisation, to)
  }
}

/** What a plan says of the state of a flow, in its words, is what is there; one that it says nothing of stays as it is. */
function judgeFlow(plan: Plan, before: Sight, after: Sight): readonly string[] {
  const [planned] = plan.flows
  const was = before.flowIs ?? 'new'
  if (after.flowIs === undefined) {
    if (planned !== undefined) throw new Error('the flow is not there, and the plan told its state')
    return []
  }
  if (planned === undefined) {
    if (after.flowIs !== was) throw new Error(`the flow went from ${was} to ${after.flowIs}, which was not forecast`)
    return []
  }
  const line = plan.lines.find(({ subject, message }) => subject === planned.name && /^Is (left|switched)/.test(message))?.message ?? ''
  const told = /^Is switched (on|off)/.exec(line)?.[1] ?? (was === 'new' ? 'off' : was)
  if (after.flowIs !== told) throw new Error(`the flow is ${after.flowIs}, was ${was}, and the plan said: ${line}`)
  return [`flow: ${was}, ${planned.action}`]
}

/** In the way of the plan; between the two steps of a staged upgrade everything is still there. */
async function deploy(organisation: Organisation, release: HandMade, mode: Plan['mode'], before: Sight): Promise<Record<string, unknown>> {
  if (mode !== 'stage-for-upgrade') return bringIn(organisation, release, mode === 'upgrade' ? 'upgrade' : 'update')
  const staged = await bringIn(organisation, release, 'stage')
  if (staged['statuscode'] !== 30) return staged
  expectNothingLost(before, await look(organisation))
  return applyUpgrade(organisation, release.name)
}

/** How the platform says what each blocker forecasts. */
const refusals: Readonly<Record<string, RegExp>> = {
  'plan.dependants': /Solution dependencies exist, cannot uninstall/,
  'plan.base-layer': /will delete the base layer/,
  'plan.unmanaged-base': /has an unmanaged base instance/,
  'plan.installed-unmanaged': /already installed on this system as an unmanaged solution/,
  'PIP-14': /Holding solution/,
  'plan.not-customizable': /failed during managed property evaluation/,
  'STR-12': /must have a higher version/,
  'STR-03': /publisher name cannot be changed/,
}

/** How the platform says what a line forecasts that cannot tell it for sure. */
const unclearRefusals: readonly { readonly line: RegExp; readonly refusal: RegExp }[] = [
  { line: /still needs what goes, so that the platform refuses, cannot be told/, refusal: /Solution dependencies exist, cannot uninstall/ },
  { line: /It is not customizable|takes nothing new/, refusal: /failed during managed property evaluation/ },
]

function judgeRefusal(plan: Plan, refusal: string | undefined): void {
  const codes = plan.blockers.map(({ code }) => code)
  if (refusal === undefined && codes.length > 0) throw new Error(`forecast as refused (${codes.join(', ')}), and it went in`)
  if (refusal === undefined || codes.some((code) => refusals[code]?.test(refusal) === true)) return
  // No listing shows the command bar of a table: that others have one above ours is forecast by what else of theirs is in the table.
  if (codes.includes('plan.dependants') && /base layer for the component 'hand_(boat|pier)'/.test(refusal)) return
  if (mayBeRefused(plan, refusal)) return
  throw new Error(`refused, which was not forecast (${codes.join(', ')}): ${refusal}`)
}

function mayBeRefused({ lines }: Plan, refusal: string): boolean {
  const told = unclearRefusals.filter((one) => one.refusal.test(refusal))
  return lines.some(({ certainty, message }) => certainty === 'unknown' && told.some(({ line }) => line.test(message)))
}

interface Outcome {
  readonly before: Sight
  readonly after: Sight
  readonly release: HandMade
  readonly isInstalledKnown: boolean
}

function compare(plan: Plan, { before, after, release, isInstalledKnown }: Outcome): void {
  const planned = new Map(plan.content.map((component) => [`${component.kind}:${component.key}`.toLowerCase(), component]))
  for (const thing of readUniverse(before, after, release)) compareThing(thing, planned, isInstalledKnown)
}

function compareThing(thing: Thing, planned: ReadonlyMap<string, PlannedComponent>, isInstalledKnown: boolean): void {
  const own = planned.get(thing.id)
  const has = (effect: PlannedComponent['effect']): boolean => [thing.id, ...thing.needs].some((id) => planned.get(id)?.effect === effect)
  if (thing.was && !thing.is && !has('destroy')) throw new Error(`${thing.id} went, which was not forecast`)
  if (thing.is && has('destroy')) throw new Error(`${thing.id} was forecast to go, and is there`)
  if (!thing.was && thing.is && !has('create')) throw new Error(`${thing.id} came, which was not forecast`)
  if (own?.effect === 'create' && !thing.is) throw new Error(`${thing.id} was forecast to come, and is not there`)
  if (own?.effect === 'destroy') compareLosses(thing, own)
  if (thing.was && thing.is) compareStaying(thing, own, isInstalledKnown)
}

function compareLosses(thing: Thing, { losses }: PlannedComponent): void {
  const data = losses.find((loss) => ['rows', 'values', 'role-assignments'].includes(loss.kind))
  if (thing.dataBefore === undefined) return
  if (data === undefined) throw new Error(`${thing.id}: ${thing.dataBefore} go, and nobody would count them`)
  if (data.count.kind === 'unknown') throw new Error(`${thing.id}: what goes was not counted: ${data.count.why}`)
  if (data.count.n !== thing.dataBefore) throw new Error(`${thing.id}: ${data.count.n} was counted, ${thing.dataBefore} went`)
}

function compareStaying(thing: Thing, own: PlannedComponent | undefined, isInstalledKnown: boolean): void {
  if (thing.dataBefore !== thing.dataAfter)
    throw new Error(`${thing.id} stays, and its data went from ${thing.dataBefore} to ${thing.dataAfter}`)
  const [before, after] = [textOf(thing.definitionBefore), textOf(thing.definitionAfter)]
  const words = `${thing.id} went from ${before} to ${after}`
  if (own?.effect === 'hide' && own.certainty !== 'unknown' && before !== after)
    throw new Error(`${words}, and was forecast to stay hidden`)
  const shallShow = own?.effect === 'change' && own.certainty === 'known' && own.winner === undefined
  if (shallShow && !shows(thing)) throw new Error(`${words}, and ${textOf(thing.released)} was forecast to show`)
  if (own === undefined && before !== after && isInstalledKnown) throw new Error(`${words}, which was not forecast`)
}

/** Of what is merged, each part of the release shows, beside parts of others. */
function shows({ released, definitionAfter }: Thing): boolean {
  if (released === undefined) return true
  if (typeof released === 'string') return released === definitionAfter
  return released.every((part) => definitionAfter?.includes(part) === true)
}

function textOf(definition: Definition): string {
  return typeof definition === 'string' ? definition : (definition ?? ['nothing']).join(', ')
}

function expectNothingLost(before: Sight, after: Sight): void {
  for (const thing of readUniverse(before, after)) {
    if (thing.was && !thing.is) throw new Error(`${thing.id} went although no upgrade was applied`)
    if (thing.was && thing.dataBefore !== thing.dataAfter) throw new Error(`${thing.id} lost data although no upgrade was applied`)
  }
}

function expectNothingChanged(before: Sight, after: Sight): void {
  if (JSON.stringify(before) !== JSON.stringify(after)) throw new Error('planning changed the environment')
}
