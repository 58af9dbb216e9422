import { expect, it } from 'vitest'
import { describeSolution, readPackage } from '#format'
import { sampleSolution } from '../../../test/conformance/organisation.ts'
import { usesOfFlows } from './flow-uses.ts'

it('a flow’s actions are read with the connectors that they are of, and a trigger that a parent pulls is none over HTTP', async () => {
  const uses = usesOfFlows(await describeSolution(await readPackage(await sampleSolution())))
  expect(Object.values(uses).flatMap(({ operations }) => operations)).toEqual(
    expect.arrayContaining([{ connector: 'shared_commondataserviceforapps', operation: 'ListRecords' }]),
  )
  expect(Object.values(uses).flatMap(({ http }) => http)).toEqual([])
})

it('steps over HTTP are read with the addresses that are written out', () => {
  const fact = (path: string, value: string) => ({ path: `file[JsonFileName]/${path}`, words: '', shape: 'value' as const, value })
  const facts = [
    fact('trigger/manual/type', 'Request'),
    fact('trigger/manual/kind', 'Http'),
    fact('action/Ask/type', 'Http'),
    fact('action/Ask/inputs/uri', 'https://api.contoso.com/v1'),
    fact('action/Ask_again/type', 'Http'),
    fact('action/Ask_again/inputs/uri', "@variables('where')"),
  ]
  const flow = { kind: 'Workflow', key: 'F-1', noun: 'flow', displayName: undefined, parent: undefined, facts }
  expect(usesOfFlows([flow])['f-1']?.http).toEqual([
    { connector: 'HttpRequestReceived', address: undefined },
    { connector: 'Http', address: 'https://api.contoso.com/v1' },
    { connector: 'Http', address: undefined },
  ])
})
