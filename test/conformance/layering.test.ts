import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readZip } from '#format'
import type { HandMade } from './hand-made.ts'
import { handMade, section, tab } from './hand-made.ts'
import * as life from './life-of-solutions.ts'
import type { Organisation } from './organisation.ts'
import { errorOf, followOperation, importSolution, openLocal, rowsOf } from './organisation.ts'

// The rules of layering as Microsoft documents them (evidence: web-api H, facts-2 §0, §6), as cases written by hand from that text and
// before the code that makes them true. They speak HTTP only.

const livesLocally = process.env['DATAVERSE_URL'] === undefined

describe.skipIf(!livesLocally)('layers (a live organisation would keep what these cases leave behind)', () => {
  let organisation: Organisation
  beforeEach(async () => {
    organisation = await openLocal()
  })
  afterEach(() => organisation.close())

  const bring = (solution: HandMade, more?: Record<string, unknown>) => life.bring(organisation, solution, more)
  const uninstall = (name: string) => life.uninstall(organisation, name)

  async function maxLength(table = 'hand_boat', column = 'hand_note'): Promise<unknown> {
    const answer = await organisation.call(
      'GET',
      `EntityDefinitions(LogicalName='${table}')/Attributes(LogicalName='${column}')/Microsoft.Dynamics.CRM.StringAttributeMetadata?$select=MaxLength`,
    )
    expect(answer.status, answer.text).toBe(200)
    return answer.json['MaxLength']
  }

  async function layersOf(kind: string, id: string): Promise<readonly Record<string, unknown>[]> {
    const answer = await organisation.call(
      'GET',
      `msdyn_componentlayers?$filter=(msdyn_componentid eq '${id}' and msdyn_solutioncomponentname eq '${kind}')`,
    )
    return [...rowsOf(answer)].sort((a, b) => Number(a['msdyn_order']) - Number(b['msdyn_order']))
  }

  async function columnId(): Promise<string> {
    const answer = await organisation.call(
      'GET',
      "EntityDefinitions(LogicalName='hand_boat')/Attributes(LogicalName='hand_note')?$select=MetadataId",
    )
    return String(answer.json['MetadataId'])
  }

  const boat = (maxLengthOfNote: number, isWhole = true): NonNullable<HandMade['tables']> => [
    { name: 'hand_boat', isWhole, columns: [{ name: 'hand_note', maxLength: maxLengthOfNote }] },
  ]
  const first = (length: number, version = '1.0.0.0'): HandMade => ({ name: 'First', version, isManaged: true, tables: boat(length) })
  const second = (length: number, version = '1.0.0.0'): HandMade => ({
    name: 'Second',
    version,
    isManaged: true,
    tables: boat(length, false),
  })

  it('lets the solution that was installed last win', async () => {
    await bring(first(30))
    await bring(second(50))
    expect(await maxLength()).toBe(50)
  })

  it('shows a layer a solution, from the bottom up', async () => {
    await bring(first(30))
    await bring(second(50))
    const layers = await layersOf('Attribute', await columnId())
    expect(layers.map((layer) => layer['msdyn_solutionname'])).toEqual(['First', 'Second'])
    expect(layers.map((layer) => layer['msdyn_order'])).toEqual([1, 2])
  })

  it('gives back what was below when the upper solution goes', async () => {
    await bring(first(30))
    await bring(second(50))
    expect(await uninstall('Second')).toMatchObject({ statuscode: 30 })
    expect(await maxLength()).toBe(30)
  })

  it('leaves a table whole in an unmanaged solution whose file brings only its place, as an unmanaged import removes nothing', async () => {
    const own = (isWhole: boolean, version: string): HandMade => ({ name: 'Own', version, tables: boat(40, isWhole) })
    await bring(own(true, '1.0.0.0'))
    await bring(own(false, '1.1.0.0'))
    const table = await organisation.call('GET', "EntityDefinitions(LogicalName='hand_boat')?$select=MetadataId")
    const members = await organisation.call(
      'GET',
      `solutioncomponents?$filter=objectid eq ${String(table.json['MetadataId'])} and solutionid/uniquename eq 'Own'&$select=rootcomponentbehavior`,
    )
    expect(rowsOf(members).map((row) => row['rootcomponentbehavior'])).toEqual([0])
    const exported = await organisation.call('POST', 'ExportSolution', { body: { SolutionName: 'Own', Managed: false } })
    const files = await readZip(Buffer.from(String(exported.json['ExportSolutionFile']), 'base64'))
    const texts = new Map(files.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()]))
    expect(texts.get('customizations.xml')).toContain('<EntitySetName>hand_boats</EntitySetName>')
    expect(texts.get('solution.xml')).toMatch(/schemaName="hand_boat" behavior="0"/)
  })

  it('does not lift the layer of an updated solution above one installed later', async () => {
    await bring(first(30))
    await bring(second(50))
    await bring(first(35, '1.1.0.0'))
    expect(await maxLength()).toBe(50)
    await uninstall('Second')
    expect(await maxLength()).toBe(35)
  })

  it('does not lift the layer of an upgraded solution above one installed later', async () => {
    await bring(first(30))
    await bring(second(50))
    expect(await life.upgrade(organisation, first(35, '2.0.0.0'))).toMatchObject({ statuscode: 30 })
    expect(await maxLength()).toBe(50)
    await uninstall('Second')
    expect(await maxLength()).toBe(35)
  })

  it('keeps the layer of a patch under a solution that was installed before the patch: the documented example', async () => {
    await bring(first(30))
    await bring(second(50))
    await bring({
      name: 'First_Patch_1',
      version: '1.0.1.0',
      isManaged: true,
      patchOf: { name: 'First', version: '1.0.0.0' },
      tables: boat(35, false),
    })
    expect(await maxLength()).toBe(50)
    await uninstall('Second')
    expect(await maxLength()).toBe(35)
  })

  it('puts what is changed by hand above every solution', async () => {
    await bring(first(30))
    await bring({ name: 'ByHand', version: '1.0.0.0', tables: boat(70, false) })
    await organisation.call('POST', 'PublishAllXml', { body: {} })
    expect(await maxLength()).toBe(70)
    await bring(second(50))
    expect(await maxLength(), 'a managed solution that comes later stays below').toBe(70)
    const layers = await layersOf('Attribute', await columnId())
    expect(layers.at(-1)?.['msdyn_solutionname']).toBe('Active')
  })

  it('keeps one layer for all that is unmanaged: a second unmanaged solution overwrites the first', async () => {
    await bring(first(30))
    await bring({ name: 'ByHand', version: '1.0.0.0', tables: boat(70, false) })
    await bring({ name: 'ByOtherHand', version: '1.0.0.0', tables: boat(80, false) })
    await organisation.call('POST', 'PublishAllXml', { body: {} })
    expect(await maxLength()).toBe(80)
    const layers = await layersOf('Attribute', await columnId())
    expect(layers.filter((layer) => layer['msdyn_solutionname'] === 'Active')).toHaveLength(1)
    expect(layers).toHaveLength(2)
  })

  it('copies the incoming value into the Active layer when customizations are overwritten, and keeps that layer', async () => {
    await bring(first(30))
    await bring({ name: 'ByHand', version: '1.0.0.0', tables: boat(70, false) })
    await organisation.call('POST', 'PublishAllXml', { body: {} })
    await bring(first(35, '1.1.0.0'), { OverwriteUnmanagedCustomizations: true })
    expect(await maxLength()).toBe(35)
    expect((await layersOf('Attribute', await columnId())).at(-1)?.['msdyn_solutionname']).toBe('Active')
    await bring(first(40, '1.2.0.0'))
    expect(await maxLength(), 'the layer that stayed hides the next release').toBe(35)
  })

  it('removes the layer of hand-made changes on a GET, and shows what was below', async () => {
    await bring(first(30))
    await bring({ name: 'ByHand', version: '1.0.0.0', tables: boat(70, false) })
    await organisation.call('POST', 'PublishAllXml', { body: {} })
    const removed = await organisation.call(
      'GET',
      `RemoveActiveCustomizations(SolutionComponentName='Attribute',ComponentId=${await columnId()})`,
    )
    expect(removed.status, removed.text).toBeLessThan(300)
    expect(await maxLength()).toBe(30)
    expect((await layersOf('Attribute', await columnId())).map((layer) => layer['msdyn_solutionname'])).toEqual(['First'])
  })

  it('refuses a managed solution over the unmanaged base of its component', async () => {
    await bring({ name: 'ByHand', version: '1.0.0.0', tables: boat(70) })
    const operation = await importSolution(organisation, await handMade(first(30)))
    expect(operation).toMatchObject({ statuscode: 31, errorcode: 0x8004f016 | 0 })
  })

  it('joins the options that several solutions add to a choice, and takes one solution’s away with it', async () => {
    const values = async (): Promise<unknown> => {
      const answer = await organisation.call(
        'GET',
        "GlobalOptionSetDefinitions(Name='hand_colour')/Microsoft.Dynamics.CRM.OptionSetMetadata?$select=Options",
      )
      expect(answer.status, answer.text).toBe(200)
      return (answer.json['Options'] as { Value: number }[]).map((option) => option.Value)
    }
    await bring({
      name: 'First',
      version: '1.0.0.0',
      isManaged: true,
      choices: [{ name: 'hand_colour', options: { 1: 'Red', 2: 'Blue' } }],
    })
    await bring({ name: 'Second', version: '1.0.0.0', isManaged: true, choices: [{ name: 'hand_colour', options: { 3: 'Green' } }] })
    expect(await values()).toEqual([1, 2, 3])
    expect(await uninstall('Second')).toMatchObject({ statuscode: 30 })
    expect(await values()).toEqual([1, 2])
  })

  it('merges the sections that several solutions bring to one form, and takes one solution’s away with it', async () => {
    const form = 'd30b5c16-45d1-4a0c-9c0b-5a52f1e1a001'
    const tabId = 'd30b5c16-45d1-4a0c-9c0b-5a52f1e1a002'
    const general = section('d30b5c16-45d1-4a0c-9c0b-5a52f1e10010', 'General', ['hand_name'])
    const extra = section('d30b5c16-45d1-4a0c-9c0b-5a52f1e10020', 'Extra', ['hand_note'])
    const formXml = async (): Promise<string> => {
      const answer = await organisation.call('GET', `systemforms(${form})?$select=formxml`)
      expect(answer.status, answer.text).toBe(200)
      return String(answer.json['formxml'])
    }
    const withForm = (sections: readonly string[], isWhole: boolean): NonNullable<HandMade['tables']> => [
      {
        name: 'hand_boat',
        isWhole,
        ...(isWhole ? { columns: [{ name: 'hand_note' }] } : {}),
        forms: [{ id: form, name: 'Boat', tabs: tab(tabId, 'Main', sections) }],
      },
    ]
    await bring({ name: 'First', version: '1.0.0.0', isManaged: true, tables: withForm([general], true) })
    await bring({ name: 'Second', version: '1.0.0.0', isManaged: true, tables: withForm([extra], false) })
    const merged = await formXml()
    expect(merged).toContain('datafieldname="hand_name"')
    expect(merged).toContain('datafieldname="hand_note"')
    expect(await uninstall('Second')).toMatchObject({ statuscode: 30 })
    const left = await formXml()
    expect(left).toContain('datafieldname="hand_name"')
    expect(left).not.toContain('datafieldname="hand_note"')
  })

  it('refuses another publisher on an update', async () => {
    await bring(first(30))
    const operation = await importSolution(organisation, await handMade({ ...first(35, '1.1.0.0'), publisher: 'somebodyelse' }))
    expect(operation).toMatchObject({ statuscode: 31, errorcode: 0x8004801c | 0 })
  })

  it('does not let managed and unmanaged take each other’s place', async () => {
    await bring(first(30))
    const unmanaged = await importSolution(organisation, await handMade({ ...first(35, '1.1.0.0'), isManaged: false }))
    expect(unmanaged).toMatchObject({ statuscode: 31, errorcode: 0x80048041 | 0 })
    await bring({ name: 'Third', version: '1.0.0.0', choices: [{ name: 'hand_size', options: { 1: 'Small' } }] })
    const managed = await importSolution(
      organisation,
      await handMade({ name: 'Third', version: '2.0.0.0', isManaged: true, choices: [{ name: 'hand_size', options: { 1: 'Small' } }] }),
    )
    expect(managed).toMatchObject({ statuscode: 31, errorcode: 0x80048040 | 0 })
  })

  it('refuses an equal and a lower version on the upgrade path', async () => {
    await bring(first(30, '1.1.0.0'))
    for (const version of ['1.1.0.0', '1.0.9.9']) {
      const started = await life.askForUpgrade(organisation, first(35, version))
      const failure =
        started.status === 200
          ? String((await followOperation(organisation, String(started.json['AsyncOperationId'])))['errorcode'])
          : String(Number.parseInt(errorOf(started).code, 16) | 0)
      expect(failure, version).toBe(String(0x80048541 | 0))
    }
  })
})
