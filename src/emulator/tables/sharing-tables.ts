import type { Table } from './table.ts'
import { columns } from './table.ts'

/** Who has a row beside its owner. */
export const principalObjectAccess: Table = {
  logicalName: 'principalobjectaccess',
  setName: 'principalobjectaccessset',
  primaryId: 'principalobjectaccessid',
  columns: columns({
    strings: 'objecttypecode principaltypecode',
    guids: 'principalobjectaccessid objectid principalid',
    ints: 'accessrightsmask inheritedaccessrightsmask',
    bigints: 'versionnumber',
    dates: 'changedon',
  }),
  // Kept under other keys than their ids.
  list: (tx) => tx.list('principalobjectaccess'),
}
