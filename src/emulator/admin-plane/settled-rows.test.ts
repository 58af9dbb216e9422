import { describe, expect, it } from 'vitest'
import type { PlacedRow } from '../store/store.ts'
import { settledRows } from './settled-rows.ts'

const own = { organizationid: 'org-of-target', name: 'target' }
const connection: PlacedRow = { table: '~connection', id: 'mine', row: { name: 'mine' } }

function settle(rows: readonly PlacedRow[], copyType: 'FullCopy' | 'MinimalCopy' = 'FullCopy'): readonly PlacedRow[] {
  return settledRows(rows, { organization: own, connections: [connection], copyType, guid: () => 'a-new-id' })
}

// release-facts §8.
describe('what a copy or restore leaves in its target', () => {
  it('has connection references without connections, and cloud flows that are off', () => {
    const rows = [
      { table: 'connectionreference', id: 'r', row: { connectionreferenceid: 'r', connectionid: 'theirs' } },
      { table: 'workflow', id: 'f', row: { workflowid: 'f', category: 5, statecode: 1, statuscode: 2 } },
      { table: 'workflow', id: 'c', row: { workflowid: 'c', category: 0, statecode: 1, statuscode: 2 } },
    ]
    expect(settle(rows).map(({ row }) => row)).toEqual([
      { connectionreferenceid: 'r', connectionid: null },
      { workflowid: 'f', category: 5, statecode: 0, statuscode: 1 },
      { workflowid: 'c', category: 0, statecode: 1, statuscode: 2 },
      connection.row,
    ])
  })

  it('keeps the connections of the target and none of the source', () => {
    expect(settle([{ table: '~connection', id: 'theirs', row: { name: 'theirs' } }])).toEqual([connection])
  })

  it('gives canvas apps new ids wherever they stand, and nothing else', () => {
    const rows = [
      { table: 'canvasapp', id: 'app', row: { canvasappid: 'app', name: 'app' } },
      { table: '~component', id: 'CanvasApp:contoso_app', row: { kind: 'CanvasApp', id: 'app' } },
      { table: '~object', id: 'app', row: { component: 'CanvasApp:contoso_app' } },
      { table: 'solutioncomponent', id: 'm', row: { objectid: 'app' } },
      { table: 'workflow', id: 'f', row: { workflowid: 'f' } },
    ]
    const [app, component, object, member, flow] = settle(rows)
    expect(app).toMatchObject({ id: 'a-new-id', row: { canvasappid: 'a-new-id' } })
    expect(component).toMatchObject({ id: 'CanvasApp:contoso_app', row: { id: 'a-new-id' } })
    expect(object).toMatchObject({ id: 'a-new-id' })
    expect(member).toMatchObject({ id: 'm', row: { objectid: 'a-new-id' } })
    expect(flow).toEqual(rows[4])
  })

  it('is the organisation that the target was', () => {
    const rows = [
      { table: 'organization', id: 'theirs', row: { organizationid: 'theirs', name: 'source', languagecode: 1033 } },
      { table: 'businessunit', id: 'b', row: { businessunitid: 'b', organizationid: 'theirs' } },
    ]
    const [organization, unit] = settle(rows)
    expect(organization).toEqual({ table: 'organization', id: own.organizationid, row: { ...own, languagecode: 1033 } })
    expect(unit?.row).toEqual({ businessunitid: 'b', organizationid: own.organizationid })
  })

  it('has no business rows and no roles of teams after a minimal copy, and keeps customization, users and currencies', () => {
    const rows = [
      { table: '~data 1234', id: 'x', row: {} },
      { table: '~data transactioncurrency', id: 'usd', row: {} },
      { table: '~pairs 99', id: 'x', row: {} },
      { table: '~key 7', id: '~state', row: { value: 'active' } },
      { table: 'teamroles', id: 't r', row: {} },
      { table: 'systemuserroles', id: 'u r', row: {} },
      { table: 'solution', id: 's', row: {} },
    ]
    expect(settle(rows).length).toBe(rows.length + 1)
    expect(settle(rows, 'MinimalCopy').map(({ table }) => table)).toEqual([
      '~data transactioncurrency',
      '~key 7',
      'systemuserroles',
      'solution',
      '~connection',
    ])
  })
})
