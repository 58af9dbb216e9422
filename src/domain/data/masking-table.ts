/** A column as masking has to know it. */
export interface MaskingColumn {
  /** Logical name. */
  readonly name: string
  /** Kind of column without the suffix, for example String, Memo, DateTime, Lookup. */
  readonly type: string
  /** Form of a text: Email, Phone, Url, Json …; undefined where it has none. */
  readonly format: string | undefined
  /** In UTF-16 units; undefined for what is no text. */
  readonly maxLength: number | undefined
  readonly minValue: number | undefined
  readonly maxValue: number | undefined
  /** Digits after the point. */
  readonly precision: number | undefined
  readonly isPrimaryId: boolean
  readonly isPrimaryName: boolean
  /** Whether the service makes no row without it. */
  readonly isRequired: boolean
  /** Whether it can be given a value at all: what cannot is computed by the service and never sent. */
  readonly isWritable: boolean
}

/** A table as masking has to know it. */
export interface MaskingTable {
  /** Logical name. */
  readonly table: string
  readonly primaryId: string
  /** It only joins two others. */
  readonly isIntersect: boolean
  readonly columns: readonly MaskingColumn[]
  /** Names of the columns of each alternate key: together they are unique. */
  readonly keys: readonly (readonly string[])[]
  /** Tables that each lookup may point to, by its column. */
  readonly targets: Readonly<Record<string, readonly string[]>>
}
