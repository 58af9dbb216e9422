import type { ColumnType } from 'kysely'

/** The tables as Kysely sees them; what the columns mean stands in {@link LedgerEvent} and in migrations.ts. */
export interface Tables {
  'drover.ledger': LedgerTable
  'drover.read_model': ReadModelTable
  'drover.read_model_version': ReadModelVersionTable
  'drover.observed_part': ObservedPartTable
  'drover.person_detail': PersonDetailTable
  'drover.token_use': TokenUseTable
  'drover.notification_position': NotificationPositionTable
  'drover.notification': NotificationTable
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
  /** As `data` of the ledger. */
  summary: unknown
  created_sequence: string | number
  updated_sequence: string | number
}

interface ReadModelVersionTable {
  is_only: ColumnType<boolean, boolean | undefined, never>
  version: string
}

interface ObservedPartTable {
  lane: string
  key: string
  stamp: string
  read_at: string
  /** As `data` of the ledger. */
  content: unknown
}

interface PersonDetailTable {
  person_id: string
  commitment: string
  salt: string
  name: string
  subject: string | null
}

interface TokenUseTable {
  token_id: string
  used_at: string
}

interface NotificationPositionTable {
  channel: string
  sequence: string | number
}

export interface NotificationTable {
  channel: string
  sequence: string | number
  topic: string
  added_at: string
  tries: number
  state: string
  due_at: string
  sent_at: string | null
  failure: string | null
}
