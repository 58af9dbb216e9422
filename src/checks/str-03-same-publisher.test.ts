import { describe, expect, it } from 'vitest'
import type { RootComponent } from '#domain/solution'
import { samePublisher } from './str-03-same-publisher.ts'
import { judge, makeModel, severitiesOf } from '../../test/support/solution-models.ts'

describe('STR-03: solutions that share components have the same publisher', () => {
  it('accepts components of the own prefix and of none', () => {
    expect(judgeRoots([table('contoso_permit', 0), table('account', 0)])).toEqual([])
  })

  it('accepts that a table of others is carried in part', () => {
    expect(judgeRoots([table('fab_order', 1), table('fab_line', 2)])).toEqual([])
  })

  it('remarks a component of others that is carried whole, once for each prefix', () => {
    expect(judgeRoots([table('fab_order', 0), table('fab_line', undefined), table('adv_thing', 0)])).toEqual(['medium', 'medium'])
  })

  it('is certain where the prefix is another publisher of the organisation', () => {
    const knownPublishers = [
      { uniqueName: 'contoso', prefix: 'contoso' },
      { uniqueName: 'fabrikam', prefix: 'fab' },
    ]
    const model = makeModel({ manifest: { rootComponents: [table('fab_order', 0)] } })
    const [finding] = judge(samePublisher, model, { knownPublishers })
    expect(finding?.severity).toBe('high')
    expect(finding?.message).toContain('"fabrikam"')
    expect(finding?.message).toContain('fab_order')
  })
})

function judgeRoots(rootComponents: RootComponent[]): string[] {
  return severitiesOf(judge(samePublisher, makeModel({ manifest: { rootComponents } })))
}

function table(schemaName: string, behavior: RootComponent['behavior']): RootComponent {
  return { type: '1', kind: 'Entity', id: undefined, schemaName, behavior }
}
