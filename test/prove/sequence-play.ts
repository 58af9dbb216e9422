import type { EnvironmentId, PromotionId, Result } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Release } from '#domain/release'
import { makeSettingsTemplate } from '#domain/settings'
import type { PromotionView } from '#engine'
import { readSolution, writeZip } from '#format'
import type { HandMade, HandMadeTable } from '../conformance/hand-made.ts'
import { handMade } from '../conformance/hand-made.ts'
import { personId } from '../support/domain-builders.ts'
import { granted } from '../support/granted.ts'
import type { PromotionWorld } from '../support/promotion-world.ts'
import { bringIn, onWhatIsThere } from './play.ts'
import type { Content, Deed, Extras, FlowState, Trouble } from './sequence.ts'
import { feeOfOurs, flowOfOurs } from './sequence-sight.ts'
import { flowOf, workThrough } from './sequence-world.ts'

export const ours = 'Permits'
export const production = toId<EnvironmentId>('prod')

/** A release of ours, and what it is. */
export interface Sealed {
  readonly release: Release
  readonly content: Content
  readonly extras: Extras
}

/** What has been done, as whoever did it knows it. */
export interface Play {
  readonly flowInStage: FlowState | undefined
  readonly world: PromotionWorld
  readonly sealed: Sealed[]
  /** Every promotion that was asked for, in that order. */
  readonly promotions: PromotionId[]
  /** Versions of the solution of somebody else that came. */
  neighbours: number
}

/** What came of a deed, for the tally; and the promotion that it was about. */
export interface Done {
  readonly word: string
  readonly promotionId?: PromotionId
}

export async function act(play: Play, deed: Deed): Promise<Done> {
  switch (deed.deed) {
    case 'promote':
      return promote(play, deed)
    case 'rollback':
      return rollback(play, deed)
    case 'resume-promotion':
      return resumePromotion(play, deed.trouble)
    case 'finish-migration':
      return finishMigration(play, deed)
    case 'resume-stage':
      return told(
        await play.world.engine.resumeStage({
          environmentId: production,
          solution: ours,
          reason: 'Looked at it.',
          actor: personId('olga'),
        }),
      )
    case 'tweak':
      return tweak(play, deed)
    case 'switch-flow':
      return switchFlow(play, deed.to)
    case 'neighbour':
      return neighbour(play, deed.onOurs)
    case 'rows':
      return addRows(play, deed)
    case 'restore':
      return restore(play)
    default:
      return say(play, deed.deed)
  }
}

function told(result: Result<unknown>): Done {
  return { word: result.ok ? 'done' : result.refusal.code }
}

async function promote(play: Play, deed: Extract<Deed, { deed: 'promote' }>): Promise<Done> {
  const release = await sealOurs(play, deed)
  play.sealed.push({ release, content: deed.content, extras: deed.extras })
  const asked = await play.world.engine.requestPromotion({ releaseId: release.id, stageId: toId('to-prod'), actor: personId('maria') })
  return carryOut(play, asked, deed)
}

/** As preparing it would seal it: with what it asks of the settings, and its configuration data. */
async function sealOurs({ world, sealed }: Play, { content, extras }: Extract<Deed, { deed: 'promote' }>): Promise<Release> {
  const solution = solutionOf({ content, extras }, `1.${sealed.length}.0.0`)
  const { model } = await readSolution(await handMade({ ...solution, isManaged: true }))
  const { row } = extras
  const data = row === undefined ? undefined : await world.deps.artifacts.put(await rowPackage(row))
  return world.seal(solution, {
    settingsTemplate: makeSettingsTemplate(model),
    ...(data === undefined ? {} : { configurationData: { digest: data, commit: 'c0ffee', tables: [{ table: 'hand_boat', rows: 1 }] } }),
  })
}

/** Of configuration data: the same in every release, under another name. */
export const rowOfOurs = '5b1c5c1e-0000-4000-8000-0000000000b0'

