import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PromotionId, ReleaseId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Promotion } from '#domain/promotion'
import type { Release } from '#domain/release'
import { readManifest, readPackage } from '#format'
import type { Organisation } from '../conformance/organisation.ts'
import { deployer, openLocal, rowsOf } from '../conformance/organisation.ts'
import { corpusSolutions, whyNoCorpus } from '../support/corpus.ts'
import { buildRelease, personId, sha256, version } from '../support/domain-builders.ts'
import type { PromotionWorld } from '../support/promotion-world.ts'
import { granted, openPromotionWorld } from '../support/promotion-world.ts'
import { exportedManaged, fillTables, patient, prepareFor } from './chains/environment.ts'
import { restamped } from './chains/files.ts'
import { lookAround } from './chains/seen.ts'

/** What the environment itself gives to what comes back, anew. */
const givenThere = /"(ObjectTypeCode|connectionreferenceid)":("[^"]*"|\d+),/g

/** Value by `table id column`. */
type Values = ReadonlyMap<string, unknown>

describe.skipIf(corpusSolutions.length === 0)(
  `going back from a version of a real solution to the one before (${whyNoCorpus} when skipped)`,
  () => {
    let organisation: Organisation
    let world: PromotionWorld
    beforeAll(async () => {
      const clients = [{ ...deployer, isAdministrator: true }]
      organisation = patient(await openLocal({ clockScale: 1000, limits: 'off', clients }))
      world = await openPromotionWorld({ organisation, isAdministered: true })
    })
    afterAll(async () => {
      await world.close()
      await organisation.close()
    })

    it.each([
      ['MicrosoftDynamics365NonprofitAccelerator', true, '1.1.0.0', '2.0.0.0', '2.0.0.0'],
      // What a bad version took away is what the one before it had.
      ['PermitManagement', false, '1.0.0.3', '1.0.0.0', '1.0.0.4'],
      ['PL400Demos', false, '1.0.13.0', '1.0.24.0', '1.0.24.0'],
    ] as const)(
      'brings back what %s was, keeps or saves each row as its plan promised, and puts back what was saved',
      async (solution, isManaged, goodVersion, badContent, badVersion) => {
        const given = [goodVersion, badContent].map((each) => fileOf(solution, each, isManaged))
        const managed = isManaged ? given : await exportedManaged(organisation, solution, given)
        const [first = new Uint8Array(), second = new Uint8Array()] = managed
        const files = [first, badContent === badVersion ? second : await restamped(second, badVersion)]
        await organisation.control?.('POST', 'environments/dev/reset')
        for (const file of files) await prepareFor(organisation, file)
        await govern(solution)
        const [good, bad] = [await seal(files[0] ?? first), await seal(files[1] ?? second)]
        if (good === undefined || bad === undefined) throw new Error('there are two')

        await promote((await ask(good)).promotion)
        expect(await fillTables(organisation)).toBeGreaterThan(0)
        const [was, valuesOfGood] = [await componentsOf(), await readValues()]
        const forward = await promote((await ask(bad)).promotion)
        await fillTables(organisation)
        const valuesOfBad = await readValues()

        const asked = { environmentId: toId('prod'), solution, reason: 'It breaks.', actor: personId('maria') } as const
        const back = granted(await world.engine.rollback(asked as Parameters<typeof world.engine.rollback>[0])).promotion
        expect(back.request.intent).toMatchObject({ way: 'repack' })
        const ended = await promote(back)
        expect(await componentsOf(), 'what it consists of and how that is defined').toEqual(was)

        const promised = ended.request.plan.content.filter(({ effect }) => effect === 'destroy').map(({ kind, key }) => `${kind}:${key}`)
        const saved = new Set(
          ended.rescues.flatMap(({ items }) =>
            items.flatMap(({ table, columns }) => (columns === undefined ? [table] : columns.map((column) => `${table}.${column}`))),
          ),
        )
        const kept = await readValues()
        const lost = [...valuesOfBad.keys()].filter((key) => !kept.has(key)).map((key) => key.split(' '))
        const unannounced = lost.filter(
          ([table = '', , column = '']) => !promised.includes(`Entity:${table}`) && !promised.includes(`Attribute:${table}.${column}`),
        )
        expect(unannounced).toEqual([])
        expect(lost.filter(([table = '', , column = '']) => !saved.has(table) && !saved.has(`${table}.${column}`))).toEqual([])

        // What went with the bad version comes back, too.
        const { rescues } = (await world.view(forward.request.promotionId)).promotion
        for (const { id } of rescues)
          granted(await world.engine.restoreRescue({ rescueId: id, reason: 'Back.', isDryRun: false, actor: personId('olga') }))
        expect(await world.work()).toBe('done')
        expect(rescues.length > 0, 'the bad version destroyed something').toBe(badContent !== badVersion)
        const restored = await readValues()
        expect([...valuesOfGood].filter(([key, value]) => restored.get(key) !== value)).toEqual([])
      },
    )

    /** Approved, its losses let go as they are counted, and carried out to a good end. */
    async function promote({ request }: Promotion): Promise<Promotion> {
      const { promotionId, plan } = request
      for (const { kind, key, losses } of plan.content) {
        const ceiling = Math.max(0, ...losses.map(({ count }) => (count.kind === 'unknown' ? 0 : count.n)))
        if (ceiling === 0) continue
        granted(
          await world.engine.acknowledgeLoss({
            promotionId,
            subject: `${kind}:${key}`,
            ceiling,
            comment: 'Known.',
            actor: personId('olga'),
          }),
        )
      }
      granted(await world.approve(promotionId))
      await world.work()
      return succeeded(promotionId)
    }

    async function succeeded(promotionId: PromotionId): Promise<Promotion> {
      const { promotion, gates } = await world.view(promotionId)
      expect(promotion.status.state, JSON.stringify([promotion.status, gates.filter(({ state }) => state !== 'open')])).toBe('succeeded')
      return promotion
    }

    /** Past the rules of applying: what is in force is what the test says. */
    async function govern(solution: string): Promise<void> {
      const configuration = (await world.engine.loadConfiguration())?.configuration
      const [like] = configuration?.solutions ?? []
      const events = [
        {
          type: 'configuration-applied',
          data: { configuration: { ...configuration, solutions: [{ ...like, uniqueName: solution }] }, changes: [] },
        },
      ]
      await world.deps.ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events })
    }

    /** What is in some of them holds them to more gates than this is about; then two people let them go as they are. */
    async function ask(release: Release): ReturnType<PromotionWorld['request']> {
      try {
        return await world.request(release)
      } catch (error) {
        if (!String(error).includes('TIER-06')) throw error
        const { solution } = release
        for (const actor of ['pat', 'piet'])
          await world.engine.decideTier({ solution, tier: 2, reason: 'Only its way back is looked at', actor: personId(actor) })
        return world.request(release)
      }
    }

    async function seal(file: Uint8Array): Promise<Release> {
      const about = readManifest((await readPackage(file)).manifest)
      const what = { solution: about.uniqueName, version: version(about.version), size: file.length }
      const digest = await world.deps.artifacts.put(file)
      const artifact = { digest, ...what, exportedAt: world.deps.clock.now(), source: 'dev' }
      const release = buildRelease({
        ...{
          id: toId<ReleaseId>(`r-${sha256(`${what.solution} ${what.version}`).slice(0, 12)}`),
          solution: what.solution,
          version: what.version,
        },
        publisherPrefix: about.publisher.prefix,
        ...{ managed: { ...artifact, kind: 'managed' }, unmanaged: { ...artifact, kind: 'unmanaged' }, dependencies: [] },
        sealedAt: world.deps.clock.now(),
      })
      await world.deps.ledger.append({
        stream: `release/${release.id}`,
        expectedVersion: undefined,
        actor: 'drover',
        events: [{ type: 'release-sealed', data: { release } }],
      })
      return release
    }

    /** Definition by component, of all that is there. */
    async function componentsOf(): Promise<ReadonlyMap<string, unknown>> {
      return new Map([...(await lookAround(organisation))].map(([id, { definition }]) => [id, definition.replace(givenThere, '')]))
    }

    /** Every plain value in tables that solutions brought or extended. */
    async function readValues(): Promise<Values> {
      const values = new Map<string, unknown>()
      for (const table of rowsOf(await organisation.call('GET', 'EntityDefinitions?$expand=Attributes'))) {
        if (typeof table['EntitySetName'] !== 'string') continue
        // $expand gives the members of every column.
        const attributes = table['Attributes'] as readonly Readonly<Record<string, unknown>>[]
        if (!attributes.some((column) => column['IsCustomAttribute'] === true)) continue
        const answer = await organisation.call('GET', table['EntitySetName'])
        if (answer.status !== 200) continue
        for (const row of rowsOf(answer)) {
          for (const [column, value] of Object.entries(row)) {
            if (value === null || !column.includes('_') || column.startsWith('_') || column.includes('@')) continue
            values.set(`${String(table['LogicalName'])} ${String(row[String(table['PrimaryIdAttribute'])])} ${column}`, value)
          }
        }
      }
      return values
    }
  },
)

function fileOf(solution: string, wanted: string, isManaged: boolean): Uint8Array {
  const found = corpusSolutions.find((one) => one.solution === solution && one.version === wanted && one.isManaged === isManaged)
  if (found === undefined) throw new Error(`The corpus has no ${solution} ${wanted}.`)
  return found.read()
}
