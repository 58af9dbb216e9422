import { ODataError } from '../../errors.ts'
import { isSnapshotDue, snapshotCount, takeDueSnapshot } from '../../tables/data/count-snapshot.ts'
import { findTable } from '../../tables/registry.ts'
import type { Operation } from '../operation.ts'

/**
 * Rows of whole tables as the last daily snapshot counted them (facts-2 §2). Zero before the first one and for a table that came after
 * it: never a sign that a table is empty. One unknown name fails the whole call.
 */
export const retrieveTotalRecordCount: Operation = {
  name: 'RetrieveTotalRecordCount',
  kind: 'function',
  parameters: { EntityNames: { type: 'collection', required: true } },
  async run(ctx, params) {
    const names = Array.isArray(params['EntityNames']) ? params['EntityNames'].map(String) : []
    if (ctx.env.read((tx) => isSnapshotDue(tx, ctx.clock))) await ctx.env.write((tx) => takeDueSnapshot(tx, ctx.clock))
    const counts = ctx.env.read((tx) =>
      names.map((name) => {
        if (findTable(tx, name) !== undefined) return snapshotCount(tx, name) ?? 0
        throw new ODataError(400, '0x80040203', `The entity with a name = '${name}' was not found in the MetadataCache.`)
      }),
    )
    return {
      status: 200,
      body: { EntityRecordCountCollection: { Count: names.length, IsReadOnly: false, Keys: names, Values: counts } },
    }
  },
}