function rowPackage(name: string): Promise<Uint8Array> {
  const fields =
    '<field displayname="Boat" name="hand_boatid" type="guid" primaryKey="true" /><field displayname="Name" name="hand_name" type="string" />'
  const about = 'displayname="Boat" primaryidfield="hand_boatid" primarynamefield="hand_name"'
  const values = `<field name="hand_boatid" value="${rowOfOurs}" /><field name="hand_name" value="${name}" />`
  const files = {
    'data_schema.xml': `<entities><entity name="hand_boat" ${about}><fields>${fields}</fields></entity></entities>`,
    'data.xml': `<entities><entity name="hand_boat" displayname="Boat"><records><record id="${rowOfOurs}">${values}</record></records><m2mrelationships /></entity></entities>`,
  }
  return writeZip(Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) })))
}

async function finishMigration(play: Play, { isWanted, trouble }: Extract<Deed, { deed: 'finish-migration' }>): Promise<Done> {
  const promotionId = play.promotions.at(-1)
  if (promotionId === undefined) return { word: 'nothing' }
  const { engine } = play.world
  const said = isWanted
    ? await engine.finishMigration({ promotionId, comment: 'It is moved.', actor: personId('olga') })
    : await engine.withdrawPromotion({ promotionId, actor: personId('maria') })
  if (!said.ok) return { word: said.refusal.code }
  await workThrough(play.world, trouble)
  return { word: await endOf(play, promotionId), promotionId }
}

async function rollback(play: Play, deed: Extract<Deed, { deed: 'rollback' }>): Promise<Done> {
  const to = deed.to === undefined ? undefined : play.sealed.at(-1 - deed.to)?.release.id
  const asked = await play.world.engine.rollback({
    environmentId: production,
    solution: ours,
    reason: 'It went wrong.',
    actor: personId('maria'),
    way: deed.way,
    to,
    typedName: 'prod',
  })
  return carryOut(play, asked, deed)
}

/** People say what is asked of them, and what does not begin then is withdrawn. */
async function carryOut(
  play: Play,
  asked: Result<PromotionView>,
  { trouble, letsGo }: { readonly trouble: Trouble; readonly letsGo: boolean },
): Promise<Done> {
  if (!asked.ok) return { word: asked.refusal.code }
  const { world } = play
  const { promotionId } = asked.value.promotion.request
  play.promotions.push(promotionId)
  for (const { subject, mayAcknowledge } of letsGo ? (await world.view(promotionId, 'olga')).losses : []) {
    if (!mayAcknowledge) continue
    granted(await world.engine.acknowledgeLoss({ promotionId, subject, ceiling: 1000, comment: 'May go.', actor: personId('olga') }))
  }
  if ((await world.view(promotionId)).mayDecide.includes('approval')) await world.approve(promotionId)
  await workThrough(world, trouble)
  return { word: await endOf(play, promotionId), promotionId }
}

async function endOf({ world }: Play, promotionId: PromotionId): Promise<string> {
  const { state } = (await world.view(promotionId)).promotion.status
  if (state !== 'pending') return state
  granted(await world.engine.withdrawPromotion({ promotionId, actor: personId('maria') }))
  return 'waited'
}

async function resumePromotion(play: Play, trouble: Trouble): Promise<Done> {
  const promotionId = play.promotions.at(-1)
  if (promotionId === undefined) return { word: 'nothing' }
  const resumed = await play.world.engine.resumePromotion({ promotionId, reason: 'There is room again.', actor: personId('maria') })
  if (!resumed.ok) return { word: resumed.refusal.code }
  await workThrough(play.world, trouble)
  return { word: await endOf(play, promotionId), promotionId }
}

async function tweak({ world }: Play, { table, column, length }: Extract<Deed, { deed: 'tweak' }>): Promise<Done> {
  const byHand: HandMade = { name: 'ByHand', version: '1.0.0.0', tables: [placed(table, { [column]: length })] }
  const solution = await onWhatIsThere(world.organisation, byHand)
  if ((solution.tables ?? []).length === 0) return { word: 'no table' }
  const operation = await bringIn(world.organisation, solution, 'update')
  await world.organisation.call('POST', 'PublishAllXml', { body: {} })
  return { word: operation['statuscode'] === 30 ? 'done' : 'refused' }
}

