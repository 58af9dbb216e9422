import { describe, expect, it } from 'vitest'
import type { Promotion } from '#domain/promotion'
import type { RebuildRecord } from '#domain/rebuild'
import type { ReadModel } from '#engine/ports'
import { buildEnvironment } from '../../../test/support/domain-builders.ts'
import { loadExpected } from './load-expected.ts'

const test = buildEnvironment('test', 'test', 'cattle')

describe('what is expected of the connections of an environment', () => {
  it('is what the promotion bound', async () => {
    expect(await boundTo([])).toEqual(['old'])
  })

  it('is what a person made in their place for a rebuild since, and for the next one', async () => {
    expect(await boundTo([rebuild('2026-11-03T08:00:00Z', 'OLD', 'new'), rebuild('2026-11-04T08:00:00Z', 'new', 'newest')])).toEqual([
      'newest',
    ])
  })

  it('is nothing that a rebuild put there before the promotion', async () => {
    expect(await boundTo([rebuild('2026-11-01T08:00:00Z', 'old', 'new')])).toEqual(['old'])
  })
})

async function boundTo(rebuilds: readonly RebuildRecord[]): Promise<readonly string[]> {
  const documents: Readonly<Record<string, readonly unknown[]>> = {
    deployment: [{ solution: 'Boats', version: '1.0', promotionId: 'p-1' }],
    rebuild: [...rebuilds].reverse(),
  }
  // Only what is asked for here is there.
  const readModel = {
    load: async (kind: string) => (kind === 'promotion' ? promotion() : undefined),
    list: async (kind: string) => documents[kind] ?? [],
    listSummaries: async () => ({ rows: [], next: undefined }),
  } as unknown as ReadModel
  return (await loadExpected({ readModel }, test)).bindings.map(({ connectionId }) => connectionId)
}

function promotion(): Promotion {
  const plan = { parameters: { connectionReferences: [{ logicalName: 'boats_mail', connectionId: 'old' }] } }
  // Of a promotion only what it bound, and when it was asked for.
  return { request: { solution: 'Boats', requestedAt: '2026-11-02T08:00:00Z', plan } } as unknown as Promotion
}

function rebuild(startedAt: string, from: string, to: string): RebuildRecord {
  // Of a rebuild only when it began, and what it put in place of what.
  return { startedAt, mapped: [{ from, to }] } as unknown as RebuildRecord
}
