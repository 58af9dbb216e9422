import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { LayerPolicyKind } from '#domain/environment'
import type { PromotionId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { Release } from '#domain/release'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { handMade, tab } from '../../../test/conformance/hand-made.ts'
import { importSolution, rowsOf } from '../../../test/conformance/organisation.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, kill, openPromotionWorld } from '../../../test/support/promotion-world.ts'

let world: PromotionWorld
afterEach(() => world.close())

const choices = (open: string, shut: string) => [
  { name: 'hand_colour', options: { 1: open } },
  { name: 'hand_size', options: { 1: shut } },
]

function permits(version: string, more: Partial<HandMade> = {}): HandMade {
  return { name: 'Permits', version, tables: [{ name: 'hand_ferry', columns: [{ name: 'hand_log' }, { name: 'hand_port' }] }], ...more }
}

/** A protective Prod in which people imported version 1 unmanaged, with two rows that have a log. */
async function open(kind: LayerPolicyKind = 'protective', first: HandMade = permits('1.0.0.0', { choices: choices('Red', 'Small') })) {
  world = await openPromotionWorld()
  const { configuration } = granted({ ok: true, value: (await world.engine.loadConfiguration()) as { configuration: Configuration } })
  const environments = configuration.environments.map((each) =>
    each.id === 'prod' ? { ...each, layerPolicy: { kind, reason: 'One customer' } } : each,
  )
  const events = [{ type: 'configuration-applied', data: { configuration: { ...configuration, environments }, changes: [] } }]
  await world.deps.ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events })
  await world.seal(first)
  await importSolution(world.organisation, await handMade(first))
  await call('POST', 'PublishAllXml', {})
  for (const hand_name of ['Ada', 'Bea']) await call('POST', 'hand_ferrys', { hand_name, hand_log: 'fog', hand_port: 'Ely' })
}

async function call(method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: Record<string, unknown>) {
  const answer = await world.organisation.call(method, path, body === undefined ? {} : { body })
  expect(answer.status, `${method} ${path}: ${answer.text}`).toBeLessThan(300)
  return answer
}

const ask = (release: Release) =>
  world.engine.requestPromotion({ releaseId: release.id, stageId: toId('to-prod'), actor: personId('maria'), isUnmanaged: true })

async function requested(solution: HandMade): Promise<PromotionId> {
  const view = granted(await ask(await world.seal(solution)))
  return view.promotion.request.promotionId
}

const columns = async () =>
  rowsOf(await call('GET', "EntityDefinitions(LogicalName='hand_ferry')/Attributes?$select=LogicalName"))
    .map((row) => String(row['LogicalName']))
    .filter((name) => ['hand_log', 'hand_port', 'hand_note'].includes(name))
    .sort()

const statusOf = async (id: PromotionId) => (await world.view(id)).promotion.status

/** What the customer's people made of a choice there, by an import of their own. */
async function editByHand(name: string, label: string): Promise<void> {
  const edit = await handMade({ name: 'ByHand', version: '1.0.0.0', choices: [{ name, options: { 1: label } }] })
  await importSolution(world.organisation, edit)
  await call('POST', 'PublishAllXml', {})
}

async function labelOf(name: string): Promise<string> {
  const answer = await call('GET', `GlobalOptionSetDefinitions(Name='${name}')`)
  return /"Label":"([A-Z][a-z]+)"/.exec(JSON.stringify((answer.json['Options'] as unknown[])[0]))?.[1] ?? ''
}

