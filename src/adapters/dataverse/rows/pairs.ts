import { z } from 'zod'
import type { DataverseClient } from '../client.ts'
import type { PairDefinition, TableDefinition } from './definitions.ts'

/** Two rows that a many-to-many relationship joins: ids of its first and of its second table. */
export interface Pair {
  readonly first: string
  readonly second: string
}

/**
 * Pages of pairs, read from the first table with what each row is joined to. Where that may have been cut, the link that goes
 * with it is read, too: whether it goes on or begins anew is unverified, so a pair may come twice, which harms nobody who joins rows.
 * `onRequest` is called before each request, and ends the reading by giving false.
 */
export async function* readPairPages(
  client: DataverseClient,
  { pair, first, second }: { readonly pair: PairDefinition; readonly first: TableDefinitionName; readonly second: TableDefinitionName },
  onRequest: () => boolean = () => true,
): AsyncIterable<readonly Pair[]> {
  const collection = pair.first.navigation
  const others = z.object({ value: z.array(z.record(z.string(), z.unknown())), '@odata.nextLink': z.string().optional() })
  const expand = `$expand=${collection}($select=${second.primaryId})`
  const filter = `$filter=${encodeURIComponent(`${collection}/any(other:other/${second.primaryId} ne null)`)}`
  let path: string | undefined = `${first.setName}?$select=${first.primaryId}&${expand}&${filter}`
  while (path !== undefined) {
    if (!onRequest()) return
    const page: z.infer<typeof others> = await client.call({ operation: 'ReadRows', path, reply: others })
    const pairs: Pair[] = []
    for (const row of page.value) {
      const id = String(row[first.primaryId])
      const inline = pairsOf(row[collection], id)
      // A whole collection has a link of its own, too, which gives the same again.
      const isCut = inline.length >= client.limits.pageSize
      let more = isCut ? row[`${collection}@odata.nextLink`] : undefined
      pairs.push(...inline)
      while (typeof more === 'string') {
        if (!onRequest()) return
        const rest: z.infer<typeof others> = await client.call({ operation: 'ReadRows', path: more, reply: others })
        pairs.push(...pairsOf(rest.value, id))
        more = rest['@odata.nextLink']
      }
    }
    yield pairs
    path = page['@odata.nextLink']
  }

  function pairsOf(rows: unknown, id: string): readonly Pair[] {
    const parsed = z.array(z.record(z.string(), z.unknown())).safeParse(rows)
    return parsed.success ? parsed.data.map((row) => ({ first: id, second: String(row[second.primaryId]) })) : []
  }
}

type TableDefinitionName = Pick<TableDefinition, 'setName' | 'primaryId'>
