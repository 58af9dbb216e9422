import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DataWorkReply, PromotionViewReply } from '#contract'
import { toId } from '#domain/kernel'
import type { StageAccess } from '#domain/settings'
import type { Hand } from '../support/dataverse.ts'
import { handIn } from '../support/dataverse.ts'
import { addColumn, addRows } from '../support/makers.ts'
import type { Rehearsal } from '../support/product.ts'
import { productionStage, startStack, testStage } from '../support/product.ts'
import { runDrover } from '../support/run-drover.ts'
import { awaitEnd, rehearseSample } from '../support/world-of-one.ts'

const solution = 'ContosoInspection'
const inspection = 'contoso_inspection'
const inspectors = '00000000-0000-4000-8000-00000000e001'

const schema = `<entities>
  <entity name="contoso_permit" displayname="Permit" primaryidfield="contoso_permitid" primarynamefield="contoso_name">
    <fields>
      <field displayname="Permit" name="contoso_permitid" type="guid" primaryKey="true" />
      <field displayname="Name" name="contoso_name" type="string" />
      <field displayname="Site" name="contoso_site" type="string" />
      <field displayname="Owner" name="ownerid" type="owner" />
    </fields>
    <relationships />
  </entity>
</entities>`

const rules = `version: 1
tables:
  contoso_inspection:
    columns:
      contoso_name: { fake: full-name }
      contoso_comments: mask
      contoso_scan: mask
  contoso_permit:
    columns:
      contoso_name: keep
`

/** Each value of a row is of one person alone: in text, in JSON, and in the content of a file. */
const planted = Array.from({ length: 40 }, (_, at) => ({
  contoso_name: `Zeb${at} Quackenbush`,
  contoso_comments: JSON.stringify({
    mail: `zeb${at}@contoso.com`,
    calls: [{ from: `+41 79 ${4_000_000 + at}`, note: `Zeb${at} Quackenbush rang` }],
  }),
  contoso_scan: btoa(`${at};Zeb${at} Quackenbush;zeb${at}@contoso.com`),
}))

