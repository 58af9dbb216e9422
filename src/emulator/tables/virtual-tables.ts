import { createHash } from 'node:crypto'
import { kindTable } from '../kinds/kind-table.ts'
import type { Row } from '../store/store.ts'

/** A guid made from a name, the same at every reading: virtual rows have no stored id. */
export function guidFrom(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** The definitions of kinds with a fixed number, one a number; those with a number of this environment's own are stored. */
export function fixedDefinitions(): readonly Row[] {
  return kindTable.flatMap((info, at): Row[] =>
    info.type === undefined || kindTable.findIndex(({ type }) => type === info.type) < at
      ? []
      : [
          {
            solutioncomponentdefinitionid: guidFrom(info.name),
            name: info.name,
            primaryentityname: info.table,
            solutioncomponenttype: info.type,
          },
        ],
  )
}
