import fc from 'fast-check'
import type { Version } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { OpenEnvironment, Row } from '#engine/ports'
import type { Release } from '#domain/release'
import { describeSolution, readPackage } from '#format'
import type { Deployment } from '../../src/engine/engine.ts'
import type { HandMade } from '../conformance/hand-made.ts'
import { personId } from '../support/domain-builders.ts'
import { granted } from '../support/granted.ts'
import type { HotfixWorld } from '../support/hotfix-world.ts'
import { environmentId } from '../support/hotfix-world.ts'
import { kill } from '../support/recorded-steps.ts'

/** What happens to a solution on its way from Dev to production while production is serviced beside it. */
export type Service =
  /** Dev gets a column more, which goes to Test and perhaps to production. */
  | { readonly deed: 'release'; readonly isShipped: boolean; readonly kills: readonly number[] }
  /** From production's tag to production, and perhaps into Dev. */
  | { readonly deed: 'hotfix'; readonly isMerged: boolean; readonly kills: readonly number[] }
  | { readonly deed: 'rollback'; readonly kills: readonly number[] }
  /** A column is changed by hand in production, and accepted or proposed to Dev. */
  | { readonly deed: 'tweak'; readonly isAdopted: boolean; readonly kills: readonly number[] }

const kills = fc.array(fc.nat({ max: 60 }), { maxLength: 2 })
const service: fc.Arbitrary<Service> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ deed: fc.constant('release' as const), isShipped: fc.boolean(), kills }) },
  { weight: 2, arbitrary: fc.record({ deed: fc.constant('hotfix' as const), isMerged: fc.boolean(), kills }) },
  { weight: 1, arbitrary: fc.record({ deed: fc.constant('rollback' as const), kills }) },
  { weight: 1, arbitrary: fc.record({ deed: fc.constant('tweak' as const), isAdopted: fc.boolean(), kills }) },
)
export const services = fc.array(service, { minLength: 4, maxLength: 7 })
/** One in which each has happened: Dev and Test are ahead of production when a fix and a change by hand come in any order; then production goes back. */
export const eachOnce: fc.Arbitrary<readonly Service[]> = fc
  .record({ isFixedFirst: fc.boolean(), kills: fc.tuple(kills, kills, kills, kills) })
  .map(({ isFixedFirst, kills: [first, second, third, fourth] }) => {
    const fix: Service = { deed: 'hotfix', isMerged: true, kills: second }
    const change: Service = { deed: 'tweak', isAdopted: true, kills: third }
    const services: readonly Service[] = isFixedFirst ? [fix, change] : [change, fix]
    return [{ deed: 'release', isShipped: false, kills: first }, ...services, { deed: 'rollback', kills: fourth }]
  })

const asMaria = { actor: personId('maria') }
const solution = 'Boats'

export interface Serviced {
  readonly world: HotfixWorld
  /** Every column that was ever made. */
  readonly columns: string[]
  /** What the source in Dev holds. */
  readonly dev: string[]
  /** Columns of hotfixes that are in production, and that only going back may take. */
  readonly fixed: Set<string>
  /** Every promotion that was asked for, in that order. */
  readonly promotions: Deployment['promotionId'][]
}

/** Does one of them, tells how it ended, and throws what does not hold then. */
export async function serve(of: Serviced, service: Service): Promise<string> {
  const [before, rows, asked] = [await columnsIn(of, 'prod'), await rowsOf(of), of.promotions.length]
  const word = await act(of, service)
  await judge(of, service, { before, word })
  await judgeRows(of, { rows, word, promotions: of.promotions.slice(asked) })
  await addRow(of)
  return word
}

function act(of: Serviced, service: Service): Promise<string> {
  switch (service.deed) {
    case 'release':
      return release(of, service)
    case 'hotfix':
      return hotfix(of, service)
    case 'rollback':
      return rollback(of, service.kills)
    case 'tweak':
      return tweak(of, service)
  }
}

function boats(version: string, columns: readonly string[], length = 50): HandMade {
  const all = [{ name: 'hand_length', maxLength: length }, ...columns.map((name) => ({ name }))]
  return { name: solution, version, tables: [{ name: 'hand_boat', columns: all }] }
}

function make({ columns }: Serviced): string {
  const name = `hand_c${columns.length}`
  columns.push(name)
  return name
}