async function switchFlow({ world }: Play, to: FlowState): Promise<Done> {
  const [statecode, statuscode] = to === 'on' ? [1, 2] : [0, 1]
  const answer = await world.organisation.call('PATCH', `workflows(${flowOfOurs})`, {
    body: { statecode, statuscode },
    headers: { 'If-Match': '*' },
  })
  if (answer.status === 404) return { word: 'no flow' }
  if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`)
  return { word: 'done' }
}

async function neighbour(play: Play, onOurs: boolean): Promise<Done> {
  play.neighbours++
  const version = `1.${play.neighbours}.0.0`
  const own = { name: 'hand_quay', columns: [{ name: `hand_n${play.neighbours}` }] }
  const tables = [own, ...(onOurs ? [placed('hand_boat', { hand_quayed: 60 + play.neighbours })] : [])]
  const solution = await onWhatIsThere(play.world.organisation, {
    ...{ name: 'Quay', version, publisher: 'quaypublisher', isManaged: true, tables },
  })
  const operation = await bringIn(play.world.organisation, solution, 'update')
  return { word: operation['statuscode'] === 30 ? 'done' : 'refused' }
}

async function addRows({ world }: Play, { table, count }: Extract<Deed, { deed: 'rows' }>): Promise<Done> {
  const path = `EntityDefinitions(LogicalName='${table}')/Attributes/Microsoft.Dynamics.CRM.StringAttributeMetadata?$select=LogicalName`
  const texts = await world.organisation.call('GET', path)
  if (texts.status !== 200) return { word: 'no table' }
  const names = (texts.json['value'] as { LogicalName: string }[]).map((one) => one.LogicalName).filter((name) => name.startsWith('hand_'))
  for (let at = 0; at < count; at++) {
    const body = Object.fromEntries(names.map((name) => [name, `${name} ${crypto.randomUUID().slice(0, 8)}`]))
    const answer = await world.organisation.call('POST', `${table}s`, { body })
    if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`)
  }
  return { word: 'done' }
}

async function restore({ world }: Play): Promise<Done> {
  const [newest] = await world.engine.listRescues({})
  if (newest === undefined) return { word: 'nothing' }
  const restored = await world.engine.restoreRescue({
    rescueId: newest.rescue.id,
    reason: 'Wanted.',
    isDryRun: false,
    actor: personId('olga'),
  })
  await world.work()
  return told(restored)
}

/** A word on what was seen; of several changes on the first. */
async function say({ world: { engine, work } }: Play, deed: 'accept' | 'revert' | 'baseline'): Promise<Done> {
  const actor = personId('olga')
  const view = granted(await engine.watchDrift({ environmentId: production, actor }))
  if (deed === 'baseline') return told(await engine.acceptBaseline({ environmentId: production, comment: 'Good.', actor }))
  const deviation = view.assessment?.deviations.find((one) => one.class === 'unregistered')?.id
  if (deviation === undefined) return { word: 'nothing' }
  if (deed === 'accept') {
    const more = { reason: 'Needed.', owner: actor, days: 30, decision: 'keep' } as const
    return told(await engine.acceptDeviation({ environmentId: production, deviation, actor, ...more }))
  }
  const asked = await engine.revertDeviation({ environmentId: production, deviation, reason: 'A slip.', actor })
  if (!asked.ok) return told(asked)
  const confirmed = await engine.confirmRevert({ environmentId: production, deviation, actor: personId('pat') })
  await work()
  return told(confirmed)
}

function solutionOf({ content, extras }: Pick<Sealed, 'content' | 'extras'>, version: string): HandMade {
  const tables = Object.entries(content).map(([name, shown]) => ({ name, columns: columnsOf(shown) }))
  const flows = extras.flow === undefined ? [] : [flowOf(extras.flow)]
  return { name: ours, version, tables, flows, variables: extras.hasFee ? [{ name: feeOfOurs }] : [] }
}

function placed(name: string, shown: Readonly<Record<string, number>>): HandMadeTable {
  return { name, isWhole: false, columns: columnsOf(shown) }
}

function columnsOf(shown: Readonly<Partial<Record<string, number>>>): NonNullable<HandMadeTable['columns']> {
  return Object.entries(shown).map(([name, maxLength]) => ({ name, maxLength: maxLength ?? 100 }))
}
