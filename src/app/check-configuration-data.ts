import type { CheckedConfigurationData } from '#cli'
import { checkConfigurationPackage, findOutsideReferences, orderTables, referenceKey } from '#domain/data'
import { readDataPackage } from '#format'
import { aboutInput } from './solution-files/about-input.ts'
import { openSolution } from './solution-files/open-solution.ts'

/** `drover data check`: a package of configuration data by itself. */
export async function checkConfigurationData(path: string): Promise<CheckedConfigurationData> {
  const pack = await aboutInput(path, async () => readDataPackage(await openSolution(path, { maxBytes: undefined, solution: undefined })))
  const keys = new Map(pack.outside.map((one) => [referenceKey(one), Object.keys(one.key)]))
  return {
    tables: orderTables(pack).map(({ name, rows, onTargetChange }) => ({
      table: name,
      rows: rows.length,
      deletes: pack.deletes.filter(({ table }) => table === name).length,
      changedInTarget: onTargetChange,
    })),
    outside: findOutsideReferences(pack).map(({ table, id }) => {
      const key = keys.get(referenceKey({ table, id }))
      return { table, id, ...(key === undefined ? {} : { key }) }
    }),
    ...checkConfigurationPackage(pack),
  }
}