async function release(of: Serviced, { isShipped, kills }: Extract<Service, { deed: 'release' }>): Promise<string> {
  of.dev.push(make(of))
  await of.world.bring(boats(`1.${of.columns.length}.0.0`, of.dev), 'dev')
  const sealed = await prepare(of, granted(await of.world.engine.prepareRelease({ solution, ...asMaria })).releaseId, kills)
  const tested = await promote(of, sealed, 'to-test', kills)
  return isShipped && tested === 'succeeded' ? promote(of, sealed, 'to-prod', kills) : `in Test: ${tested}`
}

async function prepare(of: Serviced, releaseId: Release['id'], kills: readonly number[]): Promise<Release> {
  await workThrough(of, kills)
  return of.world.sealed(releaseId)
}

async function hotfix(of: Serviced, { isMerged, kills }: Extract<Service, { deed: 'hotfix' }>): Promise<string> {
  const { engine } = of.world
  await engine.observeEnvironment({ environmentId: environmentId('prod'), ...asMaria })
  const started = await engine.startHotfix({
    ...{ solution, environmentId: environmentId('prod'), dev: environmentId('hotdev'), test: environmentId('hottest') },
    ...{ reason: 'It is broken.', ...asMaria },
  })
  if (!started.ok) return started.refusal.code
  const { hotfixId, base } = started.value.hotfix
  await workThrough(of, kills)
  const fix = make(of)
  const there = (await columnsIn(of, 'hotdev')).filter((name) => name !== 'hand_length')
  await of.world.bring(boats(`${base.version}`, [...there, fix]), 'hotdev')
  const asked = await engine.releaseHotfix({ hotfixId, ...asMaria })
  if (!asked.ok) return `release: ${asked.refusal.code}`
  const sealed = await prepare(of, asked.value.releaseId, kills)
  if ((await promote(of, sealed, 'hotfix-test', kills)) !== 'succeeded') return 'not in Test'
  const end = await promote(of, sealed, 'to-prod', kills)
  if (end === 'succeeded') of.fixed.add(fix)
  if (!isMerged || end !== 'succeeded') return end
  const merged = await engine.mergeHotfix({ hotfixId, intoDev: true, withRows: true, ...asMaria })
  if (!merged.ok) return `merge: ${merged.refusal.code}`
  await workThrough(of, kills)
  const { merge } = granted(await engine.loadHotfix(hotfixId)).hotfix
  if (merge?.state !== 'done') return `merge: ${JSON.stringify(merge)}`
  of.dev.push(fix)
  if (!(await columnsIn(of, 'dev')).includes(fix)) throw new Error(`${fix} was merged into Dev, and is not there`)
  return 'succeeded, in Dev'
}

async function rollback(of: Serviced, kills: readonly number[]): Promise<string> {
  const goBack = async (): Promise<string> => {
    const asked = await of.world.engine.rollback({ environmentId: environmentId('prod'), solution, reason: 'It is worse.', ...asMaria })
    return asked.ok ? carryOut(of, asked.value.promotion.request.promotionId, kills) : asked.refusal.code
  }
  const end = await goBack()
  // Where production refuses the lower version, the next one goes by a higher.
  return end === 'failed' ? goBack() : end
}

async function tweak(of: Serviced, { isAdopted, kills }: Extract<Service, { deed: 'tweak' }>): Promise<string> {
  const { engine } = of.world
  if (!(await columnsIn(of, 'prod')).includes('hand_length')) return 'no table'
  const changed = { name: 'hand_boat', isWhole: false, columns: [{ name: 'hand_length', maxLength: 60 + of.columns.length }] }
  await of.world.bring({ name: 'ByHand', version: '1.0.0.0', tables: [changed] }, 'prod')
  const olga = { environmentId: environmentId('prod'), actor: personId('olga') }
  const view = granted(await engine.watchDrift(olga))
  const found = view.assessment?.deviations.find(({ subject }) => subject.key === 'hand_boat.hand_length')
  if (found === undefined) throw new Error('a change by hand, and drift says nothing')
  if (!isAdopted) {
    const more = { reason: 'Needed.', owner: olga.actor, days: 30, decision: 'keep' } as const
    const accepted = await engine.acceptDeviation({ ...olga, deviation: found.id, ...more })
    return accepted.ok ? 'accepted' : accepted.refusal.code
  }
  const adopted = await engine.adoptDeviations({ ...olga, deviations: [found.id] })
  await workThrough(of, kills)
  if (!adopted.ok) return adopted.refusal.code
  const disposition = granted(await engine.loadEnvironmentRecord(olga.environmentId)).dispositions[found.id]
  if (disposition?.kind !== 'adopt' || disposition.branch === undefined) return `adopted: ${disposition?.state} (${disposition?.note})`
  judgeProposal(of, disposition.branch, changed.columns[0]?.maxLength)
  return `adopted: ${disposition.state}, succeeded`
}

