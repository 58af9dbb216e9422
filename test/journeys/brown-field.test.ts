import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BoardReply, DriftReply, ObservationReply, PlanReply } from '#contract'
import { toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { handMade } from '../conformance/hand-made.ts'
import { control } from '../support/control.ts'
import type { Hand } from '../support/dataverse.ts'
import { handIn } from '../support/dataverse.ts'
import { startDrover } from '../support/drover-process.ts'
import { publish } from '../support/makers.ts'
import type { Rehearsal } from '../support/product.ts'
import { approveAll, deployerClient, prepareRelease, productionStage, promote, startStack, testStage, until } from '../support/product.ts'
import type { Ran } from '../support/run-drover.ts'
import { runDrover } from '../support/run-drover.ts'
import { rehearseSample } from '../support/world-of-one.ts'

const solution = 'ContosoInspection'
const forms = Array.from({ length: 141 }, (_, index) => `4a000000-0000-4000-8000-${String(index).padStart(12, '0')}`)
const fleet = {
  name: 'Fleet',
  version: '3.1.0.0',
  isManaged: true,
  publisher: 'northwind',
  tables: [{ name: 'hand_truck', forms: forms.map((id, index) => ({ id, name: `Truck ${index}`, tabs: '' })) }],
}

let stack: Awaited<ReturnType<typeof startStack>>
let run: Rehearsal
let legacy: Hand
let prod: Hand

beforeAll(async () => {
  stack = await startStack()
  await control(stack.drover, 'POST', '/environments', { name: 'legacy', kind: 'Production' })
  run = await rehearseSample(stack.drover, 2, withLegacy)
  ;[legacy, prod] = [await handIn(stack.drover, 'legacy', 'maker'), await handIn(stack.drover, 'prod', 'maker')]
})
afterAll(() => stack?.stop())

/** One more production, which Drover never deployed to. */
function withLegacy(configuration: Configuration): Configuration {
  const given = configuration.environments.find(({ id }) => id === 'prod')
  if (given === undefined) return configuration
  const url = given.url.replace(/prod$/, 'legacy')
  const more = { ...given, id: toId<typeof given.id>('legacy'), name: 'Legacy', url, connectivityUrl: `${url}/connectivity` }
  return { ...configuration, environments: [...configuration.environments, more] }
}

async function drover(who: string, ...args: readonly string[]): Promise<Ran> {
  return runDrover(args, await accessOf(who))
}

async function accessOf(who: string): Promise<Readonly<Record<string, string>>> {
  return { DROVER_SERVER: stack.drover.url, DROVER_TOKEN: await stack.drover.issueToken(toId(who)) }
}

async function importFile(hand: Hand, file: Uint8Array | string): Promise<void> {
  const CustomizationFile = typeof file === 'string' ? file : Buffer.from(file).toString('base64')
  const body = { OverwriteUnmanagedCustomizations: false, PublishWorkflows: false, ImportJobId: crypto.randomUUID(), CustomizationFile }
  await hand.do({ method: 'POST', path: 'ImportSolution', body })
}

async function driftOf(environment: string): Promise<DriftReply> {
  return JSON.parse((await drover('ada', 'drift', environment, '--json')).stdout) as DriftReply
}

const listed = ({ assessment }: DriftReply) => assessment?.deviations.map(({ id, class: kind }) => `${kind} ${id}`) ?? []

describe('an environment that Drover never deployed to', () => {
  beforeAll(async () => {
    await importFile(legacy, await handMade(fleet))
    await makeUnmanagedWork()
  })

  /** A solution of makers over 142 managed components, of which they changed 23, and a script that is in no solution. */
  async function makeUnmanagedWork(): Promise<void> {
    const publisher = {
      uniquename: 'legacymakers',
      friendlyname: 'Makers',
      customizationprefix: 'leg',
      customizationoptionvalueprefix: 52000,
    }
    const { id } = await legacy.do({ method: 'POST', path: 'publishers', body: publisher })
    const about = { uniquename: 'MakersWork', friendlyname: 'Work of makers', version: '1.0.0.0' }
    await legacy.do({ method: 'POST', path: 'solutions', body: { ...about, 'publisherid@odata.bind': `/publishers(${id})` } })
    const { json } = await legacy.do({ method: 'GET', path: "EntityDefinitions(LogicalName='hand_truck')?$select=MetadataId" })
    const parts = [
      { ComponentId: String(json.MetadataId), ComponentType: 1 },
      ...forms.map((id) => ({ ComponentId: id, ComponentType: 60 })),
    ]
    for (const part of parts) {
      const how = { SolutionUniqueName: 'MakersWork', AddRequiredComponents: false, DoNotIncludeSubcomponents: true }
      await legacy.do({ method: 'POST', path: 'AddSolutionComponent', body: { ...part, ...how } })
    }
    for (const id of forms.slice(0, 23)) await legacy.do({ method: 'PATCH', path: `systemforms(${id})`, body: { name: 'As we like it' } })
    await publish(legacy, 'hand_truck')
    const content = Buffer.from('x').toString('base64')
    await legacy.do({
      method: 'POST',
      path: 'webresourceset',
      body: { name: 'hand_lost.js', displayname: 'Lost', webresourcetype: 3, content },
    })
  }

  it('is told apart at the first look: 23 changes among 142 rows, and who carries what', async () => {
    const seen = JSON.parse((await drover('ada', 'observe', 'legacy', '--json')).stdout) as ObservationReply
    const { activeRows, findings } = seen.firstLook
    expect([activeRows.changes, activeRows.harmless['empty-row'], activeRows.ownWork]).toEqual([23, 119, 1])
    const rules = (kind: string) => [...new Set(findings.filter((finding) => finding.kind === kind).map(({ rule }) => rule))]
    expect(rules('orphaned')).toEqual(['component-without-solution'])
    expect(rules('undeployable')).toEqual(['change-on-managed', 'unmanaged-solution'])
    expect(findings.filter(({ kind }) => kind === 'unowned').map(({ subject }) => subject.key)).toEqual(['Fleet'])
    expect((await drover('ada', 'observe', 'legacy')).stdout).toMatch(
      /119 rows that change nothing\n\s+23 changes by hand on managed components/,
    )
    const drift = await drover('ada', 'drift', 'legacy', '--exit-code')
    expect([drift.code, drift.stdout]).toEqual([7, expect.stringMatching(/Form .* which Fleet brought, was changed by hand/)])
  })

  it('is known good from the day that its owner says so, and tells only what is new', async () => {
    expect((await drover('ada', 'baseline', 'accept', 'legacy', '--comment', 'As it is')).code).toBe(3)
    expect((await drover('grace', 'baseline', 'accept', 'legacy', '--comment', 'As it was handed over')).code).toBe(0)
    const quiet = await drover('ada', 'drift', 'legacy', '--exit-code')
    expect([quiet.code, quiet.stdout]).toEqual([0, expect.stringContaining('Nothing differs from what is expected.')])
    await importFile(
      legacy,
      await handMade({ name: 'Maps', version: '1.0.0.0', isManaged: true, publisher: 'fabrikam', tables: [{ name: 'hand_map' }] }),
    )
    await legacy.do({ method: 'PATCH', path: `systemforms(${forms[40]})`, body: { name: 'Changed since' } })
    await publish(legacy, 'hand_truck')
    const seen = await driftOf('legacy')
    expect(listed(seen)).toEqual([`unregistered SystemForm:${forms[40]}`, 'foreign-solution solution:Maps'])
    expect(seen.assessment?.deviations[1]?.who?.name).toBe('Makers in Dev')
  })

  it('never shows green for what an identity with few rights cannot see', async () => {
    const user = `systemusers?$select=systemuserid&$filter=azureactivedirectoryobjectid eq ${deployerClient.objectId}`
    const association = `systemusers(${String((await legacy.rows(user))[0]?.['systemuserid'])})/systemuserroles_association`
    const role = async (name: string) => String((await legacy.rows(`roles?$select=roleid&$filter=name eq '${name}'`))[0]?.['roleid'])
    const basic = `${stack.drover.platformUrl}/legacy/api/data/v9.2/roles(${await role('Basic User')})`
    await legacy.do({ method: 'POST', path: `${association}/$ref`, body: { '@odata.id': basic } })
    await legacy.do({ method: 'DELETE', path: `${association}(${await role('System Administrator')})/$ref` })
    const seen = await drover('ada', 'drift', 'legacy', '--exit-code')
    expect([seen.code, seen.stdout]).toEqual([7, expect.stringContaining('What could not be seen, so that more may differ')])
    expect(seen.stdout).toContain('what solution Fleet holds')
    expect(seen.stdout).not.toContain('Nothing differs from what is expected.')
  })
})

describe('a production among neighbours', () => {
  let views: readonly string[]

  beforeAll(async () => {
    await land(await prepareRelease(run, solution))
    const found = await prod.rows(
      "savedqueries?$select=savedqueryid&$filter=returnedtypecode eq 'contoso_inspection'&$orderby=savedqueryid",
    )
    views = found.map((row) => String(row['savedqueryid']))
  })

  async function land({ id }: { readonly id: Awaited<ReturnType<typeof prepareRelease>>['id'] }): Promise<void> {
    for (const stageId of [testStage, productionStage])
      await promote(run, { releaseId: id, stageId }, async (view) => approveAll(run, view))
  }

  async function rename(at: number, name: string): Promise<void> {
    await prod.do({ method: 'PATCH', path: `savedqueries(${views[at]})`, body: { name } })
    await publish(prod, 'contoso_inspection')
  }

  async function removeLayer(at: number): Promise<void> {
    const parameters = `SolutionComponentName='SavedQuery',ComponentId=${views[at]}`
    await prod.do({ method: 'GET', path: `RemoveActiveCustomizations(${parameters})` })
  }

  it('is watched: each change by hand is said when it comes, the board counts them, and Ctrl-C ends it with 0', async () => {
    const watching = startDrover(['drift', 'prod', '--watch', '--every', '1', '--json'], { env: await accessOf('ada') })
    const told = () =>
      watching
        .output()
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => (JSON.parse(line) as DriftReply).solutions[0]?.open)
    const said = async (count: number) =>
      until(
        async () => told().length,
        (seen) => seen >= count,
      )
    await said(1)
    await rename(0, 'First')
    await said(2)
    await rename(1, 'Second')
    await said(3)
    watching.interrupt()
    expect([await watching.ended, told()]).toEqual([0, [0, 1, 2]])
    const { stdout } = await drover('ada', 'board')
    expect(stdout).toMatch(/prod +ContosoInspection +1\.0\.0\.1 \+2/)
    await removeLayer(1)
    await removeLayer(0)
    expect(listed(await driftOf('prod'))).toEqual([])
    const board = JSON.parse((await drover('ada', 'board', '--json')).stdout) as BoardReply
    const deployed = board.pipelines.flatMap(({ stagesWithState }) => stagesWithState.flatMap(({ deployments }) => deployments))
    expect(deployed.filter(({ environmentId }) => environmentId === 'prod').map(({ openChanges }) => openChanges)).toEqual([0])
  })

  it('names a solution of others that comes, and the plan says where it wins over ours', async () => {
    const columns = [{ name: 'contoso_comments', maxLength: 40 }]
    const neighbour = { name: 'Neighbour', version: '1.0.0.0', isManaged: true, publisher: 'fabrikam' }
    await importFile(prod, await handMade({ ...neighbour, tables: [{ name: 'contoso_inspection', isWhole: false, columns }] }))
    const { assessment } = await driftOf('prod')
    expect(assessment?.deviations.map(({ id, class: kind, who }) => [id, kind, who?.name])).toEqual([
      ['Attribute:contoso_inspection.contoso_comments@Neighbour', 'foreign-solution', 'Makers in Dev'],
      ['Entity:contoso_inspection@Neighbour', 'foreign-solution', 'Makers in Dev'],
      ['solution:Neighbour', 'foreign-solution', 'Makers in Dev'],
    ])
    expect((await drover('ada', 'drift', 'prod', '--exit-code')).code).toBe(0)
    const dev = await handIn(stack.drover, 'dev', 'maker')
    const column = "EntityDefinitions(LogicalName='contoso_inspection')/Attributes(LogicalName='contoso_comments')"
    const { json } = await dev.do({ method: 'GET', path: `${column}/Microsoft.Dynamics.CRM.StringAttributeMetadata` })
    const { '@odata.context': _context, ...now } = json as Record<string, unknown>
    const body = { ...now, '@odata.type': 'Microsoft.Dynamics.CRM.StringAttributeMetadata', MaxLength: 500 }
    await dev.do({ method: 'PUT', path: column, body })
    const made = await prepareRelease(run, solution)
    const planned = await drover('ada', 'plan', made.id, '--to', 'prod', '--json')
    const { content } = (JSON.parse(planned.stdout) as { plan: PlanReply }).plan
    expect(content.filter(({ effect }) => effect === 'hide')).toMatchObject([
      {
        key: 'contoso_inspection.contoso_comments',
        winner: 'Neighbour',
        message: expect.stringContaining('the layer of Neighbour') as string,
      },
    ])
    await land(made)
  })

  it('is broken by an import of ours past Drover, says by whom, and is whole again with the next promotion', async () => {
    const dev = await handIn(stack.drover, 'dev', 'maker')
    const [{ solutionid } = {}] = await dev.rows(`solutions?$select=solutionid&$filter=uniquename eq '${solution}'`)
    await dev.do({ method: 'PATCH', path: `solutions(${String(solutionid)})`, body: { version: '1.0.1.0' } })
    const exported = await dev.do({ method: 'POST', path: 'ExportSolution', body: { SolutionName: solution, Managed: true } })
    // Environments tell the second of an import and not whose it was where two fall into one.
    const [last] = await prod.rows(`importjobs?$select=startedon&$filter=solutionname eq '${solution}'&$orderby=startedon desc&$top=1`)
    await wait(Math.max(0, Date.parse(String(last?.['startedon'])) + 2_000 - Date.now()))
    await importFile(prod, String(exported.json.ExportSolutionFile))
    const seen = await drover('ada', 'drift', 'prod', '--exit-code')
    expect([seen.code, seen.stdout]).toEqual([7, expect.stringMatching(/ContosoInspection \S+ \+2\n[^]*Not as it was deployed \(2\)/)])
    expect(seen.stdout).toMatch(/Past Drover, ContosoInspection \S+ was imported on .* by Makers in Dev/)
    expect((await drover('pat', 'env', 'show', 'prod')).stdout).toMatch(/ContosoInspection \S+ was imported on .* by Makers in Dev/)
    await land(await prepareRelease(run, solution))
    expect(listed(await driftOf('prod')).filter((line) => !line.startsWith('foreign-solution'))).toEqual([])
  })

  it('does not drift by what only looks different: values, flows that are off, rows that say nothing', async () => {
    const before = (await driftOf('prod')).assessment
    await control(stack.drover, 'POST', '/environments/prod/phantom-rows', {})
    const [value] = await prod.rows('environmentvariablevalues?$select=environmentvariablevalueid')
    const path = `environmentvariablevalues(${String(value?.['environmentvariablevalueid'])})`
    await prod.do({ method: 'PATCH', path, body: { value: 'prod@contoso.example' } })
    await prod.do({ method: 'PATCH', path: `workflows(${run.material.model.flows[0]?.id})`, body: { statecode: 0, statuscode: 1 } })
    const { assessment, solutions } = await driftOf('prod')
    expect([assessment?.deviations, solutions[0]?.open]).toEqual([before?.deviations, 0])
    expect(assessment?.byDesign).toBeGreaterThan(50 + (before?.byDesign ?? 0))
  })
})
