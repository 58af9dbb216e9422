import { describe, expect, it } from 'vitest'
import { customPublisher } from './str-02-custom-publisher.ts'
import { judge, makeModel, severitiesOf } from '../../test/support/solution-models.ts'

describe('STR-02: a publisher of its own with a meaningful prefix', () => {
  it('accepts a publisher that a team named', () => {
    expect(judgePublisher('contoso', 'contoso')).toEqual([])
    expect(judgePublisher('creative', 'crea')).toEqual([])
  })

  it.each([
    ['', '', 'high'],
    ['contoso', '', 'high'],
    ['DefaultPublisherorg8a403877', 'new', 'high'],
    ['DefaultPublishercontosodev', 'extn', 'medium'],
    ['Cre3e9e', 'cr6c8', 'high'],
    ['Cr38c7d', 'crc69', 'high'],
    ['agents', 'new', 'medium'],
  ])('remarks publisher "%s" with prefix "%s" as %s', (uniqueName, prefix, severity) => {
    expect(judgePublisher(uniqueName, prefix)).toEqual([severity])
  })

  it('remarks a publisher that the organisation has not named, when it has named some', () => {
    const known = [{ uniqueName: 'fabrikam', prefix: 'fab' }]
    expect(severitiesOf(judge(customPublisher, makeModel(), { knownPublishers: known }))).toEqual(['low'])
    expect(judge(customPublisher, makeModel(), { knownPublishers: [{ uniqueName: 'Contoso', prefix: 'contoso' }] })).toEqual([])
  })
})

function judgePublisher(uniqueName: string, prefix: string): string[] {
  const publisher = { uniqueName, displayName: uniqueName, prefix, optionValuePrefix: undefined }
  return severitiesOf(judge(customPublisher, makeModel({ manifest: { publisher } })))
}
