import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toId } from '#domain/kernel'
import type { Hand } from '../support/dataverse.ts'
import { handIn, patchRow, readRows } from '../support/dataverse.ts'
import { createTypist } from '../support/guide-typist.ts'
import type { Rehearsal } from '../support/product.ts'
import {
  approveAll,
  granted,
  importIntoDev,
  packSample,
  prepareRelease,
  productionStage,
  promote,
  startStack,
  testStage,
} from '../support/product.ts'
import { linesOf, patternOf, shownIn } from '../support/shown-sessions.ts'
import { awaitEnd, rehearseSample } from '../support/world-of-one.ts'

const guide = 'docs/production.md'
const solution = 'ContosoInspection'

/* The guide's own story: each command prints what it shows, and what people do elsewhere meanwhile is done between them. */
describe('the guide to production', () => {
  let stack: Awaited<ReturnType<typeof startStack>>
  let run: Rehearsal
  let prod: Hand

  beforeAll(async () => {
    stack = await startStack()
    run = await rehearseSample(stack.drover)
    const made = await prepareRelease(run, solution)
    for (const stageId of [testStage, productionStage])
      await promote(run, { releaseId: made.id, stageId }, async (view) => approveAll(run, view))
    prod = await handIn(stack.drover, 'prod', 'maker')
    for (const name of ['Line 1', 'Line 2', 'Line 3'])
      await prod.do({ method: 'POST', path: 'contoso_inspections', body: { contoso_name: name, contoso_inspectorname: 'Ines' } })
    await prod.do({ method: 'POST', path: 'contoso_inspections', body: { contoso_name: 'Line 4' } })
  })
  afterAll(() => stack?.stop())

  /** What people do between the commands of the guide, by the beginning of the next command. */
  const meanwhile: Readonly<Record<string, () => Promise<void>>> = {
    'npx drover drift prod': changeByHand,
    'npx drover plan': releaseWithoutInspector,
    'npx drover promotion approve': noteInspectorPromotion,
    'npx drover rescue list': awaitPromotion,
    'npx drover rescue show': noteRescue,
  }

  const { names, type } = createTypist({ drover: () => stack.drover, meanwhile })

  async function changeByHand(): Promise<void> {
    const script = "webresourceset?$select=webresourceid,content&$filter=displayname eq 'Inspection form script'"
    const [row] = await readRows(stack.drover, 'prod', script)
    const content = Buffer.from(String(row?.['content']), 'base64').toString('utf8')
    const changed = Buffer.from(`${content}\n// Auditors see every inspection.\n`).toString('base64')
    await patchRow(stack.drover, 'prod', `webresourceset(${String(row?.['webresourceid'])})`, { content: changed })
    await prod.do({ method: 'POST', path: 'PublishAllXml', body: {} })
  }

  async function releaseWithoutInspector(): Promise<void> {
    const dev = await handIn(stack.drover, 'dev', 'maker')
    await importIntoDev(run, await packSample('1.1.0.0'))
    await dev.do({
      method: 'DELETE',
      path: "EntityDefinitions(LogicalName='contoso_inspection')/Attributes(LogicalName='contoso_inspectorname')",
    })
    const made = await prepareRelease(run, solution)
    names.set('<release>', made.id)
    await promote(run, { releaseId: made.id, stageId: testStage }, async (view) => approveAll(run, view))
  }

  async function noteInspectorPromotion(): Promise<void> {
    const { promotions } = granted(await (await run.as('ada')).listPromotions({ limit: 1 }))
    names.set('<promotion>', promotions[0]?.promotionId ?? '')
  }

  async function awaitPromotion(): Promise<void> {
    const view = await awaitEnd(run, toId(names.get('<promotion>') ?? ''))
    expect(view.promotion.status.state).toBe('succeeded')
  }

  async function noteRescue(): Promise<void> {
    const { rescues } = granted(await (await run.as('ada')).listRescues({}))
    names.set('<rescue>', rescues[0]?.rescue.id ?? '')
  }

  it.each(shownIn(guide))('$command', async ({ command, output }) => {
    const printed = await type(command)
    if (process.env['GUIDE_PRINTS'] === 'true') {
      console.log(`$ ${command}\n${printed}`)
      return
    }
    expect(`${linesOf(printed).join('\n')}\n`.replace(/^\n$/, '')).toMatch(patternOf(output))
    const again = shownIn('README.md').find((shown) => shown.command === command)
    if (again !== undefined) expect(`${linesOf(printed).join('\n')}\n`).toMatch(patternOf(again.output))
  })
})
