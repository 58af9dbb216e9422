import { writePackage } from '#format'
import { ODataError } from '../../errors.ts'
import { refusePatched } from '../../layers/patches.ts'
import { findSolution, isRestricted } from '../../layers/solutions.ts'
import { notSupported } from '../../odata/refuse.ts'
import type { ReadTransaction, Row } from '../../store/store.ts'
import type { OperationContext, OperationParameter } from '../operation.ts'
import { composeSolution } from './compose.ts'

/** Parameters of both export messages (web-api A.2). Settings exports are refused when asked for, by {@link refuseSettings}. */
export const exportParameters: Readonly<Record<string, OperationParameter>> = {
  SolutionName: { type: 'string', required: true },
  Managed: { type: 'boolean', required: true },
  TargetVersion: { type: 'string', required: false },
  ExportAutoNumberingSettings: { type: 'boolean', required: false },
  ExportCalendarSettings: { type: 'boolean', required: false },
  ExportCustomizationSettings: { type: 'boolean', required: false },
  ExportEmailTrackingSettings: { type: 'boolean', required: false },
  ExportGeneralSettings: { type: 'boolean', required: false },
  ExportMarketingSettings: { type: 'boolean', required: false },
  ExportOutlookSynchronizationSettings: { type: 'boolean', required: false },
  ExportRelationshipRoles: { type: 'boolean', required: false },
  ExportIsvConfig: { type: 'boolean', required: false },
  ExportSales: { type: 'boolean', required: false },
  ExportExternalApplications: { type: 'boolean', required: false },
}

/** The solution that may be exported. Throws ExportManagedSolutionError, ExportMissingSolution (facts-2 §1.5), CannotModifyPatchedSolution. */
export function exportableSolution(tx: ReadTransaction, uniqueName: string): Row {
  const solution = findSolution(tx, uniqueName)
  if (solution === undefined) {
    throw new ODataError(
      400,
      '0x80048037',
      `An error occurred while exporting a solution. The solution '${uniqueName}' does not exist in this system.`,
    )
  }
  if (isRestricted(solution) && solution.ismanaged !== true) throw notSupported(`exporting the solution '${uniqueName}'`)
  if (solution.ismanaged === true)
    throw new ODataError(400, '0x80048036', 'An error occurred while exporting a solution. Managed solutions cannot be exported.')
  refusePatched(tx, solution)
  return solution
}

/** Throws 501 for exports of system settings, which this emulator has none of. */
export function refuseSettings(params: Readonly<Record<string, unknown>>): void {
  const asked = Object.keys(params).find((name) => name.startsWith('Export') && params[name] === true)
  if (asked !== undefined) throw notSupported(`'${asked}' of an export`)
}

export async function exportBytes(ctx: OperationContext, params: Readonly<Record<string, unknown>>): Promise<Uint8Array> {
  refuseSettings(params)
  const pkg = ctx.env.read((tx) =>
    composeSolution(tx, exportableSolution(tx, String(params.SolutionName)), { isManaged: params.Managed === true }),
  )
  return writePackage(pkg)
}
