import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenEnvironment } from '#engine/ports'
import { bring } from '../../../../test/conformance/life-of-solutions.ts'
import type { HandMade } from '../../../../test/conformance/hand-made.ts'
import { section, tab } from '../../../../test/conformance/hand-made.ts'
import type { Organisation } from '../../../../test/conformance/organisation.ts'
import { errorOf, openLocal, rowsOf } from '../../../../test/conformance/organisation.ts'
import { createEnvironments } from '../environments.ts'
import type { DataverseDependencies } from '../environments.ts'
import { dependencies, environmentAt, failureOf } from '../testing/local-server.ts'

const formId = '7d1c9a54-0c7c-4f5e-9f5a-6f0c7a1b0001'
const boats: HandMade = {
  name: 'Boats',
  version: '1.0.0.0',
  isManaged: true,
  tables: [
    {
      name: 'hand_boat',
      columns: [{ name: 'hand_sail' }],
      forms: [
        {
          id: formId,
          name: 'Boat',
          tabs: tab(`${formId.slice(0, -4)}0002`, 'General', [section(`${formId.slice(0, -4)}1000`, 'Sails', ['hand_sail'])]),
        },
      ],
    },
  ],
}
const block = 'IsLockdownOfUnmanagedCustomizationEnabled'

let organisation: Organisation

beforeAll(async () => {
  organisation = await openLocal()
  await bring(organisation, boats)
})
afterAll(() => organisation.close())

function open(more: Partial<DataverseDependencies> = {}): OpenEnvironment {
  const { url, tokenUrl, clientId, clientSecret } = organisation
  const credentials = { tokenUrl, clientId, clientSecret: { kind: 'environment', variable: 'SECRET' } } as const
  return createEnvironments(dependencies({ secrets: { resolve: async () => clientSecret }, ...more })).open(
    environmentAt(url, { credentials }),
  )
}

async function editForm(name: string): Promise<number> {
  const { status } = await organisation.call('PATCH', `systemforms(${formId})`, { body: { name } })
  if (status === 204) await organisation.call('POST', 'PublishXml', { body: { ParameterXml: publishing } })
  return status
}

const publishing = '<importexportxml><entities><entity>hand_boat</entity></entities></importexportxml>'

async function layersOf(kind: string, id: string): Promise<readonly unknown[]> {
  const filter = encodeURIComponent(`(msdyn_componentid eq '${id}' and msdyn_solutioncomponentname eq '${kind}')`)
  return rowsOf(await organisation.call('GET', `msdyn_componentlayers?$filter=${filter}`)).map((row) => row['msdyn_solutionname'])
}

async function membersOf(solution: string): Promise<readonly Record<string, unknown>[]> {
  const [row] = rowsOf(await organisation.call('GET', `solutions?$select=solutionid&$filter=uniquename eq '${solution}'`))
  if (row === undefined) return []
  return rowsOf(await organisation.call('GET', `solutioncomponents?$filter=_solutionid_value eq ${String(row['solutionid'])}`))
}

const form = { kind: 'SystemForm', id: formId, type: 60, table: 'hand_boat' }

describe('a transport', () => {
  const transport = { uniqueName: 'DroverTransport1', publisherOf: 'Boats', components: [form] }

  it('holds the component and its table without its parts, and making it again changes nothing', async () => {
    for (const _ of [1, 2]) await open().makeTransport(transport)
    const members = await membersOf('DroverTransport1')
    expect(members.map((row) => row['componenttype']).sort()).toEqual([1, 60])
    expect(members.find((row) => row['componenttype'] === 1)?.['rootcomponentbehavior']).toBe(1)
  })

  it('is gone when it is removed, its components are not, and removing it again does nothing', async () => {
    for (const _ of [1, 2]) await open().removeTransport('DroverTransport1')
    expect(await open().fetchSolution('DroverTransport1')).toBeUndefined()
    expect((await organisation.call('GET', `systemforms(${formId})`)).status).toBe(200)
  })

  it('is never a managed solution', async () => {
    expect(await failureOf(open().removeTransport('Boats'))).toMatchObject({ code: 'customization.not-unmanaged' })
    expect(await failureOf(open().makeTransport({ ...transport, uniqueName: 'Boats' }))).toMatchObject({
      code: 'customization.not-unmanaged',
    })
    expect(await open().fetchSolution('Boats')).toMatchObject({ isManaged: true })
  })

  it('works where unmanaged changes are blocked', async () => {
    await open().setUnmanagedBlock(true)
    await open().makeTransport({ ...transport, uniqueName: 'DroverTransport2' })
    expect(await membersOf('DroverTransport2')).toHaveLength(2)
    await open().removeTransport('DroverTransport2')
    await open().setUnmanagedBlock(false)
  })
})