describe('unmanaged work in a protective environment', () => {
  it('brings what is new, leaves what was changed there, and deletes nothing that was not named', async () => {
    await open()
    await editByHand('hand_size', 'Tiny')
    const id = await requested(
      permits('1.1.0.0', {
        tables: [{ name: 'hand_ferry', columns: [{ name: 'hand_log' }, { name: 'hand_port' }, { name: 'hand_note' }] }],
        choices: choices('Blue', 'Small'),
      }),
    )
    const { plan, boundTo } = (await world.view(id)).promotion.request
    expect(plan).toMatchObject({ mode: 'unmanaged', blockers: [], unmanaged: { leftOut: ['OptionSet:hand_size'], removals: [] } })
    expect(plan.steps).toEqual(['observe', 'export-current', 'repack', 'stage', 'import', 'publish', 'verify'])
    granted(await world.approve(id))
    await world.work()
    expect(await statusOf(id)).toMatchObject({ state: 'succeeded' })
    expect([await columns(), await labelOf('hand_colour'), await labelOf('hand_size')]).toEqual([
      ['hand_log', 'hand_note', 'hand_port'],
      'Blue',
      'Tiny',
    ])
    const { wayBack } = (await world.view(id)).promotion
    expect(wayBack).toMatchObject({ sealed: boundTo.artifact, sends: plan.unmanaged?.sends })
    expect(wayBack?.sends).not.toBe(wayBack?.sealed)
    // The way back is a file that the environment takes.
    const back = await world.deps.artifacts.get(wayBack?.exported ?? toId('none'))
    await importSolution(world.organisation, back)
    await call('POST', 'PublishAllXml', {})
    expect(await labelOf('hand_colour')).toBe('Red')
  })

  it('deletes by steps of their own what the release removes, once its owners let the data go, and keeps that', async () => {
    await open()
    const id = await requested(
      permits('1.1.0.0', {
        tables: [{ name: 'hand_ferry', columns: [{ name: 'hand_port' }] }],
        choices: choices('Red', 'Small').slice(0, 1),
      }),
    )
    const { plan } = (await world.view(id)).promotion.request
    expect(plan.steps).toEqual(['observe', 'export-current', 'repack', 'stage', 'rescue', 'import', 'publish', 'remove', 'verify'])
    expect(plan.unmanaged?.removals.map(({ kind, key }) => `${kind}:${key}`)).toEqual([
      'Attribute:hand_ferry.hand_log',
      'OptionSet:hand_size',
    ])
    granted(await world.approve(id))
    expect(await statusOf(id)).toMatchObject({ state: 'pending' })
    await letGo(id, 2)
    await world.work()
    expect(await statusOf(id)).toMatchObject({ state: 'succeeded' })
    expect(await columns()).toEqual(['hand_port'])
    expect((await world.view(id)).promotion.rescues).toMatchObject([{ items: [{ table: 'hand_ferry', columns: ['hand_log'], rows: 2 }] }])
    expect(await sentRemovals(id)).toEqual(['Attribute:hand_ferry.hand_log', 'OptionSet:hand_size'])
  })

  it('waits for a person where both sides changed something, and goes as decided', async () => {
    await open()
    await editByHand('hand_size', 'Tiny')
    await editByHand('hand_colour', 'Pink')
    const release = await world.seal(permits('1.1.0.0', { choices: choices('Blue', 'Huge') }))
    expect(await ask(release)).toMatchObject({ ok: false, refusal: { code: 'plan.unmanaged-conflict' } })
    const decide = (component: string, choice: 'theirs' | 'ours', who: string) =>
      world.engine.decideConflict({
        ...{ releaseId: release.id, stageId: toId('to-prod'), component, choice },
        ...{ reason: 'As agreed', actor: personId(who) },
      })
    expect(await decide('OptionSet:hand_size', 'ours', 'maria')).toMatchObject({ ok: false, refusal: { code: 'conflict.not-allowed' } })
    expect(await decide('OptionSet:hand_none', 'ours', 'olga')).toMatchObject({ ok: false, refusal: { code: 'conflict.none' } })
    granted(await decide('OptionSet:hand_size', 'theirs', 'olga'))
    granted(await decide('OptionSet:hand_colour', 'ours', 'olga'))
    // Whoever changes it again has not been decided about.
    await editByHand('hand_colour', 'Gold')
    expect(await ask(release)).toMatchObject({ ok: false, refusal: { code: 'plan.unmanaged-conflict' } })
    granted(await decide('OptionSet:hand_colour', 'ours', 'olga'))
    const id = granted(await ask(release)).promotion.request.promotionId
    granted(await world.approve(id))
    await world.work()
    expect(await statusOf(id)).toMatchObject({ state: 'succeeded' })
    expect([await labelOf('hand_colour'), await labelOf('hand_size')]).toEqual(['Blue', 'Tiny'])
    // What was kept stays, also when a later release says nothing new of it.
    const next = await requested(permits('1.2.0.0', { choices: choices('Green', 'Huge') }))
    expect((await world.view(next)).promotion.request.plan.unmanaged?.leftOut).toEqual(['OptionSet:hand_size'])
    granted(await world.approve(next))
    await world.work()
    expect([await labelOf('hand_colour'), await labelOf('hand_size')]).toEqual(['Green', 'Tiny'])
  })

  it('asks again when somebody changed there, after the approval, what it would overwrite', async () => {
    await open()
    const id = await requested(permits('1.1.0.0', { choices: choices('Blue', 'Small') }))
    granted(await world.approve(id))
    await editByHand('hand_colour', 'Pink')
    await world.work()
    expect(await statusOf(id)).toEqual({ state: 'pending' })
    expect(await labelOf('hand_colour')).toBe('Pink')
    expect((await world.view(id)).promotion.renewed?.differences.map(({ subject }) => subject)).toContain('plan.unmanaged-conflict')
  })

  it('is not noticed by what it does not touch', async () => {
    await open()
    const id = await requested(permits('1.1.0.0', { choices: choices('Blue', 'Small') }))
    granted(await world.approve(id))
    await editByHand('hand_unrelated', 'Pink')
    await world.work()
    expect(await statusOf(id)).toMatchObject({ state: 'succeeded' })
  })

  it('is refused where the layer policy is another', async () => {
    await open('register')
    const release = await world.seal(permits('1.1.0.0', { choices: choices('Blue', 'Small') }))
    expect(await ask(release)).toMatchObject({ ok: false, refusal: { code: 'TIER-04' } })
  })
})

