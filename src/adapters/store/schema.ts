/** The tables as Kysely sees them; what the columns mean stands in {@link LedgerEvent} and in migrations.ts. */
export interface Tables {
  'drover.ledger': LedgerTable
  'drover.read_model': ReadModelTable
}

interface LedgerTable {
  /** PostgreSQL gives 64-bit numbers as text. */
  sequence: string | number
  stream: string
  stream_version: number
  type: string
  /** JSON text on the way in, the parsed value on the way out. */
  data: unknown
  key: string | null
  at: string
  actor: string
  previous_hash: string
  hash: string
}

interface ReadModelTable {
  kind: string
  id: string
  document: unknown
  created_sequence: string | number
  updated_sequence: string | number
}
