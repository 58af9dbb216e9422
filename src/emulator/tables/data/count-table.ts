import type { Table } from '../table.ts'
import { columns } from '../table.ts'

/** The snapshot of row counts itself; `lastupdated` tells its age (column names as public clients read them; unverified otherwise). */
export const recordCountSnapshot: Table = {
  logicalName: 'recordcountsnapshot',
  setName: 'recordcountsnapshots',
  primaryId: 'recordcountsnapshotid',
  columns: columns({ guids: 'recordcountsnapshotid', ints: 'objecttypecode', bigints: 'count', dates: 'lastupdated' }),
}
