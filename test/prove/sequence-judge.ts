import type { EnvironmentRecord, Deviation } from '#domain/drift'
import type { Plan } from '#domain/plan'
import type { Promotion } from '#domain/promotion'
import { laneIn } from '../support/promotion-world.ts'
import type { Deployment } from '../../src/engine/engine.ts'
import { personId } from '../support/domain-builders.ts'
import { granted } from '../support/granted.ts'
import type { Content, Deed, Extras, Sequence } from './sequence.ts'
import type { FlowBelief } from './sequence-flows.ts'
import { flowAfter, flowInPlan, noFlow } from './sequence-flows.ts'
import type { Done, Play } from './sequence-play.ts'
import { ours, production, rowOfOurs } from './sequence-play.ts'
import type { ProductionSight } from './sequence-sight.ts'
import { feeOfOurs, flowOfOurs } from './sequence-sight.ts'
import { feeInStage, foreign } from './sequence-world.ts'

interface What {
  readonly version: string
  readonly content: Content
  readonly extras: Extras
}

/** What whoever watched knows that production must hold. */
export interface Belief {
  /** Undefined where nothing of ours is there. */
  readonly deployed: (What & { readonly promotionId: string }) | undefined
  /** What others brought, and nothing of ours replaced yet. */
  readonly foreign: What | undefined
  /** What ran there since it was there last from nothing, oldest first. */
  readonly ran: readonly { readonly releaseId: string; readonly contentOf: string; readonly promotionId: string; readonly digest: string }[]
  readonly flow: FlowBelief
  /** Something ended badly after it changed the environment, and nothing went well since. */
  readonly isUnsettled: boolean
  /** `table.column` of what people changed or made by hand; that, `flow` and `fee` of what updates left behind. */
  readonly byHand: ReadonlySet<string>
  readonly leftBehind: ReadonlySet<string>
}

const noExtras: Extras = { hasFee: false }

export function beliefAtFirst({ begins, turnsNewFlowsOn }: Pick<Sequence, 'begins' | 'turnsNewFlowsOn'>): Belief {
  const there = begins === 'brown' ? foreign : undefined
  const flow: FlowBelief = there === undefined ? noFlow : { state: turnsNewFlowsOn ? 'on' : 'off', wanted: undefined }
  return { deployed: undefined, foreign: there, flow, ran: [], isUnsettled: false, byHand: new Set(), leftBehind: new Set() }
}

export interface Moment {
  readonly play: Play
  readonly deed: Deed
  readonly done: Done
  readonly before: ProductionSight
  readonly after: ProductionSight
  readonly belief: Belief
  /** Whether nothing but a recovery might go in when it began. */
  readonly wasHeld: boolean
}

/** Throws what does not hold after a deed, or gives what is to be believed now. */
export async function judgeDeed(moment: Moment): Promise<Belief> {
  const { play, deed, done, before, after } = moment
  const promotion = done.promotionId === undefined ? undefined : (await play.world.view(done.promotionId)).promotion
  judgeLosses(moment, promotion)
  const isChanged = showsDefinitions(before) !== showsDefinitions(after)
  if (moment.wasHeld && deed.deed === 'promote' && (isChanged || after.jobs > before.jobs))
    throw new Error(`a held place took a release (${done.word})`)
  if (after.jobs - before.jobs > 1 && (deed.deed === 'promote' || deed.deed === 'rollback' || deed.deed === 'resume-promotion'))
    throw new Error(`${after.jobs - before.jobs} jobs were sent for one attempt`)
  if (promotion?.status.state === 'running') throw new Error('it runs for ever')
  judgeEnd(moment, promotion)
  const belief = await believe(moment, promotion, isChanged)
  await judgeLedger(moment, belief)
  if (!belief.isUnsettled) {
    judgeDefinitions(after, belief)
    judgeExtras(moment, { belief, hasGoneIn: promotion?.status.state === 'succeeded' })
    await judgeKnownGood(play, belief, after)
  }
  if (deed.deed !== 'rows') await judgeDrift(moment, belief)
  return belief
}

/** Where nothing goes wrong on the way, and nothing had before, a release does not fail: what verification finds then is what we did ourselves. */
function judgeEnd({ deed, belief, wasHeld }: Moment, promotion: Promotion | undefined): void {
  if (deed.deed !== 'promote' || deed.trouble.kind !== 'none' || belief.isUnsettled || wasHeld) return
  const { status } = promotion ?? {}
  if (status?.state !== 'failed' && status?.state !== 'errored' && status?.state !== 'indeterminate') return
  throw new Error(`it is ${status.state} though nothing went wrong: ${JSON.stringify(status)}`)
}

