import { describe, expect, it } from 'vitest'
import type { ObservedConnection } from '#domain/environment'
import { mapConnections, remapLent, remapReferences } from './map-connections.ts'
import { orderByNeeds } from './order-wanted.ts'
import type { OldConnection } from './rebuild.ts'

const outlook = '/providers/Microsoft.PowerApps/apis/shared_office365'
const old = (id: string, displayName?: string): OldConnection => ({ id, connectorId: outlook, displayName, owner: 'Maria' })
const there = (id: string, displayName: string, changes: Partial<ObservedConnection> = {}): ObservedConnection => ({
  ...{ id, connectorId: outlook, displayName, status: 'connected', owner: 'Maria', mayUse: 'yes' },
  ...changes,
})
const map = (used: readonly OldConnection[], seen: readonly ObservedConnection[]) => {
  const { mapped, missing } = mapConnections(used, seen)
  return { mapped: mapped.map(({ from, to }) => [from, to]), missing: missing.map(({ why }) => why) }
}

describe('what stands for a connection whose id is gone', () => {
  it('is itself where it is still there, whatever it is called now', () => {
    expect(map([old('a', 'Mail')], [there('A', 'Post'), there('b', 'Mail')]).mapped).toEqual([['a', 'A']])
  })

  it('is the only usable one of its connector', () => {
    expect(map([old('a', 'Mail')], [there('b', 'Other'), there('c', 'Mail', { mayUse: 'unknown' })]).mapped).toEqual([['a', 'b']])
  })

  it('among several is the one of its name, and none where names do not tell', () => {
    expect(map([old('a', 'Mail')], [there('b', 'mail '), there('c', 'Post')]).mapped).toEqual([['a', 'b']])
    expect(map([old('a')], [there('b', 'Mail'), there('c', 'Post')]).missing).toEqual([expect.stringContaining('several')])
    expect(map([old('a', 'Mail')], [there('b', 'Mail'), there('c', 'Mail')]).missing).toEqual([expect.stringContaining('several')])
  })

  it('is never one that is broken, not shared, or of another connector', () => {
    expect(map([old('a')], [there('b', 'x', { status: 'error' })]).missing).toEqual([expect.stringContaining('broken or not shared')])
    expect(map([old('a')], [there('b', 'x', { connectorId: '/providers/Microsoft.PowerApps/apis/shared_sql' })]).missing).toEqual([
      'there is no connection of its connector',
    ])
  })

  it('takes its place in settings, and leaves what nothing stands for', () => {
    const mapped = [{ from: 'A', to: 'b', connectorId: outlook, displayName: undefined }]
    expect(remapReferences({ one: ' a ', two: 'z' }, mapped)).toEqual({ one: 'b', two: 'z' })
  })
})

describe('solutions that need each other', () => {
  it('come after what they need, and circles stay in the given order', () => {
    const order = (...all: (readonly [string, ...string[]])[]) =>
      orderByNeeds(all.map(([solution, ...needs]) => ({ solution, needs }))).map(({ solution }) => solution)
    expect(order(['App', 'core', 'Elsewhere'], ['Core', 'Base'], ['Base'])).toEqual(['Base', 'Core', 'App'])
    expect(order(['A', 'B'], ['B', 'A'])).toEqual(['B', 'A'])
  })
})

describe('settings that a stage lends from that of another environment', () => {
  it('name the connection of its own that stands for each, by the connector that the release asks for', () => {
    const template = [
      { logicalName: 'con_Mail', connectorId: outlook },
      { logicalName: 'con_Data', connectorId: '/providers/Microsoft.PowerApps/apis/shared_commondataserviceforapps' },
    ]
    const lent = { con_mail: 'of-test', con_Data: 'of-test-too' }
    const remapped = (seen: readonly ObservedConnection[]) => remapLent(lent, { template, there: seen })
    expect(remapped([there('own', 'Mail')])).toEqual({ con_mail: 'own', con_Data: 'of-test-too' })
    expect(remapped([there('own', 'Mail'), there('OF-TEST', 'Mail')])).toEqual({ con_mail: 'OF-TEST', con_Data: 'of-test-too' })
    expect(remapped([there('a', 'Mail'), there('b', 'Mail')])).toEqual(lent)
  })
})
