import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSourceControl } from '#adapters/git'
import type { ReleaseId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { Release } from '#domain/release'
import type { DurableContext, SourceControl } from '#engine/ports'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { bring } from '../../../test/conformance/life-of-solutions.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, openPromotionWorld } from '../../../test/support/promotion-world.ts'
import type { Preparation } from '../engine.ts'
import { prepareRelease } from '../preparation/prepare-release.ts'
import { preparationDefinition } from '../preparation/run-preparation.ts'
import { exportConfigurationData } from './configuration-export.ts'

const schema = `<entities>
  <entity name="hand_boat" displayname="Boat" primaryidfield="hand_boatid" primarynamefield="hand_name">
    <fields>
      <field displayname="Boat" name="hand_boatid" type="guid" primaryKey="true" />
      <field displayname="Name" name="hand_name" type="string" />
      <field displayname="Note" name="hand_note" type="string" />
      <field displayname="Owner" name="ownerid" type="owner" />
      <field displayname="Made" name="createdon" type="datetime" />
    </fields>
    <filter>&lt;filter&gt;&lt;condition attribute="hand_name" operator="ne" value="Draft" /&gt;&lt;/filter&gt;</filter>
  </entity>
</entities>`
const permits: HandMade = { name: 'Permits', version: '1.0.0.0', tables: [{ name: 'hand_boat', columns: [{ name: 'hand_note' }] }] }
const boat = (n: number): string => `00000000-0000-4000-8000-00000000000${n}`

let world: PromotionWorld
let source: SourceControl
let configuration: Configuration

beforeAll(async () => {
  world = await openPromotionWorld()
  source = createSourceControl({
    repository: join(world.folder, 'source.git'),
    workFolder: join(world.folder, 'work'),
    log: world.deps.log,
  })
  Object.assign(world.deps, { openSourceControl: () => source })
  const loaded = await world.engine.loadConfiguration()
  if (loaded === undefined) throw new Error('nothing is in force')
  configuration = withDev(loaded.configuration)
  await apply(configuration)
  await bring(world.organisation, permits)
  for (const [n, name] of ['Fram', 'Kon-Tiki', 'Draft'].entries()) {
    const body = { hand_boatid: boat(n), hand_name: name, hand_note: n === 0 ? 'polar' : null }
    expect((await world.organisation.call('POST', 'hand_boats', { body })).status).toBe(204)
  }
})
afterAll(() => world.close())

/** The local environment of the world is Dev here, and its neighbour is production. */
function withDev({ environments, solutions, ...rest }: Configuration): Configuration {
  const { url, tokenUrl, clientId, connectivityUrl } = world.organisation
  const credentials = { tokenUrl, clientId, clientSecret: { kind: 'environment', variable: 'SECRET' } } as const
  const neighbour = (text: string): string => text.replace('/dev', '/test')
  return {
    ...rest,
    environments: environments.map((each) => {
      if (each.id === 'dev') return { ...each, url, connectivityUrl, credentials }
      return each.id === 'prod' ? { ...each, url: neighbour(url), connectivityUrl: neighbour(connectivityUrl), credentials } : each
    }),
    solutions: solutions.map((each) => ({ ...each, versioning: 'keep', configurationData: 'data/permits' })),
  }
}

async function apply(next: Configuration): Promise<void> {
  const events = [{ type: 'configuration-applied', data: { configuration: next, changes: [] } }]
  await world.deps.ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events })
}

function exportFrom(environment = 'dev', actor = 'maria') {
  return exportConfigurationData(world.deps, { environmentId: toId(environment), solution: 'Permits', schema, actor: personId(actor) })
}

const ctx: DurableContext = {
  step: (_name, fn) => fn(),
  sleep: async () => undefined,
  now: async () => new Date().toISOString(),
  id: async () => crypto.randomUUID(),
}