/** A proposal has what production has of the column that was changed, and takes nothing else from what Dev has. */
function judgeProposal({ world }: Serviced, branch: string, length: number | undefined): void {
  const lines = world.git('diff', '--unified=0', 'main', branch, '--', 'solutions').split('\n')
  const of = (sign: '+' | '-'): readonly string[] =>
    lines.filter((line) => line.startsWith(sign) && !line.startsWith(sign.repeat(3))).map((line) => line.slice(1).trim())
  const [taken, added] = [of('-'), of('+')]
  const isLength = (line: string): boolean => /^<(Max)?Length>\d+<\/(Max)?Length>$/.test(line)
  if (!added.includes(`<MaxLength>${length}</MaxLength>`)) throw new Error(`${branch} does not propose ${length}: ${added.join(' ')}`)
  const others = [...taken, ...added].filter((line) => !isLength(line))
  if (others.length > 0) throw new Error(`${branch} proposes what nobody changed: ${others.join(' ')}`)
}

async function promote(of: Serviced, release: Release, stage: string, kills: readonly number[]): Promise<string> {
  const asked = await of.world.engine.requestPromotion({ releaseId: release.id, stageId: toId(stage), ...asMaria })
  return asked.ok ? carryOut(of, asked.value.promotion.request.promotionId, kills) : asked.refusal.code
}

async function carryOut(of: Serviced, promotionId: Deployment['promotionId'], kills: readonly number[]): Promise<string> {
  const { engine } = of.world
  of.promotions.push(promotionId)
  for (const actor of ['olga', 'pat', 'ben'].map(personId)) {
    const seen = await engine.loadPromotion(promotionId, actor)
    if (seen?.mayAcknowledgeUnknown === true)
      granted(await engine.acknowledgeUnknown({ promotionId, of: seen.unknown, comment: 'Looked at it.', actor }))
  }
  const view = await engine.loadPromotion(promotionId, personId('ben'))
  if (view?.mayDecide.includes('approval') === true)
    granted(await engine.decideApproval({ promotionId, gate: 'approval', verdict: 'approve', comment: '', actor: personId('ben') }))
  await workThrough(of, kills)
  // Whoever owns data says so last: what goes in before takes it away without a word.
  const losses = (await engine.loadPromotion(promotionId, personId('olga')))?.losses ?? []
  for (const { subject, mayAcknowledge } of losses)
    if (mayAcknowledge)
      granted(await engine.acknowledgeLoss({ promotionId, subject, ceiling: 1000, comment: 'May go.', actor: personId('olga') }))
  await workThrough(of, kills)
  const state = (await engine.loadPromotion(promotionId, undefined))?.promotion.status.state ?? 'gone'
  if (state === 'pending') granted(await engine.withdrawPromotion({ promotionId, ...asMaria }))
  return state
}

/** Work, killed at these occasions and started again. */
async function workThrough({ world }: Serviced, kills: readonly number[]): Promise<void> {
  let occasions = 0
  const die = (): void => {
    if (kills.includes(occasions++)) kill()
  }
  while ((await world.work(die)) === 'killed');
}

