import { createHash } from 'node:crypto'
import { platformTables } from './platform-tables.ts'

/** The object type code of a table. Codes of custom tables are each environment's own, 10,000 and above; here made of the table's id. */
export function typeCodeOf(logicalName: string, metadataId: string): number {
  const known = platformTables.get(logicalName)?.typeCode
  if (known !== undefined) return known
  const digest = createHash('sha256').update(metadataId).digest()
  return 10_000 + (digest.readUInt32BE(0) % 50_000)
}