/** Prepares a release as the worker does, in one go. */
async function prepare(): Promise<{ readonly preparation: Preparation; readonly release: Release | undefined }> {
  const starter = { start: async () => undefined, state: async () => 'ended' as const }
  const { releaseId } = granted(await prepareRelease({ ...world.deps, starter }, { solution: 'Permits', actor: personId('maria') }))
  await preparationDefinition(world.deps).run(ctx, { releaseId })
  const preparation = await world.engine.loadPreparation(releaseId)
  if (preparation === undefined) throw new Error(`there is no ${releaseId}`)
  return { preparation, release: await world.engine.loadRelease(toId<ReleaseId>(releaseId)) }
}

async function commit(files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  await source.commitSource({ folder: 'data/permits', files, message: 'Reference rows', author: 'maria' })
}

describe('configuration data of a solution', () => {
  it('is exported from Dev without what belongs to one environment, alike each time', async () => {
    const first = granted(await exportFrom())
    const again = granted(await exportFrom())
    expect(again).toEqual(first)
    expect(first.tables).toEqual([{ table: 'hand_boat', rows: 2 }])
    expect(first.notes.map(({ subject }) => subject)).toEqual(['hand_boat.ownerid', 'hand_boat.createdon'])
    const data = first.files.find(({ path }) => path === 'data.xml')?.text ?? ''
    expect(data).toContain('value="Kon-Tiki"')
    expect(data).not.toMatch(/Draft|ownerid|createdon/)
  })

  it.each([
    ['by somebody who prepares no releases', 'dev', 'ben', 'not'],
    ['from a pet', 'prod', 'maria', 'data.not-the-source'],
    ['from a place that is not where the solution is made', 'test', 'maria', 'data.not-the-source'],
  ])('is not exported %s', async (_what, environment, actor, code) => {
    const answer = await exportFrom(environment, actor)
    expect(answer.ok).toBe(false)
    expect(JSON.stringify(answer)).toContain(code)
  })

  it('keeps a release from being sealed that has none where it should, or one that contradicts itself', async () => {
    const without = await prepare()
    expect(without.preparation.status).toMatchObject({ state: 'errored', code: 'data.absent' })
    const files = granted(await exportFrom()).files.map(({ path, text }) => [path, Buffer.from(text)] as const)
    const own = JSON.stringify({ deletes: [{ table: 'hand_boat', id: boat(0) }] })
    await commit(new Map([...files, ['drover_data.json', Buffer.from(own)]]))
    const twofold = await prepare()
    expect(twofold.preparation.status).toMatchObject({ state: 'errored', code: 'data.bad-package' })
    expect(JSON.stringify(twofold.preparation.status)).toContain('to be brought and to be deleted')
  })

  it('goes from Dev by way of Git and a sealed release into production, as it was at the commit', async () => {
    const { files } = granted(await exportFrom())
    await commit(new Map(files.map(({ path, text }) => [path, Buffer.from(text)])))
    const { preparation, release } = await prepare()
    expect(preparation.status, JSON.stringify(preparation.status)).toEqual({ state: 'sealed' })
    if (release === undefined) throw new Error('nothing was sealed')
    expect(release.configurationData?.tables).toEqual([{ table: 'hand_boat', rows: 2 }])
    // What becomes of the rows and the folder afterwards is nobody's business.
    await commit(new Map([['readme.md', Buffer.from('moved')]]))
    const { promotionId } = (await world.request(release)).promotion.request
    granted(await world.approve(promotionId))
    expect(await world.work()).toBe('done')
    const { status } = (await world.view(promotionId)).promotion
    expect(status, JSON.stringify(status)).toMatchObject({ state: 'succeeded' })
    const prod = configuration.environments.find(({ id }) => id === 'prod')
    if (prod === undefined) throw new Error('there is no prod')
    const rows: unknown[] = []
    for await (const page of world.deps.environments.open(prod).readRows({ table: 'hand_boat', columns: ['hand_name', 'hand_note'] }))
      rows.push(...page)
    expect(rows).toMatchObject([
      { hand_boatid: boat(0), hand_name: 'Fram', hand_note: 'polar' },
      { hand_boatid: boat(1), hand_name: 'Kon-Tiki' },
    ])
  })
})
