import type { Table } from './table.ts'
import { columns } from './table.ts'

/** Who has a row beside its owner; here only of cloud flows that changed hands. */
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
}
