import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readZip } from '#format'
import type { HandMade } from './hand-made.ts'
import { handMade } from './hand-made.ts'
import type { Answer, Organisation } from './organisation.ts'
import { errorOf, followOperation, importSolution, openLocal, rowsOf } from './organisation.ts'

// Patches as the ALM documentation has them ("Create patches", evidence: web-api A.3, H; facts-2 §1.1), over HTTP only.

const livesLocally = process.env['DATAVERSE_URL'] === undefined

describe.skipIf(!livesLocally)('patches (a live organisation would keep what these cases leave behind)', () => {
  let organisation: Organisation
  beforeEach(async () => {
    organisation = await openLocal()
  })
  afterEach(() => organisation.close())

  const base: HandMade = {
    name: 'Boats',
    version: '1.0.0.0',
    tables: [{ name: 'hand_boat', columns: [{ name: 'hand_note', maxLength: 30 }] }],
  }

  /** A managed solution that carries one column of the table. */
  function segment(name: string, version: string, length: number): HandMade {
    return {
      name,
      version,
      isManaged: true,
      tables: [{ name: 'hand_boat', isWhole: false, columns: [{ name: 'hand_note', maxLength: length }] }],
    }
  }

  function patch(version: string, length: number): HandMade {
    return { ...segment(`Boats_Patch_${version.replaceAll('.', '_')}`, version, length), patchOf: { name: 'Boats', version: '1.0.0.0' } }
  }

  async function bring(solution: HandMade, more: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    return importSolution(organisation, await handMade(solution), more)
  }

  async function install(solution: HandMade, more: Record<string, unknown> = {}): Promise<void> {
    const operation = await bring(solution, more)
    expect(operation, String(operation['message'])).toMatchObject({ statuscode: 30 })
  }

  async function solutionRow(name: string): Promise<Record<string, unknown> | undefined> {
    return rowsOf(await organisation.call('GET', `solutions?$filter=uniquename eq '${name}'`))[0]
  }

  async function clonePatch(version: string): Promise<Answer> {
    const body = { ParentSolutionUniqueName: 'Boats', DisplayName: 'Boats, mended', VersionNumber: version }
    return organisation.call('POST', 'CloneAsPatch', { body })
  }

  async function maxLength(): Promise<unknown> {
    const answer = await organisation.call(
      'GET',
      "EntityDefinitions(LogicalName='hand_boat')/Attributes(LogicalName='hand_note')/Microsoft.Dynamics.CRM.StringAttributeMetadata?$select=MaxLength",
    )
    return answer.json['MaxLength']
  }

  it('of a managed solution lie over it, below solutions that were there before, and go with it', async () => {
    await install({ ...base, isManaged: true })
    await install(segment('Other', '1.0.0.0', 50))
    await install(patch('1.0.1.0', 35))
    expect(await maxLength()).toBe(50)
    const row = await solutionRow('Boats_Patch_1_0_1_0')
    expect(row).toMatchObject({ ismanaged: true, _parentsolutionid_value: (await solutionRow('Boats'))?.['solutionid'] })
    expect((await organisation.call('DELETE', `solutions(${String((await solutionRow('Other'))?.['solutionid'])})`)).status).toBe(204)
    expect(await maxLength()).toBe(35)
    expect((await organisation.call('DELETE', `solutions(${String((await solutionRow('Boats'))?.['solutionid'])})`)).status).toBe(204)
    expect(await solutionRow('Boats_Patch_1_0_1_0')).toBeUndefined()
  })

  it('are refused with the codes of the service', async () => {
    const code = async (solution: HandMade, more: Record<string, unknown> = {}): Promise<unknown> =>
      (await bring(solution, more))['errorcode']
    expect(await code(patch('1.0.1.0', 35))).toBe(0x80048540 | 0)
    await install({ ...base, isManaged: true })
    expect(await code(patch('1.1.0.0', 35))).toBe(0x80048539 | 0)
    await install(patch('1.0.2.0', 35))
    expect(await code(patch('1.0.1.0', 40))).toBe(0x80061771 | 0)
    expect(await code({ ...base, isManaged: true, version: '1.0.9.0' })).toBe(0x80048538 | 0)
    await install({ ...base, isManaged: true, version: '2.0.0.0' }, { HoldingSolution: true })
    expect(await code(patch('1.0.3.0', 40))).toBe(0x80048539 | 0)
  })

  it('are cloned from an unmanaged solution, lock it, travel to where it is managed, and are rolled up', async () => {
    await install(base)
    const cloned = await clonePatch('1.0.1.0')
    expect(cloned.status, cloned.text).toBe(200)
    expect(cloned.json['@odata.context']).toContain('#Microsoft.Dynamics.CRM.CloneAsPatchResponse')
    const parent = await solutionRow('Boats')
    const made = await organisation.call('GET', `solutions(${String(cloned.json['SolutionId'])})`)
    expect(made.json).toMatchObject({ version: '1.0.1.0', friendlyname: 'Boats, mended', _parentsolutionid_value: parent?.['solutionid'] })
    const name = String(made.json['uniquename'])

    for (const [method, path, body] of [
      ['POST', 'ExportSolution', { SolutionName: 'Boats', Managed: true }],
      ['PATCH', `solutions(${String(parent?.['solutionid'])})`, { friendlyname: 'Other' }],
      ['DELETE', `solutions(${String(parent?.['solutionid'])})`, undefined],
    ] as const) {
      const locked = await organisation.call(method, path, body === undefined ? {} : { body })
      expect([path, errorOf(locked).code]).toEqual([path, '0x80048538'])
    }

    const column = {
      '@odata.type': 'Microsoft.Dynamics.CRM.StringAttributeMetadata',
      SchemaName: 'hand_Extra',
      MaxLength: 20,
      DisplayName: { LocalizedLabels: [{ Label: 'Extra', LanguageCode: 1033 }] },
      RequiredLevel: { Value: 'None' },
    }
    const attributes = "EntityDefinitions(LogicalName='hand_boat')/Attributes"
    const added = await organisation.call('POST', attributes, { body: column, headers: { 'mscrm.solutionuniquename': name } })
    expect(added.status, added.text).toBe(204)
    const exported = await organisation.call('POST', 'ExportSolution', { body: { SolutionName: name, Managed: true } })
    expect(exported.status, exported.text).toBe(200)
    const bytes = Buffer.from(String(exported.json['ExportSolutionFile']), 'base64')
    const manifest = (await readZip(bytes)).find(({ path }) => path === 'solution.xml')?.bytes ?? new Uint8Array()
    expect(Buffer.from(manifest).toString('utf8').replace(/\s+/g, '')).toContain(
      '<ParentSolution><UniqueName>Boats</UniqueName><Version>1.0.0.0</Version></ParentSolution>',
    )

    const rolled = await organisation.call('POST', 'CloneAsSolution', {
      body: { ParentSolutionUniqueName: 'Boats', DisplayName: 'Boats two', VersionNumber: '1.1.0.0' },
    })
    expect(rolled.status, rolled.text).toBe(200)
    expect(await solutionRow('Boats')).toMatchObject({ version: '1.1.0.0', friendlyname: 'Boats two' })
    expect(await solutionRow(name)).toBeUndefined()
    expect((await organisation.call('POST', 'ExportSolution', { body: { SolutionName: 'Boats', Managed: true } })).status).toBe(200)

    const target = await openLocal()
    try {
      for (const zip of [await handMade({ ...base, isManaged: true }), bytes]) {
        const operation = await importSolution(target, zip)
        expect(operation, String(operation['message'])).toMatchObject({ statuscode: 30 })
      }
      expect((await target.call('GET', `${attributes}(LogicalName='hand_extra')?$select=LogicalName`)).status).toBe(200)
      const [line] = rowsOf(await target.call('GET', `msdyn_solutionhistories?$filter=msdyn_name eq '${name}'`))
      expect(line).toMatchObject({ msdyn_ispatch: true, msdyn_operation: 0, msdyn_suboperation: 1, msdyn_result: true })
    } finally {
      await target.close()
    }
  })

  it('of an unmanaged solution are deleted latest first', async () => {
    await install(base)
    const [first, second] = [await clonePatch('1.0.1.0'), await clonePatch('1.0.2.0')]
    const remove = (made: Answer): Promise<Answer> => organisation.call('DELETE', `solutions(${String(made.json['SolutionId'])})`)
    expect((await remove(first)).status).toBe(400)
    expect([(await remove(second)).status, (await remove(first)).status]).toEqual([204, 204])
    expect((await organisation.call('POST', 'ExportSolution', { body: { SolutionName: 'Boats', Managed: false } })).status).toBe(200)
  })
})

