import { afterEach, describe, expect, it } from 'vitest'
import { parseVersion } from '#domain/kernel'
import type { PendingChange } from '#engine/ports'
import { publishXml } from './publish-xml.ts'
import type { Asked, LocalServer, Told } from './testing/local-server.ts'
import { api, failureOf, openAt, startLocalServer } from './testing/local-server.ts'

let server: LocalServer | undefined

afterEach(async () => {
  await server?.close()
})

async function open(tell: (asked: Asked) => Told | undefined): Promise<ReturnType<typeof openAt>> {
  server = await startLocalServer(tell)
  return openAt(server.url)
}

const solution = {
  solutionid: '86928ed8-df37-4ce2-add5-47030a833bff',
  uniquename: 'Loans',
  version: '1.1.0.0',
  ismanaged: false,
  publisherid: { customizationprefix: 'drv' },
}
const tableId = '11111111-0000-4000-8000-000000000001'
const sharedTableId = '11111111-0000-4000-8000-000000000002'

interface Rows {
  readonly saved: readonly object[]
  readonly published: readonly object[]
}

const nothing: Rows = { saved: [], published: [] }

/** An environment with one solution that holds drv_loan whole, account by parts, and what the test adds. */
function development(rows: { readonly members?: readonly object[]; readonly views?: Rows; readonly forms?: Rows; readonly files?: Rows }) {
  const sets = new Map<string, Rows>([
    ['savedqueries', rows.views ?? nothing],
    ['systemforms', rows.forms ?? nothing],
    ['savedqueryvisualizations', nothing],
    ['webresourceset', rows.files ?? nothing],
  ])
  const members = [
    { msdyn_objectid: tableId, msdyn_componenttype: 1, msdyn_name: 'drv_loan', msdyn_displayname: 'Loan' },
    { msdyn_objectid: sharedTableId, msdyn_componenttype: 1, msdyn_name: 'account', msdyn_displayname: 'Account' },
    ...(rows.members ?? []),
  ]
  return ({ path }: Asked): Told | undefined => {
    if (path === api('solutions')) return { body: { value: [solution] } }
    if (path === api('msdyn_solutioncomponentsummaries')) return { body: { value: members } }
    if (path === api('solutioncomponents')) {
      return {
        body: {
          value: [
            { objectid: tableId, rootcomponentbehavior: 0 },
            { objectid: sharedTableId, rootcomponentbehavior: 1 },
          ],
        },
      }
    }
    for (const [set, { saved, published }] of sets) {
      if (path === api(set)) return { body: { value: published } }
      if (path === api(`${set}/Microsoft.Dynamics.CRM.RetrieveUnpublishedMultiple()`)) return { body: { value: saved } }
    }
    return undefined
  }
}