describe('removing an unmanaged layer', () => {
  it('leaves the component as its solution has it', async () => {
    expect(await editForm('Boat of the harbour')).toBe(204)
    expect(await layersOf('SystemForm', formId)).toEqual(['Boats', 'Active'])
    await open().removeActiveLayer(form)
    expect(await layersOf('SystemForm', formId)).toEqual(['Boats'])
    const { json } = await organisation.call('GET', `systemforms(${formId})?$select=name`)
    expect(json['name']).toBe('Boat')
  })

  it('does nothing where there is none', async () => {
    expect(await failureOf(open().removeActiveLayer(form))).toMatchObject({ code: 'customization.no-active-layer' })
  })

  it('never takes the only layer, which would delete the component', async () => {
    const content = Buffer.from('x').toString('base64')
    const made = await organisation.call('POST', 'webresourceset', { body: { name: 'hand_by_hand.js', webresourcetype: 3, content } })
    expect(made.status, made.text).toBe(204)
    const [row] = rowsOf(await organisation.call('GET', "webresourceset?$select=webresourceid&$filter=name eq 'hand_by_hand.js'"))
    const id = String(row?.['webresourceid'])
    expect(await failureOf(open().removeActiveLayer({ kind: 'WebResource', id }))).toMatchObject({ code: 'customization.only-layer' })
    expect((await organisation.call('GET', `webresourceset(${id})`)).status).toBe(200)
  })

  it('is sent once, also when its answer is lost', async () => {
    await editForm('Boat of the lake')
    let sent = 0
    const losing: typeof fetch = async (input, init) => {
      const reply = await fetch(input, init)
      if (!String(input).includes('RemoveActiveCustomizations')) return reply
      sent++
      await reply.arrayBuffer()
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) })
    }
    expect(await failureOf(open({ fetch: losing }).removeActiveLayer(form))).toMatchObject({ code: 'dataverse.ambiguous' })
    expect(sent).toBe(1)
  })
})

describe('the block of unmanaged changes', () => {
  it('makes an edit of a maker fail, lets it through again when it is off, and leaves every other setting as it was', async () => {
    const [row] = rowsOf(await organisation.call('GET', 'organizations?$select=organizationid'))
    const path = `organizations(${String(row?.['organizationid'])})`
    const before = `<OrgSettings><MaxThings>7</MaxThings><${block}>false</${block}><Other a="1">x &amp; y</Other></OrgSettings>`
    await organisation.call('PATCH', path, { body: { orgdborgsettings: before } })
    expect(await open().fetchUnmanagedBlock()).toBe(false)

    await open().setUnmanagedBlock(true)
    expect(await open().fetchUnmanagedBlock()).toBe(true)
    expect((await organisation.call('GET', path)).json['orgdborgsettings']).toBe(before.replace('>false<', '>true<'))
    const refused = await organisation.call('PATCH', `systemforms(${formId})`, { body: { name: 'By hand' } })
    expect([refused.status, errorOf(refused).code]).toEqual([403, '0x80072042'])

    await open().setUnmanagedBlock(false)
    expect(await editForm('Boat again')).toBe(204)
  })

  it('is written where there was no such setting, and never into what is no list of settings', async () => {
    const [row] = rowsOf(await organisation.call('GET', 'organizations?$select=organizationid'))
    const path = `organizations(${String(row?.['organizationid'])})`
    for (const settings of [
      null,
      '',
      '<OrgSettings />',
      '<OrgSettings><A>1</A></OrgSettings>',
      `<OrgSettings><${block} /></OrgSettings>`,
    ]) {
      await organisation.call('PATCH', path, { body: { orgdborgsettings: settings } })
      await open().setUnmanagedBlock(true)
      expect(await open().fetchUnmanagedBlock()).toBe(true)
    }
    await organisation.call('PATCH', path, { body: { orgdborgsettings: 'something else' } })
    expect(await failureOf(open().setUnmanagedBlock(true))).toMatchObject({ code: 'dataverse.unexpected' })
    await organisation.call('PATCH', path, { body: { orgdborgsettings: '<OrgSettings></OrgSettings>' } })
  })

  it('does not overwrite what somebody else changed in the settings meanwhile', async () => {
    const [row] = rowsOf(await organisation.call('GET', 'organizations?$select=organizationid'))
    const path = `organizations(${String(row?.['organizationid'])})`
    const others = '<OrgSettings><Theirs>1</Theirs></OrgSettings>'
    const overtaken: typeof fetch = async (input, init) => {
      if (init?.method === 'PATCH') await organisation.call('PATCH', path, { body: { orgdborgsettings: others } })
      return fetch(input, init)
    }
    expect(await failureOf(open({ fetch: overtaken }).setUnmanagedBlock(true))).toMatchObject({ code: 'dataverse.refused' })
    expect((await organisation.call('GET', path)).json['orgdborgsettings']).toBe(others)
  })
})

describe('who can change an environment', () => {
  it('names holders of powerful roles, directly and by team, and says what it cannot see', async () => {
    const { roles, unseen } = await open().fetchPowerfulRoles()
    expect(roles.find(({ name }) => name === 'System Administrator')?.holders).toEqual([
      expect.objectContaining({ name: 'Deployer', isApplication: true }),
    ])
    expect(unseen.map(({ what }) => what)).toEqual(['roles of solutions that may customize'])
  })
})

describe('what the block breaks', () => {
  it('is nothing that is in use here, and what cannot be seen is said', async () => {
    const { found, unseen } = await open().findWhatBlockBreaks()
    expect(found).toEqual([])
    expect(unseen.map(({ what }) => what)).toContain('prompt columns')
  })
})