function showsDefinitions({ version, lengths }: ProductionSight): string {
  return JSON.stringify([version, lengths])
}

/** No row and no value goes that was not announced, let go and saved. */
function judgeLosses({ before, after, deed }: Moment, promotion: Promotion | undefined): void {
  for (const [id, values] of before.rows) {
    const [table = ''] = id.split(' ')
    const lengths = (after.lengths as Record<string, Readonly<Record<string, number>> | undefined>)[table]
    const row = after.rows.get(id)
    if (lengths !== undefined && row === undefined) throw new Error(`${id} is gone though its table is there`)
    for (const [column, value] of Object.entries(values)) {
      if (row?.[column] === value) continue
      // Configuration data that a release brings changes its own row.
      if (row !== undefined && id === `hand_boat ${rowOfOurs}` && column === 'hand_name' && promotion !== undefined) continue
      if (lengths?.[column] !== undefined) throw new Error(`${id} lost its ${column} though the column is there`)
      const subject = lengths === undefined ? `Entity:${table}` : `Attribute:${table}.${column}`
      if (promotion === undefined) throw new Error(`${deed.deed} took ${subject} with ${value} away`)
      const { plan } = promotion.request
      if (!plan.content.some((one) => `${one.kind}:${one.key}` === subject && one.effect === 'destroy'))
        throw new Error(`${subject} went with ${value}, and no plan announced it`)
      if (!promotion.acknowledgements.some((one) => one.subject === subject))
        throw new Error(`${subject} went with ${value}, and nobody let it go`)
      const saved = promotion.rescues.flatMap(({ items }) => items).filter((item) => item.table === table)
      if (!saved.some((item) => item.rows > 0 && (lengths === undefined || item.columns?.includes(column) === true)))
        throw new Error(`${subject} went with ${value}, and was not saved`)
    }
  }
}

async function believe(moment: Moment, promotion: Promotion | undefined, isChanged: boolean): Promise<Belief> {
  const { belief, deed, done, after } = moment
  const byHand = deed.deed === 'tweak' && done.word === 'done' ? new Set([...belief.byHand, `${deed.table}.${deed.column}`]) : belief.byHand
  const flow = deed.deed === 'switch-flow' && done.word === 'done' ? { ...belief.flow, state: deed.to } : belief.flow
  if (promotion === undefined) return { ...belief, byHand, flow }
  const { state } = promotion.status
  if (state === 'succeeded') return afterSuccess(moment, promotion)
  // Both versions stand there; what is deployed is the old one, until people say which it shall be.
  if (state === 'migrating') return { ...belief, isUnsettled: true }
  if (state === 'withdrawn' && deed.deed === 'finish-migration') return { ...belief, isUnsettled: false }
  if (!isChanged) return belief
  if (!(await isHeld(moment.play)))
    throw new Error(`it is ${state} after it changed the environment (${after.version}), and nothing is held`)
  return { ...belief, isUnsettled: true }
}

async function afterSuccess({ belief, play, after }: Moment, { request }: Promotion): Promise<Belief> {
  const { plan, promotionId, releaseId, boundTo, intent } = request
  if (plan.mode === 'uninstall') {
    if (after.version !== undefined) throw new Error('it was taken away, and is there')
    return { ...beliefAtFirst({ begins: 'empty', turnsNewFlowsOn: false }), byHand: belief.byHand, leftBehind: belief.leftBehind }
  }
  const release = await play.world.engine.loadRelease(releaseId)
  if (release === undefined) throw new Error(`${releaseId} went in, and is not in the ledger`)
  const contentOf = release.repackOf?.releaseId ?? releaseId
  const { content = {}, extras = noExtras } = play.sealed.find((one) => one.release.id === contentOf) ?? {}
  // Going back to the same bytes removes nothing, an upgrade also what that left behind; a release that removes something goes in as an upgrade.
  const left = intent?.kind === 'recovery' ? partsOf(belief.deployed) : []
  const leftBehind = new Set(plan.mode === 'update' ? [...belief.leftBehind, ...left] : [])
  return {
    ...belief,
    deployed: { version: request.version, content, extras, promotionId },
    foreign: undefined,
    ran: [...belief.ran, { releaseId, contentOf, promotionId, digest: boundTo.artifact }],
    isUnsettled: false,
    flow: flowThen({ belief, play }, { plan, extras, isLeftBehind: leftBehind.has('flow') }),
    leftBehind,
  }
}

