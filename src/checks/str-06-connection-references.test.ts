import { describe, expect, it } from 'vitest'
import { connectionReferences } from './str-06-connection-references.ts'
import { judge, makeFlow, makeModel, makeNeed, severitiesOf } from '../../test/support/solution-models.ts'

const reference = { logicalName: 'contoso_mail', displayName: 'Mail', connectorId: '/providers/Microsoft.PowerApps/apis/shared_office365' }

describe('STR-06: flows reach their connections through connection references', () => {
  it('accepts a flow whose references are in the solution, however they are cased', () => {
    const model = makeModel({ flows: [makeFlow({ connectionReferences: ['Contoso_Mail'] })], connectionReferences: [reference] })
    expect(judge(connectionReferences, model)).toEqual([])
  })

  it('refuses a connection that is written into a flow, and names connector, connection and file', () => {
    const flow = makeFlow({ embeddedConnections: [{ connector: 'shared_office365', connection: 'shared-office365-aa-bb' }] })
    const path = 'Workflows/Sendreminder-11111111-2222-3333-4444-555555555555.json'
    const [finding] = judge(connectionReferences, makeModel({ flows: [flow], texts: [{ path, text: '{}' }] }))
    expect(finding).toMatchObject({ severity: 'critical', subject: 'Send reminder', path })
    expect(finding?.message).toContain('shared-office365-aa-bb')
  })

  it('remarks a reference that nobody brings', () => {
    const model = makeModel({ flows: [makeFlow({ connectionReferences: ['contoso_gone', 'contoso_gone'] })] })
    expect(severitiesOf(judge(connectionReferences, model))).toEqual(['high'])
  })

  it('accepts a reference that the solution declares to need from another', () => {
    const need = makeNeed('Base', '1.0', 'contoso_mail')
    const declared = { ...need, required: { ...need.required, type: 'connectionreference', kind: 'connectionreference' } }
    const model = makeModel({
      flows: [makeFlow({ connectionReferences: ['contoso_mail'] })],
      manifest: { missingDependencies: [declared] },
    })
    expect(judge(connectionReferences, model)).toEqual([])
  })
})