describe.skipIf(!livesLocally)('versions of managed solutions (whether an update may fall is a switch of local environments)', () => {
  it('must rise on the upgrade path whatever the switch says, and on the update path unless it says otherwise', async () => {
    const organisation = await openLocal()
    try {
      const solution = (version: string): HandMade => ({ name: 'Boats', version, isManaged: true, tables: [{ name: 'hand_boat' }] })
      const bring = async (version: string, message = 'ImportSolutionAsync'): Promise<unknown> => {
        const body = {
          OverwriteUnmanagedCustomizations: false,
          PublishWorkflows: false,
          CustomizationFile: Buffer.from(await handMade(solution(version))).toString('base64'),
        }
        const started = await organisation.call('POST', message, { body })
        return (await followOperation(organisation, String(started.json['AsyncOperationId'])))['errorcode']
      }
      const lower = 0x80048541 | 0
      expect(await bring('1.2.0.0')).toBeNull()
      for (const version of ['1.2.0.0', '1.1.0.0']) {
        expect([await bring(version), await bring(version, 'StageAndUpgradeAsync')]).toEqual([lower, lower])
      }
      await organisation.control?.('PUT', 'environments/dev/switches/managedUpdateMayFall', { value: true })
      expect([await bring('1.2.0.0'), await bring('1.1.0.0')]).toEqual([null, null])
      expect(await bring('1.1.0.0', 'StageAndUpgradeAsync')).toBe(lower)
      const [row] = rowsOf(await organisation.call('GET', "solutions?$filter=uniquename eq 'Boats'"))
      expect(row?.['version']).toBe('1.1.0.0')
    } finally {
      await organisation.close()
    }
  })
})