describe('finding unpublished changes', () => {
  it('names a view that says it is unpublished, and one that differs from the view in force', async () => {
    const view = { returnedtypecode: 'drv_loan', componentstate: 0, versionnumber: 5 }
    const target = await open(
      development({
        views: {
          saved: [
            { ...view, savedqueryid: 'V1', name: 'Open loans', componentstate: 1 },
            { ...view, savedqueryid: 'V2', name: 'All loans', versionnumber: 9 },
            { ...view, savedqueryid: 'V3', name: 'Quiet' },
          ],
          published: [
            { ...view, savedqueryid: 'V1', name: 'Open loans' },
            { ...view, savedqueryid: 'V2', name: 'All loans' },
            { ...view, savedqueryid: 'V3', name: 'Quiet' },
          ],
        },
      }),
    )
    expect((await target.fetchPending('Loans')).pending).toEqual([
      { kind: 'SavedQuery', id: 'v1', name: 'Open loans', publishTarget: 'drv_loan' },
      { kind: 'SavedQuery', id: 'v2', name: 'All loans', publishTarget: 'drv_loan' },
    ])
  })

  it('leaves out what others have pending: forms that the solution does not hold, on a table that it holds by parts', async () => {
    const form = { name: 'Main', objecttypecode: 'account', componentstate: 1 }
    const saved = [
      { ...form, formid: 'f1' },
      { ...form, formid: 'f2', name: 'Ours' },
      { ...form, formid: 'f3', objecttypecode: 'contact' },
    ]
    const target = await open(
      development({ forms: { saved, published: [] }, members: [{ msdyn_objectid: 'F2', msdyn_componenttype: 60, msdyn_name: 'Ours' }] }),
    )
    expect((await target.fetchPending('Loans')).pending).toEqual([{ kind: 'SystemForm', id: 'f2', name: 'Ours', publishTarget: 'account' }])
  })

  it('publishes a dashboard and a web resource by their own ids', async () => {
    const target = await open(
      development({
        forms: { saved: [{ formid: 'd1', name: 'Board', objecttypecode: 'none', componentstate: 1 }], published: [] },
        files: {
          saved: [{ webresourceid: 'w1', name: 'drv_/a.js', componentstate: 0, versionnumber: 2 }],
          published: [{ webresourceid: 'w1', versionnumber: 1 }],
        },
        members: [
          { msdyn_objectid: 'd1', msdyn_componenttype: 60, msdyn_name: 'Board' },
          { msdyn_objectid: 'w1', msdyn_componenttype: 61, msdyn_name: 'drv_/a.js' },
        ],
      }),
    )
    expect((await target.fetchPending('Loans')).pending).toEqual([
      { kind: 'SystemForm', id: 'd1', name: 'Board', publishTarget: 'd1' },
      { kind: 'WebResource', id: 'w1', name: 'drv_/a.js', publishTarget: 'w1' },
    ])
  })

  it('tells the own tables and choices, which may be published to be sure, from shared ones, which may not', async () => {
    // Apps and site maps show their display name; a map that is not an app's is everybody's.
    const app = [
      { msdyn_objectid: 'a1', msdyn_componenttype: 80, msdyn_name: 'Loan Desk', msdyn_uniquename: 'drv_LoanDesk' },
      { msdyn_objectid: 's1', msdyn_componenttype: 62, msdyn_name: 'Loan Desk', msdyn_uniquename: 'drv_LoanDesk' },
      { msdyn_objectid: 's2', msdyn_componenttype: 62, msdyn_name: 'Classic' },
    ]
    const choice = { msdyn_objectid: 'o1', msdyn_componenttype: 9, msdyn_name: 'drv_kind' }
    const target = await open(development({ members: [choice, ...app] }))
    const { untold, shared } = await target.fetchPending('Loans')
    expect(untold.map(({ kind, publishTarget }) => `${kind} ${publishTarget}`)).toEqual([
      'Entity drv_loan',
      'OptionSet drv_kind',
      'AppModule a1',
    ])
    expect(shared).toEqual(['Entity account', 'SiteMap Classic'])
  })

  it('refuses a solution that is not there', async () => {
    const target = await open(({ path }) => (path === api('solutions') ? { body: { value: [] } } : undefined))
    expect(await failureOf(target.fetchPending('Loans'))).toMatchObject({
      code: 'dataverse.not-found',
      message: 'Test has no solution Loans.',
    })
  })
})

describe('publishing', () => {
  const change = (kind: string, id: string, publishTarget: string): PendingChange => ({ kind, id, name: id, publishTarget })

  it('names just what is needed, each once, in the order of the schema', () => {
    const xml = publishXml([
      change('AppModule', 'a1', 'a1'),
      change('WebResource', 'w2', 'w2'),
      change('SavedQuery', 'v1', 'drv_loan'),
      change('SystemForm', 'f1', 'drv_loan'),
      change('SystemForm', 'd1', 'd1'),
      change('OptionSet', 'o1', 'drv_<kind>'),
      change('WebResource', 'w1', 'w1'),
    ])
    expect(xml).toBe(
      '<importexportxml><entities><entity>drv_loan</entity></entities><dashboards><dashboard>d1</dashboard></dashboards>' +
        '<optionsets><optionset>drv_&lt;kind&gt;</optionset></optionsets><webresources><webresource>w1</webresource><webresource>w2</webresource></webresources>' +
        '<appmodules><appmodule>a1</appmodule></appmodules></importexportxml>',
    )
  })

  it('refuses a kind that has no publishing of its own', () => {
    expect(() => publishXml([change('Workflow', 'f', 'f')])).toThrow('Workflow f is of a kind that has no publishing')
  })

  it('sends nothing when there is nothing to publish, so that an empty list never becomes publish all', async () => {
    const target = await open(() => ({ status: 204 }))
    await target.publish([])
    expect(server?.asked).toEqual([])
  })
})

describe('exporting', () => {
  it('starts one export and gives the ids to follow and to download by', async () => {
    const target = await open(({ path }) =>
      path === api('ExportSolutionAsync') ? { body: { AsyncOperationId: 'o', ExportJobId: 'e' } } : undefined,
    )
    expect(await target.startExport('Loans', true)).toEqual({ asyncOperationId: 'o', exportJobId: 'e' })
    expect(server?.asked.at(-1)?.body).toEqual({ SolutionName: 'Loans', Managed: true })
  })

  it('raises the version of the solution row', async () => {
    const target = await open(({ path, method }) => {
      if (path === api('solutions')) return { body: { value: [solution] } }
      return method === 'PATCH' ? { status: 204 } : undefined
    })
    const version = parseVersion('1.1.0.1')
    if (version.ok) await target.raiseVersion('Loans', version.value)
    expect(server?.asked.at(-1)).toMatchObject({
      method: 'PATCH',
      path: api(`solutions(${solution.solutionid})`),
      body: { version: '1.1.0.1' },
    })
  })
})