describe('what others there need', () => {
  it('is told before, refused by the environment, and deleted when that is mended, without a second import', async () => {
    await open()
    const fetch = '<fetch><entity name="hand_ferry"><attribute name="hand_log" /></entity></fetch>'
    const layout =
      '<grid name="r" object="10000" jump="hand_name" select="1"><row name="r" id="hand_ferryid"><cell name="hand_log" /></row></grid>'
    const view = { name: 'Logs', returnedtypecode: 'hand_ferry', querytype: 0, fetchxml: fetch, layoutxml: layout }
    await call('POST', 'savedqueries', view)
    await call('POST', 'PublishAllXml', {})
    const table = { name: 'hand_ferry', columns: [{ name: 'hand_port' }] }
    const id = await requested(permits('1.1.0.0', { tables: [table], choices: choices('Red', 'Small') }))
    const { lines } = (await world.view(id)).promotion.request.plan
    expect(lines.filter(({ message }) => message.includes('needs it there')).map(({ effect, message }) => [effect, message])).toEqual([
      ['warn', expect.stringContaining('Logs (Active) needs it there')],
    ])
    granted(await world.approve(id))
    await letGo(id, 2)
    await world.work()
    expect(await statusOf(id)).toMatchObject({ state: 'failed', isResumable: true, refusal: { code: 'removal.refused' } })
    expect(await columns()).toEqual(['hand_log', 'hand_port'])
    const [logs] = rowsOf(await call('GET', "savedqueries?$select=savedqueryid&$filter=name eq 'Logs'"))
    await call('DELETE', `savedqueries(${String(logs?.['savedqueryid'])})`)
    granted(await world.engine.resumePromotion({ promotionId: id, reason: 'The view is gone', actor: personId('maria') }))
    await world.work()
    expect(await statusOf(id)).toMatchObject({ state: 'succeeded' })
    expect(JSON.stringify(await statusOf(id))).toContain(
      `what others changed there since the import: SavedQuery:${String(logs?.['savedqueryid'])}`,
    )
    expect([await columns(), await importsOfPermits()]).toEqual([['hand_port'], 2])
  })
})

describe('drift after unmanaged work', () => {
  it('is what people changed since, or had changed before and nobody has registered; not what Drover brought', async () => {
    await open()
    await editByHand('hand_size', 'Tiny')
    const id = await requested(permits('1.1.0.0', { choices: choices('Blue', 'Small') }))
    granted(await world.approve(id))
    await world.work()
    expect(await statusOf(id)).toMatchObject({ state: 'succeeded' })
    expect(await deviations()).toEqual(['OptionSet:hand_size unregistered'])
    // Environments write down the second in which something was changed: what follows is of another one than the end of the promotion.
    const { finishedAt } = ((await statusOf(id)) as { attempt: { finishedAt: string } }).attempt
    await wait(Math.max(0, Date.parse(finishedAt) + 1_000 - Date.now()))
    const path = "EntityDefinitions(LogicalName='hand_ferry')/Attributes"
    const label = { LocalizedLabels: [{ Label: 'Theirs', LanguageCode: 1033 }] }
    await call('POST', path, {
      '@odata.type': 'Microsoft.Dynamics.CRM.StringAttributeMetadata',
      SchemaName: 'hand_theirs',
      DisplayName: label,
      MaxLength: 10,
    })
    expect(await deviations()).toEqual(['Attribute:hand_ferry.hand_theirs unregistered', 'OptionSet:hand_size unregistered'])
    // What it brought and somebody deletes is missed; what it left out is not its own.
    await call('DELETE', `${path}(LogicalName='hand_port')`)
    await call('DELETE', "GlobalOptionSetDefinitions(Name='hand_size')")
    expect(await deviations()).toEqual(['Attribute:hand_ferry.hand_port broken', 'Attribute:hand_ferry.hand_theirs unregistered'])
  })
})

async function deviations(): Promise<readonly string[]> {
  granted(await world.engine.observeEnvironment({ environmentId: toId('prod'), actor: personId('pat') }))
  const { assessment } = granted(await world.engine.loadDrift(toId('prod')))
  const components = (assessment?.deviations ?? []).filter(({ subject }) => subject.kind !== undefined)
  return components.map((one) => `${one.id} ${one.class}`)
}

