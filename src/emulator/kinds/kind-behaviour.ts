import type { ComponentPart } from '#format'
import type { Row, Transaction } from '../store/store.ts'

/** What the emulator knows of one kind beyond storing it: how its rows look, and how a direct edit changes it. */
export interface KindBehaviour {
  readonly kind: string
  /** Columns of its row, without the common ones. */
  project(part: ComponentPart): Row
  /** The part with columns changed as a PATCH asks; undefined for columns that cannot be changed. Absent: no direct edits. */
  patch?(part: ComponentPart, values: Row): ComponentPart | undefined
  /** A new part from the columns of a POST. Absent: cannot be created through the Web API here. */
  create?(values: Row, id: string): ComponentPart
  /** Columns that live in the row and not in the definition: kept when the definition changes. */
  readonly operational?: readonly string[]
  /** Values of the operational columns of a new row. */
  initial?(part: ComponentPart): Row
  /** Removes what hangs on a row that goes, other than the data of tables. */
  removed?(tx: Transaction, id: string): void
}
