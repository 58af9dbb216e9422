import { ODataError } from '../errors.ts'
import { refusePatched } from '../layers/patches.ts'
import { findSolution, isRestricted, organizationId } from '../layers/solutions.ts'
import { isPatchVersion } from '../operations/import/patch-rules.ts'
import { putRow } from '../store/rows.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import type { Changes, WriteContext } from './table.ts'

const versionForm = /^\d{1,9}(\.\d{1,9}){0,3}$/

/** Columns that an installation or upgrade sets, and nobody else. */
const systemColumns = ['ismanaged', 'isvisible', 'installedon', 'updatedon', 'parentsolutionid', 'solutiontype', 'isapimanaged']

/** `POST solutions`: a new unmanaged solution, which starts empty. */
export async function createSolution(ctx: WriteContext, values: Changes): Promise<string> {
  const uniqueName = requireText(values, 'uniquename')
  // InvalidSolutionUniqueName; text of the error reference.
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(uniqueName)) {
    throw new ODataError(
      400,
      '0x8004F002',
      'Invalid character specified for solution unique name. Only characters within the ranges [A-Z], [a-z], [0-9] or _ are allowed. The first character may only be in the ranges [A-Z], [a-z] or _.',
    )
  }
  refuseSystemColumns(values, systemColumns)
  const version = typeof values['version'] === 'string' ? values['version'] : '1.0.0.0'
  checkVersion(version)
  const publisherid = values['publisherid']
  if (typeof publisherid !== 'string') throw missing('publisherid')
  const id = typeof values['solutionid'] === 'string' ? values['solutionid'] : ctx.guid()
  const at = ctx.now().toISOString()
  await ctx.env.write((tx) => {
    if (findSolution(tx, uniqueName) !== undefined) throw uniqueNameTaken(uniqueName)
    checkPublisher(tx, publisherid)
    putRow(tx, 'solution', id, {
      solutionid: id,
      uniquename: uniqueName,
      friendlyname: typeof values['friendlyname'] === 'string' ? values['friendlyname'] : uniqueName,
      description: values['description'] ?? null,
      version,
      publisherid,
      configurationpageid: values['configurationpageid'] ?? null,
      organizationid: organizationId(tx),
      ismanaged: false,
      isvisible: true,
      isapimanaged: false,
      solutiontype: 0,
      installedon: at,
      updatedon: null,
      createdon: at,
      createdby: ctx.caller.userId,
      modifiedon: at,
      modifiedby: ctx.caller.userId,
    })
  })
  return id
}

const editable = ['version', 'friendlyname', 'description', 'configurationpageid', 'publisherid']

/** `PATCH solutions(id)`: version, names, description and publisher of an unmanaged solution. */
export async function updateSolution(ctx: WriteContext, row: Row, changes: Changes): Promise<void> {
  const uniqueName = String(row['uniquename'])
  // CannotUpdateRestrictedSolution, CannotUpdateManagedSolution; texts of the error reference.
  if (isRestricted(row)) throw new ODataError(403, '0x8004F00A', `Restricted solution (${uniqueName}) cannot be updated.`)
  if (row['ismanaged'] === true)
    throw new ODataError(403, '0x8004F024', `Cannot update solution '${uniqueName}' because it is a managed solution.`)
  refuseSystemColumns(
    changes,
    Object.keys(changes).filter((name) => !editable.includes(name)),
  )
  const { version, publisherid } = changes
  if (typeof version === 'string') checkVersion(version)
  await ctx.env.write((tx) => {
    refusePatched(tx, row)
    if (typeof version === 'string') checkPatchVersion(tx, row, version)
    if (typeof publisherid === 'string') checkPublisher(tx, publisherid)
    const id = String(row['solutionid'])
    const current = tx.get('solution', id) ?? row
    putRow(tx, 'solution', id, { ...current, ...changes, modifiedon: ctx.now().toISOString(), modifiedby: ctx.caller.userId })
  })
}

// CannotSetSolutionSystemAttributes; text of the error reference.
function refuseSystemColumns(values: Changes, columns: readonly string[]): void {
  const refused = columns.filter((name) => values[name] !== undefined && values[name] !== null)
  if (refused.length === 0) return
  throw new ODataError(400, '0x8004F008', `System attributes (${refused.join(', ')}) cannot be set outside of installation or upgrade.`)
}

// CannotSelectReadOnlyPublisher; text of the error reference.
function checkPublisher(tx: ReadTransaction, id: string): void {
  const publisher = tx.get('publisher', id)
  if (publisher === undefined) throw new ODataError(404, '0x80040217', `publisher With Id = ${id} Does Not Exist`)
  if (publisher['isreadonly'] === true) throw new ODataError(403, '0x8004F034', 'Attempting to  select a readonly publisher for solution.')
}

/** A patch stays on the line of its base (facts-2 §1.1). */
function checkPatchVersion(tx: ReadTransaction, solution: Row, version: string): void {
  const parent = typeof solution['parentsolutionid'] === 'string' ? tx.get('solution', solution['parentsolutionid']) : undefined
  if (parent === undefined || isPatchVersion(version, String(parent['version']))) return
  throw new ODataError(400, '0x80048539', `Patch version ${version} is invalid for parent version ${String(parent['version'])}`)
}

export function missing(column: string): ODataError {
  return new ODataError(400, '0x80040200', `The required field '${column}' is missing.`)
}

export function requireText(values: Changes, column: string): string {
  const value = values[column]
  if (typeof value !== 'string' || value === '') throw missing(column)
  return value
}

/** Throws InvalidSolutionVersion (facts-2 §1.5). */
export function checkVersion(version: string): void {
  if (versionForm.test(version)) return
  throw new ODataError(
    400,
    '0x8004F01E',
    `An invalid solution version was specified. '${version}' is not one to four whole numbers joined by dots.`,
  )
}

function uniqueNameTaken(uniqueName: string): ODataError {
  return new ODataError(400, '0x8004F023', `The solution unique name '${uniqueName}' is already being used and cannot be used again.`)
}