async function judge(
  of: Serviced,
  { deed }: Service,
  { before, word }: { readonly before: readonly string[]; readonly word: string },
): Promise<void> {
  const { world, fixed } = of
  const after = await columnsIn(of, 'prod')
  if (deed === 'rollback') for (const name of [...fixed]) if (!after.includes(name)) fixed.delete(name)
  const lost = [...fixed].filter((name) => !after.includes(name))
  if (lost.length > 0) throw new Error(`${deed} (${word}) took the fix ${lost.join(', ')} out of production`)
  const deployment = await world.deps.readModel.load<Deployment>('deployment', `prod/${solution.toLowerCase()}`)
  const installed: Version | undefined = await world.versionIn('prod', solution)
  if (deployment?.version !== installed)
    throw new Error(`the ledger says ${deployment?.version}, and production has ${installed} (${word})`)
  if (deployment === undefined) return
  const components = await describeSolution(await readPackage(await world.deps.artifacts.get(deployment.digest)))
  const shipped = components.flatMap(({ kind, key }) => (kind === 'Attribute' && key.startsWith('hand_boat.hand_') ? [key.slice(10)] : []))
  const missing = shipped.filter((name) => of.columns.includes(name) && !after.includes(name))
  if (missing.length > 0) throw new Error(`${deployment.version} is deployed, and has no ${missing.join(', ')} there (${word})`)
  const surplus = after.filter((name) => !shipped.includes(name) && !before.includes(name))
  if (surplus.length > 0) throw new Error(`${surplus.join(', ')} came, and ${deployment.version} has none of it (${word})`)
}

/** No row goes, and no value but with a column of which a plan said so, somebody let it go, and it was saved. */
async function judgeRows(
  of: Serviced,
  {
    rows,
    word,
    promotions,
  }: { readonly rows: readonly Row[]; readonly word: string; readonly promotions: readonly Deployment['promotionId'][] },
): Promise<void> {
  const [now, columns] = [new Map((await rowsOf(of)).map((row) => [row['hand_boatid'], row])), await columnsIn(of, 'prod')]
  const views = await Promise.all(promotions.map((id) => of.world.engine.loadPromotion(id, undefined)))
  for (const row of rows) {
    const id = String(row['hand_boatid'])
    const is = now.get(row['hand_boatid'])
    if (is === undefined) throw new Error(`row ${id} is gone (${word})`)
    for (const name of ['hand_length', ...of.columns]) {
      if (is[name] === row[name]) continue
      if (columns.includes(name)) throw new Error(`row ${id} lost its ${name} though the column is there (${word})`)
      const key = `hand_boat.${name}`
      const told = views.some(
        (view) =>
          view?.promotion.request.plan.content.some((one) => one.kind === 'Attribute' && one.key === key && one.effect === 'destroy') ===
            true &&
          view.promotion.acknowledgements.some(({ subject }) => subject === `Attribute:${key}`) &&
          view.promotion.rescues.some(({ items }) => items.some((item) => item.rows > 0 && item.columns?.includes(name) === true)),
      )
      if (!told) throw new Error(`${key} went with ${String(row[name])}, and was not announced, let go and saved (${word})`)
    }
  }
}

async function rowsOf(of: Serviced): Promise<readonly Row[]> {
  const rows: Row[] = []
  if (!(await columnsIn(of, 'prod')).includes('hand_length')) return rows
  for await (const page of (await openProduction(of)).readRows({ table: 'hand_boat', columns: undefined })) rows.push(...page)
  return rows
}

/** Somebody enters a boat, with a value for every column that is there. */
async function addRow(of: Serviced): Promise<void> {
  const columns = await columnsIn(of, 'prod')
  if (!columns.includes('hand_length')) return
  const values = Object.fromEntries(columns.map((name) => [name, `${name} ${crypto.randomUUID().slice(0, 8)}`]))
  async function* one(): AsyncIterable<readonly Row[]> {
    yield [{ hand_boatid: crypto.randomUUID(), hand_name: 'Argo', ...values }]
  }
  const { written } = await (await openProduction(of)).writeRows({ table: 'hand_boat', columns: undefined, part: 'values', rows: one() })
  if (written !== 1) throw new Error('a row could not be entered')
}

async function openProduction({ world }: Serviced): Promise<OpenEnvironment> {
  const environment = (await world.engine.loadConfiguration())?.configuration.environments.find(({ id }) => id === 'prod')
  if (environment === undefined) throw new Error('there is no production')
  return world.deps.environments.open(environment)
}

async function columnsIn({ world, columns }: Serviced, name: 'prod' | 'dev' | 'hotdev'): Promise<readonly string[]> {
  const current = await world.engine.loadConfiguration()
  const environment = current?.configuration.environments.find(({ id }) => id === name)
  if (environment === undefined) throw new Error(`there is no ${name}`)
  const wanted = ['hand_length', ...columns].map((column) => ({ kind: 'Attribute', key: `hand_boat.${column}`, table: 'hand_boat' }))
  const { components } = await world.deps.environments.open(environment).findComponents(wanted)
  return components.map(({ key }) => key.slice(key.indexOf('.') + 1))
}
