import type { ReadTransaction } from '../../store/store.ts'

/** Whether the organisation blocks unmanaged customizations (facts-2 §6.4: an element of `orgdborgsettings`). */
export function isLockedDown(tx: ReadTransaction): boolean {
  return tx
    .list('organization')
    .some((row) => /<IsLockdownOfUnmanagedCustomizationEnabled>\s*true\s*</i.test(String(row.orgdborgsettings ?? '')))
}
