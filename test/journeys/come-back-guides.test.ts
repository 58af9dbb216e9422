import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toId } from '#domain/kernel'
import { control } from '../support/control.ts'
import type { Hand } from '../support/dataverse.ts'
import { handIn } from '../support/dataverse.ts'
import { createTypist } from '../support/guide-typist.ts'
import { addColumn, addRows } from '../support/makers.ts'
import type { Rehearsal } from '../support/product.ts'
import {
  approveAll,
  deployerClient,
  granted,
  openPlatformControl,
  prepareRelease,
  productionStage,
  promote,
  startStack,
  testStage,
} from '../support/product.ts'
import { linesOf, patternOf, shownIn } from '../support/shown-sessions.ts'
import { awaitEnd, rehearseSample } from '../support/world-of-one.ts'

const guides = ['docs/recovery.md', 'docs/cattle.md']
const solution = 'ContosoInspection'
const schema = `<entities>
  <entity name="contoso_permit" displayname="Permit" etc="1" primaryidfield="contoso_permitid" primarynamefield="contoso_name" disableplugins="false">
    <fields>
      <field displayname="Permit" name="contoso_permitid" type="guid" primaryKey="true" />
      <field displayname="Name" name="contoso_name" type="string" />
    </fields>
  </entity>
</entities>
`

/* Two guides, one story: production goes back, then Test is made again. What people do elsewhere meanwhile is done between the commands. */
describe('the guides to coming back and to cattle', () => {
  let stack: Awaited<ReturnType<typeof startStack>>
  let run: Rehearsal
  let prod: Hand
  let folder = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drover-guide-'))
    stack = await startStack({ clockScale: 2_000 })
    run = await rehearseSample(stack.drover)
    await deploy()
    prod = await handIn(stack.drover, 'prod', 'maker')
    const dev = await handIn(stack.drover, 'dev', 'maker')
    await addColumn(dev, solution, { table: 'contoso_inspection', name: 'contoso_Weather' })
    await addRows(dev, 'contoso_permits', [{ contoso_name: 'Building' }, { contoso_name: 'Demolition' }])
    await addRows(prod, 'contoso_inspections', [{ contoso_name: 'Line 1' }, { contoso_name: 'Line 2' }, { contoso_name: 'Line 3' }])
    await deploy()
    await addRows(prod, 'contoso_inspections', [{ contoso_name: 'Line 4', contoso_weather: 'rain' }])
  })
  afterAll(async () => {
    await stack?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  async function deploy(): Promise<void> {
    const made = await prepareRelease(run, solution)
    for (const stageId of [testStage, productionStage])
      await promote(run, { releaseId: made.id, stageId }, async (view) => approveAll(run, view))
  }

  const { names, type } = createTypist({
    drover: () => stack.drover,
    get folder() {
      return folder
    },
    meanwhile: {
      'npx drover promotion acknowledge': notePromotion,
      'npx drover env show': awaitPromotion,
      'npx drover config apply': declareSandbox,
      'npx drover recovery restore': notePoint,
      'npx drover recovery repair prod': loseRows,
      'npx drover recovery rehearse': prepareNext,
      'npx drover env rebuild test --resume': connect,
      'npx drover env keep': async () => void names.set('<day>', new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10)),
      'npx drover data export': async () => writeFile(join(folder, 'data_schema.xml'), schema),
    },
  })

  async function notePromotion(): Promise<void> {
    const { promotions } = granted(await (await run.as('ada')).listPromotions({ limit: 1 }))
    names.set('<promotion>', promotions[0]?.promotionId ?? '')
  }

  async function awaitPromotion(): Promise<void> {
    const view = await awaitEnd(run, toId(names.get('<promotion>') ?? ''))
    expect(view.promotion.status.state).toBe('succeeded')
  }

  async function declareSandbox(): Promise<void> {
    const text = await readFile(join(folder, 'drover.yaml'), 'utf8')
    const at = text.indexOf('- id: rescue')
    await writeFile(
      join(folder, 'drover.yaml'),
      text.slice(0, at) + text.slice(at).replace('purpose: sandbox', 'purpose: recovery\n    recovers: prod'),
    )
  }

  /** The one that was taken by hand, when it can be used: the platform takes a while. */
  async function notePoint(): Promise<void> {
    await control(stack.drover, 'POST', '/clock/jump', { seconds: 60 })
    const { restorePoints } = granted(await (await run.as('grace')).listRestorePoints({ environmentId: toId('prod') }))
    names.set('<point>', restorePoints.find(({ label }) => label === 'before the month-end')?.id ?? '')
  }

  async function loseRows(): Promise<void> {
    for (const name of ['Line 1', 'Line 2']) {
      const [row] = await prod.rows(`contoso_inspections?$select=contoso_inspectionid&$filter=contoso_name eq '${name}'`)
      await prod.do({ method: 'DELETE', path: `contoso_inspections(${String(row?.['contoso_inspectionid'])})` })
    }
  }

  async function prepareNext(): Promise<void> {
    names.set('<release>', (await prepareRelease(run, solution)).id)
  }

  async function connect(): Promise<void> {
    const platform = await openPlatformControl(stack.drover)
    for (const [connector, displayName] of [
      ['shared_commondataserviceforapps', 'Dataverse for inspections (test)'],
      ['shared_office365', 'Mail for inspections (test)'],
    ] as const)
      await platform.putConnection('test', {
        id: `made${connector.replaceAll('_', '')}`,
        connectorId: `/providers/Microsoft.PowerApps/apis/${connector}`,
        displayName,
        ownerName: 'Service account',
        sharedWith: [deployerClient.objectId],
      })
  }

  it.each(guides.flatMap((guide) => shownIn(guide)))('$command', async ({ command, output }) => {
    const printed = await type(command)
    const digest = /sha256:[0-9a-f]{64}/.exec(printed)?.[0]
    if (digest !== undefined) names.set('<digest>', digest)
    if (process.env['GUIDE_PRINTS'] === 'true') {
      console.log(`$ ${command}\n${printed}`)
      return
    }
    expect(`${linesOf(printed).join('\n')}\n`.replace(/^\n$/, '')).toMatch(patternOf(output))
  })
})