describe('a worker that is killed while it brings unmanaged work', () => {
  const gone = permits('1.1.0.0', { tables: [{ name: 'hand_ferry', columns: [{ name: 'hand_port' }] }], choices: [] })
  const cuts = ['observe', 'export-current', 'repack', 'stage', 'rescue-0', 'choose-import-job', 'start-import-0', 'read-import-result']
  const later = ['publish', 'remove-0', 'remove-1', 'remove-2', 'publish-removals', 'start-verifying-export', 'verify', 'finish']

  it('before and after each step, sends nothing twice and ends as planned', async () => {
    await open()
    const id = await requested(gone)
    granted(await world.approve(id))
    await letGo(id, 2)
    for (const at of [...cuts, ...later]) {
      for (const phase of ['before', 'after'] as const) {
        const died = await world.work((step, now) => (step === at && now === phase ? kill() : undefined))
        expect(died, `${phase} ${at}`).toBe('killed')
      }
    }
    await world.work()
    expect(await statusOf(id)).toMatchObject({ state: 'succeeded' })
    expect(await columns()).toEqual(['hand_port'])
    expect(await sentRemovals(id)).toHaveLength(3)
    expect(await importsOfPermits()).toBe(2)
  })

  it('around the request that deletes, asks what became of it before it sends another', async () => {
    await open()
    const id = await requested(gone)
    granted(await world.approve(id))
    await letGo(id, 2)
    const sent: string[] = []
    const { environments } = world.deps
    const reallyOpen = environments.open.bind(environments)
    environments.open = (...args) => {
      const target = reallyOpen(...args)
      return {
        ...target,
        deleteComponent: async (component) => {
          sent.push(`${component.kind} ${component.id}`)
          // Of the first one nothing arrives; all others are done, and nobody hears of it.
          if (sent.length > 1) await target.deleteComponent(component)
          kill()
        },
      }
    }
    for (let kills = 0; kills < 4; kills++) expect(await world.work()).toBe('killed')
    expect(await world.work()).toBe('done')
    expect(await statusOf(id)).toMatchObject({ state: 'succeeded' })
    const [first, second, ...others] = sent
    expect([second, new Set(sent).size, others.length]).toEqual([first, 3, 2])
  })
})

describe('what stays as it is there', () => {
  it('is taken out of the package wherever it stands: a table itself, a column, a form', async () => {
    const form = (name: string) => ({
      id: '6f1c2b3a-0d4e-4f5a-8b6c-7d8e9f0a1b2c',
      name,
      tabs: tab('6f1c2b3a-0d4e-4f5a-8b6c-7d8e9f0a1b2d', name, []),
    })
    const table = (of: { readonly length: number; readonly form: string; readonly more?: readonly { name: string }[] }) => ({
      name: 'hand_ferry',
      columns: [{ name: 'hand_log', maxLength: of.length }, { name: 'hand_port' }, ...(of.more ?? [])],
      forms: [form(of.form)],
    })
    await open('protective', permits('1.0.0.0', { tables: [table({ length: 100, form: 'Ferry' })] }))
    const byHand = { ...permits('1.0.0.0'), name: 'ByHand', tables: [table({ length: 200, form: 'Boat' })] }
    await importSolution(world.organisation, await handMade(byHand))
    await call('POST', 'PublishAllXml', {})
    const id = await requested(permits('1.1.0.0', { tables: [table({ length: 100, form: 'Ferry', more: [{ name: 'hand_note' }] })] }))
    const { plan } = (await world.view(id)).promotion.request
    expect(plan.unmanaged?.leftOut).toEqual(['Attribute:hand_ferry.hand_log', `SystemForm:${form('').id}`])
    granted(await world.approve(id))
    await world.work()
    expect(await statusOf(id)).toMatchObject({ state: 'succeeded' })
    expect(await columns()).toEqual(['hand_log', 'hand_note', 'hand_port'])
    const path = "EntityDefinitions(LogicalName='hand_ferry')/Attributes(LogicalName='hand_log')"
    expect((await call('GET', `${path}/Microsoft.Dynamics.CRM.StringAttributeMetadata`)).json['MaxLength']).toBe(200)
    expect((await call('GET', `systemforms(${form('').id})?$select=name`)).json['name']).toBe('Boat')
  })
})

async function importsOfPermits(): Promise<number> {
  return rowsOf(await call('GET', "importjobs?$select=importjobid&$filter=solutionname eq 'Permits'")).length
}

async function letGo(promotionId: PromotionId, ceiling: number): Promise<void> {
  const said = { promotionId, subject: 'Attribute:hand_ferry.hand_log', ceiling, comment: 'Old' }
  granted(await world.engine.acknowledgeLoss({ ...said, actor: personId('olga') }))
}

async function sentRemovals(id: PromotionId): Promise<readonly string[]> {
  return (await world.events(id)).flatMap((event) => (event.type === 'removal-sent' ? [event.data.component] : []))
}