/* One story: what a release needs goes with it, and what is of people in production stays there. */
describe('data', () => {
  let stack: Awaited<ReturnType<typeof startStack>>
  let run: Rehearsal
  let folder: string
  let dev: Hand
  let test: Hand
  let prod: Hand

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drover-data-'))
    stack = await startStack()
    const team = { name: 'Inspectors', groupId: inspectors, roles: ['Contoso Inspector'] }
    const access: StageAccess = { teams: [team], apps: [], flows: [] }
    run = await rehearseSample(stack.drover, 2, (configuration) => ({
      ...configuration,
      solutions: configuration.solutions.map((each) => ({
        ...each,
        configurationData: 'data/permits',
        settings: Object.fromEntries(
          Object.entries(each.settings).map(([stage, values]) => [stage, stage === productionStage ? { ...values, access } : values]),
        ),
      })),
    }))
    dev = await handIn(stack.drover, 'dev', 'maker')
    test = await handIn(stack.drover, 'test', 'maker')
    prod = await handIn(stack.drover, 'prod', 'maker')
    await addColumn(dev, solution, { table: inspection, name: 'contoso_Scan' })
    await addRows(dev, 'contoso_permits', [{ contoso_name: 'Bridge', contoso_site: 'Bern' }, { contoso_name: 'Tunnel' }])
    await writeFile(join(folder, 'data_schema.xml'), schema)
    await writeFile(join(folder, 'masking.yaml'), rules)
  })
  afterAll(async () => {
    await stack?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  async function drover<T = unknown>(
    who: string,
    ...args: readonly string[]
  ): Promise<{ readonly code: number | string; readonly value: T; readonly text: string }> {
    const env = { DROVER_SERVER: stack.drover.url, DROVER_TOKEN: await stack.drover.issueToken(toId(who)) }
    const { code, stdout, stderr } = await runDrover([...args, '--json'], env)
    return { code, value: stdout === '' ? undefined : JSON.parse(stdout), text: stdout + stderr }
  }

  const inFolder = (name: string): string => join(folder, name)

  function git(...args: readonly string[]): void {
    const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@contoso.example']
    execFileSync('git', [...who, ...args], { cwd: folder, stdio: 'pipe' })
  }

  /** Exports what Dev has now, and commits it to the main branch as a maker does. */
  async function commitData(): Promise<void> {
    const { code, text } = await drover(
      'ada',
      'data',
      'export',
      solution,
      '--env',
      'dev',
      '--schema',
      inFolder('data_schema.xml'),
      '--out',
      inFolder('permits'),
    )
    expect(code, text).toBe(0)
    await rm(join(folder, 'clone'), { recursive: true, force: true })
    const repository = join(stack.drover.workspace.folder, 'source.git')
    if (!existsSync(repository)) git('init', '-q', '--bare', '-b', 'main', repository)
    git('clone', '-q', repository, 'clone')
    execFileSync('mkdir', ['-p', 'clone/data'], { cwd: folder })
    execFileSync('cp', ['-r', 'permits', 'clone/data/'], { cwd: folder })
    git('-C', 'clone', 'add', 'data')
    git('-C', 'clone', 'commit', '-q', '-m', 'Bring the permits')
    git('-C', 'clone', 'push', '-q', 'origin', 'HEAD:main')
  }

  async function bring(releaseId: string, stage: string): Promise<PromotionViewReply['promotion']> {
    const asked = await drover<PromotionViewReply>('ada', 'promotion', 'request', releaseId, '--to', stage)
    expect(asked.code, asked.text).toBeOneOf([0, 6])
    const id = asked.value.promotion.request.promotionId
    if (stage === productionStage) expect((await drover('grace', 'promotion', 'approve', id, '--comment', 'Seen')).code).toBe(0)
    const { promotion } = await awaitEnd(run, id)
    expect(promotion.status, JSON.stringify(promotion.status)).toMatchObject({ state: 'succeeded' })
    return promotion
  }

  async function release(): Promise<PromotionViewReply['promotion']> {
    const made = await drover('ada', 'release', 'create', solution, '--wait')
    expect(made.code, made.text).toBe(0)
    const id = /"releaseId":\s*"([^"]+)"/.exec(made.text)?.[1] ?? ''
    await bring(id, testStage)
    return bring(id, productionStage)
  }

  const permits = async (hand: Hand): Promise<readonly unknown[]> =>
    (await hand.rows('contoso_permits?$select=contoso_name,contoso_site&$orderby=contoso_name')).map((row) => [
      row['contoso_permitid'],
      row['contoso_name'],
      row['contoso_site'] ?? null,
    ])

  it('that a release needs goes to production with it under its ids, and groups get their role there', async () => {
    await commitData()
    const { request } = await release()
    expect(request.plan.steps).toEqual(expect.arrayContaining(['load-data', 'grant-access']))
    expect(request.plan.data?.tables).toMatchObject([{ table: 'contoso_permit', created: 2 }])
    expect(await permits(prod)).toEqual(await permits(dev))
    const [team] = await prod.rows(`teams?$select=teamid&$filter=azureactivedirectoryobjectid eq ${inspectors}`)
    const roles = await prod.rows(`teams(${String(team?.['teamid'])})/teamroles_association?$select=name`)
    expect(roles.map((role) => role['name'])).toEqual(['Contoso Inspector'])
  })

  it('of production that people changed there stays as they have it, and is named', async () => {
    const [bridge] = await prod.rows("contoso_permits?$select=contoso_permitid&$filter=contoso_name eq 'Bridge'")
    const id = String(bridge?.['contoso_permitid'])
    await prod.do({ method: 'PATCH', path: `contoso_permits(${id})`, body: { contoso_site: 'Thun' } })
    await dev.do({ method: 'PATCH', path: `contoso_permits(${id})`, body: { contoso_site: 'Basel' } })
    await commitData()
    const { request } = await release()
    expect(request.plan.data?.tables).toMatchObject([{ table: 'contoso_permit', kept: 1, unchanged: 1 }])
    expect(request.plan.lines.map(({ subject }) => subject)).toContain(`contoso_permit Bridge (${id})`)
    expect((await permits(prod)).map((row) => (row as readonly unknown[])[2])).toEqual(['Thun', null])
  })

  it('of people in production reaches Test masked, at the word of whoever answers for it, and a look finds none of it', async () => {
    await addRows(prod, 'contoso_inspections', planted)
    const seed = ['data', 'seed', 'test', '--rules', inFolder('masking.yaml'), '--from', 'prod'] as const
    expect((await drover('pat', 'data', 'seed', 'prod', '--rules', inFolder('masking.yaml'), '--from', 'test')).text).toContain(
      'data.target-pet',
    )
    const asked = await drover<DataWorkReply>('pat', ...seed)
    const { id } = asked.value.request
    expect(asked.value.status).toEqual({ state: 'waiting' })
    expect((await drover('pat', 'data', 'approve', id)).text).toContain('data.no-owner')
    expect(await test.rows('contoso_inspections')).toEqual([])
    const ended = await drover<DataWorkReply>('grace', 'data', 'approve', id, '--wait')
    expect(ended.code, ended.text).toBe(0)
    expect(ended.value.scan).toMatchObject({ found: 0 })
    const rows = await test.rows('contoso_inspections?$select=contoso_name,contoso_comments,contoso_scan')
    expect(rows).toHaveLength(planted.length)
    expect(JSON.stringify(rows)).not.toMatch(/quackenbush|contoso\.com/i)
    for (const row of rows) expect(JSON.parse(String(row['contoso_comments']))).toMatchObject({ calls: [{}] })
  })

  it('of people that got into Test by another way is found by its place, and told nowhere by what it is', async () => {
    const [one] = await test.rows('contoso_inspections?$select=contoso_inspectionid')
    const row = String(one?.['contoso_inspectionid'])
    const leak = {
      contoso_name: 'see <b>Zeb3</b> QUACKENBUSH',
      contoso_comments: '{"a":"zeb4%40contoso.com"}',
      contoso_scan: planted[5]?.contoso_scan,
    }
    await test.do({ method: 'PATCH', path: `contoso_inspections(${row})`, body: leak })
    const asked = await drover<DataWorkReply>('pat', 'data', 'scan', 'test', '--rules', inFolder('masking.yaml'), '--against', 'prod')
    expect(asked.value.status).toEqual({ state: 'waiting' })
    const found = await drover<DataWorkReply>('grace', 'data', 'approve', asked.value.request.id, '--wait')
    expect(found.code, found.text).toBe(7)
    expect(found.value.scan?.findings.map(({ column, id, what }) => [column, id, what]).sort()).toEqual([
      ['contoso_comments', row, 'protected-value'],
      ['contoso_name', row, 'protected-value'],
      ['contoso_scan', row, 'protected-value'],
    ])
    expect(found.text).not.toMatch(/quackenbush|zeb\d/i)
    const told = await drover('pat', 'ledger', 'list', '--limit', '1000')
    expect(told.text).not.toMatch(/quackenbush|zeb\d/i)
  })
})