/** What becomes of the flow, which the plan has to have announced. */
function flowThen(
  { belief, play }: Pick<Moment, 'belief' | 'play'>,
  { plan, extras, isLeftBehind }: { readonly plan: Plan; readonly extras: Extras; readonly isLeftBehind: boolean },
): FlowBelief {
  if (extras.flow === undefined) return isLeftBehind ? { state: belief.flow.state, wanted: undefined } : noFlow
  const then = flowAfter({ inFiles: extras.flow.state, inStage: play.flowInStage }, belief.flow)
  const planned = plan.flows.find(({ id }) => id.toLowerCase() === flowOfOurs)
  if (planned === undefined) throw new Error(`the release has a flow, and no plan says what becomes of it`)
  const announced = flowInPlan(planned, belief.flow.state)
  if (announced !== then.state) throw new Error(`the flow has to be ${then.state}, and the plan says ${planned.action}: ${planned.why}`)
  return then
}

function partsOf(what: What | undefined): readonly string[] {
  if (what === undefined) return []
  const columns = Object.entries(what.content).flatMap(([table, shown]) => Object.keys(shown).map((column) => `${table}.${column}`))
  return [...columns, ...(what.extras.flow === undefined ? [] : ['flow']), ...(what.extras.hasFee ? ['fee'] : [])]
}

export async function isHeld({ world }: Play): Promise<boolean> {
  const record = await world.deps.readModel.load<EnvironmentRecord>('environment', laneIn(world))
  return (record?.holds ?? []).some((hold) => hold.resumed === undefined && hold.solution === ours)
}

async function judgeLedger({ play, after }: Moment, { deployed, foreign: before, isUnsettled }: Belief): Promise<void> {
  const deployment = await play.world.deps.readModel.load<Deployment>('deployment', `prod/${ours.toLowerCase()}`)
  if (deployment?.version !== deployed?.version)
    throw new Error(`the ledger says that ${deployment?.version} is deployed, and ${deployed?.version} went in`)
  if (deployment !== undefined && deployment.promotionId !== deployed?.promotionId)
    throw new Error(`the ledger says that ${deployment.promotionId} brought it, and it was ${deployed?.promotionId}`)
  if (!isUnsettled && after.version !== (deployed ?? before)?.version)
    throw new Error(`the ledger says ${deployed?.version}, and production has ${after.version}`)
}

/** What is there is what went in last, but for what people made. */
function judgeDefinitions({ lengths }: ProductionSight, { deployed, foreign: before, byHand, leftBehind }: Belief): void {
  const content = ((deployed ?? before)?.content ?? {}) as Record<string, Readonly<Record<string, number>> | undefined>
  for (const [table, shown = {}] of Object.entries(content)) {
    const there = (lengths as Record<string, Readonly<Record<string, number>> | undefined>)[table]
    if (there === undefined) throw new Error(`${table} is deployed, and not there`)
    for (const [column, length] of Object.entries(shown))
      if (there[column] !== length && !byHand.has(`${table}.${column}`))
        throw new Error(`${table}.${column} is deployed with ${length}, and has ${there[column]}`)
  }
  for (const [table, there = {}] of Object.entries(lengths))
    for (const column of Object.keys(there).filter((name) => /^hand_[abc]$/.test(name))) {
      const id = `${table}.${column}`
      if (content[table]?.[column] === undefined && !byHand.has(id) && !leftBehind.has(id))
        throw new Error(`${id} is there, and nothing deployed has it`)
    }
}

