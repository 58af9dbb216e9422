import { afterEach, describe, expect, it } from 'vitest'
import { isHarmless, realChanges } from '#domain/environment'
import type { LocalServer } from '../testing/local-server.ts'
import { api, openAt, startLocalServer } from '../testing/local-server.ts'
import { layersOf } from '../testing/observed-organisation.ts'
import type { LayerRow } from './read-layer.ts'
import { partsAttribute, readLayer } from './read-layer.ts'

let server: LocalServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

function changes(...attributes: readonly (readonly [string, unknown])[]): string {
  return JSON.stringify({ Attributes: attributes.map(([Key, Value]) => ({ Key, Value })) })
}

function active(more: Partial<LayerRow>): LayerRow {
  return { msdyn_solutionname: 'Active', msdyn_order: 2, ...more }
}

describe('a row of the layer table', () => {
  it('lists every changed attribute, and has a digest of the real changes only', () => {
    const first = readLayer(active({ msdyn_changes: changes(['clientdata', 'x'], ['modifiedon', '2026-01-01']) }))
    const moved = readLayer(active({ msdyn_changes: changes(['modifiedon', '2026-02-02'], ['clientdata', 'x']) }))
    const edited = readLayer(active({ msdyn_changes: changes(['clientdata', 'y'], ['modifiedon', '2026-01-01']) }))
    expect(first.changed).toEqual(['clientdata', 'modifiedon'])
    expect(moved.digest).toBe(first.digest)
    expect(edited.digest).not.toBe(first.digest)
  })

  it('by hand on a setting has a digest that tells nobody its value', () => {
    const digestOf = (kind: string, value: string) => readLayer(active({ msdyn_changes: changes(['value', value]) }), kind).digest
    expect(digestOf('environmentvariablevalue', 'hunter2')).toBe(digestOf('environmentvariablevalue', 'hunter3'))
    expect(digestOf('Workflow', 'hunter2')).not.toBe(digestOf('Workflow', 'hunter3'))
  })

  it('that says nothing has the digest of one that changes bookkeeping only', () => {
    const empty = readLayer(active({ msdyn_changes: changes(), msdyn_children: '[]' }))
    const kept = readLayer(active({ msdyn_changes: changes(['overwritetime', '2026-01-01']) }))
    expect([isHarmless(empty), isHarmless(kept)]).toEqual([true, true])
    expect(kept.digest).toBe(empty.digest)
  })

  it('counts as changed when its changes cannot be read, and is another one when the text is another', () => {
    const broken = readLayer(active({ msdyn_changes: 'not json' }))
    expect(broken.changed).toBeUndefined()
    expect(isHarmless(broken)).toBe(false)
    expect(readLayer(active({ msdyn_changes: 'not json either' })).digest).not.toBe(broken.digest)
  })

  it('of a choice has its changes in its parts', () => {
    const parts = JSON.stringify([{ Attributes: [{ Key: 'action', Value: 'updated' }] }])
    const layer = readLayer(active({ msdyn_changes: changes(), msdyn_children: parts }))
    expect(realChanges(layer)).toEqual([partsAttribute])
  })

  it('that was never overwritten says no time', () => {
    expect(readLayer(active({ msdyn_overwritetime: '1900-01-01T00:00:00Z' })).writtenAt).toBeUndefined()
    expect(readLayer(active({ msdyn_overwritetime: '2026-01-02T03:04:05Z' })).writtenAt).toBe('2026-01-02T03:04:05.000Z')
  })
})

describe('layers', () => {
  it('are asked for one component at a time, by the name that its kind has in that environment', async () => {
    const asked: string[] = []
    server = await startLocalServer(({ path, query }) => {
      if (path === api('solutioncomponentdefinitions'))
        return {
          body: {
            value: [
              { name: 'msdyn_AIModel', solutioncomponenttype: 401 },
              { name: 'connectionreference', solutioncomponenttype: 10112 },
            ],
          },
        }
      if (path !== api('msdyn_componentlayers')) return undefined
      asked.push(query.get('$filter') ?? '')
      return { body: { value: [active({ msdyn_changes: changes(['name', 'x']) }), { msdyn_solutionname: 'Loans', msdyn_order: 1 }] } }
    })
    const environment = openAt(server.url)
    expect((await layersOf(environment, { kind: 'AIProject', id: 'a1' }))?.map(({ solution }) => solution)).toEqual(['Loans', 'Active'])
    await layersOf(environment, { kind: 'connectionreference', id: 'r1' })
    await layersOf(environment, { kind: 'Workflow', id: 'f1' })
    expect(asked).toEqual([
      "(msdyn_componentid eq 'a1' and msdyn_solutioncomponentname eq 'msdyn_AIModel')",
      "(msdyn_componentid eq 'r1' and msdyn_solutioncomponentname eq 'connectionreference')",
      "(msdyn_componentid eq 'f1' and msdyn_solutioncomponentname eq 'Workflow')",
    ])
  })

  it('of which the environment has no row are unknown, since every component has one', async () => {
    server = await startLocalServer(({ path }) => (path.startsWith(api('')) ? { body: { value: [] } } : undefined))
    expect(await layersOf(openAt(server.url), { kind: 'Workflow', id: 'f1' })).toBeUndefined()
  })
})

describe('kinds with a number of the environment', () => {
  it('are known by name also when a solution brought them after the names were asked for', async () => {
    let isThere = false
    server = await startLocalServer(({ path }) => {
      if (path === api('solutioncomponentdefinitions'))
        return { body: { value: isThere ? [{ name: 'connectionreference', solutioncomponenttype: 10112 }] : [] } }
      if (path !== api('msdyn_solutioncomponentsummaries')) return undefined
      const row = { msdyn_objectid: 'r1', msdyn_componenttype: 10112, msdyn_uniquename: 'con_mail' }
      return { body: { value: isThere ? [row] : [] } }
    })
    const environment = openAt(server.url)
    const solution = { id: 's1', uniqueName: 'Loans' }
    expect(await environment.fetchHoldings(solution)).toMatchObject({ components: [] })
    isThere = true
    expect(await environment.fetchHoldings(solution)).toMatchObject({ components: [{ kind: 'connectionreference', key: 'con_mail' }] })
    await environment.fetchHoldings(solution)
    expect(server.asked.filter(({ path }) => path === api('solutioncomponentdefinitions'))).toHaveLength(2)
  })

  it('that the environment does not name are asked for once, and no more', async () => {
    server = await startLocalServer(({ path }) => {
      if (path === api('solutioncomponentdefinitions')) return { body: { value: [] } }
      if (path !== api('msdyn_solutioncomponentsummaries')) return undefined
      return { body: { value: [{ msdyn_objectid: 'r1', msdyn_componenttype: 10112 }] } }
    })
    const environment = openAt(server.url)
    for (let round = 0; round < 3; round++) await environment.fetchHoldings({ id: 's1', uniqueName: 'Loans' })
    expect(server.asked.filter(({ path }) => path === api('solutioncomponentdefinitions'))).toHaveLength(2)
  })
})