/** The flow of what went in says what it said there, and runs where it has to, its variable has the value of the stage, and its row of configuration data its name. */
function judgeExtras({ after }: Moment, of: { readonly belief: Belief; readonly hasGoneIn: boolean }): void {
  const { deployed, foreign, leftBehind } = of.belief
  const { flow, hasFee, row } = (deployed ?? foreign)?.extras ?? noExtras
  if (flow !== undefined && after.flow?.says !== flow.says)
    throw new Error(
      `the flow of the ${flow.says} is deployed, and is ${after.flow === undefined ? 'not there' : `of the ${after.flow.says}`}`,
    )
  if (flow === undefined && after.flow !== undefined && !leftBehind.has('flow'))
    throw new Error('a flow is there, and nothing deployed has it')
  if (after.flow?.state !== of.belief.flow.state) throw new Error(`the flow has to be ${of.belief.flow.state}, and is ${after.flow?.state}`)
  if (hasFee && after.fee !== feeInStage)
    throw new Error(`${feeOfOurs} is deployed, and has ${after.fee} where the stage says ${feeInStage}`)
  if (!hasFee && after.fee !== undefined && !leftBehind.has('fee')) throw new Error(`${feeOfOurs} is there, and nothing deployed has it`)
  const name = after.rows.get(`hand_boat ${rowOfOurs}`)?.['hand_name']
  if (of.hasGoneIn && row !== undefined && name !== row) throw new Error(`the row ${row} was brought, and is called ${name}`)
}

/** What is offered to go back to did run there, and is not what is there. */
async function judgeKnownGood(play: Play, { deployed, ran }: Belief, { version }: ProductionSight): Promise<void> {
  if (version === undefined || deployed === undefined) return
  const { knownGood } = granted(await play.world.engine.showRecovery({ environmentId: production, solution: ours }))
  const current = ran.findLast((one) => one.promotionId === deployed.promotionId)
  if (knownGood === undefined) {
    const [last, before] = [ran.at(-1), ran.at(-2)]
    const plain = last !== undefined && before !== undefined && ran.filter((one) => one.contentOf === before.contentOf).length === 1
    const isRelease = last !== undefined && (await play.world.view(last.promotionId as never)).promotion.request.intent?.kind !== 'recovery'
    if (plain && isRelease && before.contentOf !== last.contentOf)
      throw new Error(`nothing is known good, and ${before.releaseId} ran before`)
    return
  }
  const real = ran.find((one) => one.promotionId === knownGood.promotionId)
  if (real === undefined) throw new Error(`${knownGood.releaseId} is called known good, and never ran there`)
  // What was packed again is gone back to by the bytes that it was made from, which ran there, too.
  const bytes = ran.filter((one) => one.contentOf === real.contentOf).map(({ digest }) => digest)
  if (!bytes.includes(knownGood.digest)) throw new Error(`${knownGood.releaseId} is called known good with other bytes than ran there`)
  if (real.contentOf === current?.contentOf) throw new Error(`${knownGood.releaseId} is called known good, and is what is there`)
}

/** Drift tells what people did by hand, and nothing that Drover did. */
async function judgeDrift({ play, deed, done, after }: Moment, { byHand, deployed, isUnsettled }: Belief): Promise<void> {
  const view = granted(await play.world.engine.watchDrift({ environmentId: production, actor: personId('olga') }))
  const deviations = view.assessment?.deviations ?? []
  const untold = deviations.filter(
    (one) => (one.class === 'unregistered' || one.class === 'broken') && !isAbout(one, byHand) && one.solution === ours,
  )
  if (!isUnsettled && untold.length > 0)
    throw new Error(`drift is told of what Drover did: ${untold.map((one) => `${one.class} ${one.id} ${one.message}`).join('; ')}`)
  if (isUnsettled && deployed !== undefined && after.version !== deployed.version && !deviations.some((one) => one.class === 'broken'))
    throw new Error(`production has ${after.version} where ${deployed.version} is deployed, and drift says nothing`)
  const { baseline } = (await play.world.deps.readModel.load<EnvironmentRecord>('environment', laneIn(play.world))) ?? {}
  const isTold = baseline?.solutions[ours] === after.version || deviations.some(({ subject }) => subject.key === ours)
  if (deployed === undefined && after.version !== undefined && !isTold)
    throw new Error(`production has ${after.version} where nothing is deployed, and drift says nothing`)
  if (deed.deed !== 'tweak' || done.word !== 'done' || deed.column === 'hand_own') return
  const id = `${deed.table}.${deed.column}`
  const content = (deployed?.content ?? {}) as Record<string, Readonly<Record<string, number>> | undefined>
  if (content[deed.table]?.[deed.column] === undefined || isUnsettled) return
  if (!deviations.some(({ subject }) => subject.key === id)) throw new Error(`${id} was changed by hand, and drift says nothing`)
}

function isAbout({ subject }: Deviation, byHand: ReadonlySet<string>): boolean {
  return [...byHand].some((id) => id === subject.key || id.startsWith(`${subject.key}.`))
}
