import { ODataError } from '../errors.ts'
import { findSolution } from '../layers/solutions.ts'
import { notSupported } from '../odata/refuse.ts'
import { putRow } from '../store/rows.ts'
import type { Row } from '../store/store.ts'
import type { Changes, WriteContext } from './table.ts'

const versionForm = /^\d{1,9}(\.\d{1,9}){0,3}$/

/** `POST solutions`: a new unmanaged solution, which starts empty. */
export async function createSolution(ctx: WriteContext, values: Changes): Promise<string> {
  const uniqueName = requireText(values, 'uniquename')
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(uniqueName)) {
    throw new ODataError(
      400,
      '0x8004F002',
      `The solution unique name '${uniqueName}' is invalid. Use letters, digits and underscores, beginning with a letter or an underscore.`,
    )
  }
  const version = typeof values['version'] === 'string' ? values['version'] : '1.0.0.0'
  checkVersion(version)
  if (typeof values['publisherid'] !== 'string') throw missing('publisherid')
  const id = typeof values['solutionid'] === 'string' ? values['solutionid'] : ctx.guid()
  const at = ctx.now().toISOString()
  await ctx.env.write((tx) => {
    if (findSolution(tx, uniqueName) !== undefined) throw uniqueNameTaken(uniqueName)
    putRow(tx, 'solution', id, {
      solutionid: id,
      uniquename: uniqueName,
      friendlyname: typeof values['friendlyname'] === 'string' ? values['friendlyname'] : uniqueName,
      description: values['description'] ?? null,
      version,
      publisherid: values['publisherid'],
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

const editable = ['version', 'friendlyname', 'description', 'configurationpageid']

/** `PATCH solutions(id)`: version, names and description of an unmanaged solution. */
export async function updateSolution(ctx: WriteContext, row: Row, changes: Changes): Promise<void> {
  if (row['ismanaged'] === true) {
    throw new ODataError(403, '0x8004F024', `Cannot update solution '${String(row['uniquename'])}' because it is a managed solution.`)
  }
  const refused = Object.keys(changes).find((name) => !editable.includes(name))
  if (refused !== undefined) throw notSupported(`changing the column '${refused}' of a solution`)
  if (typeof changes['version'] === 'string') checkVersion(changes['version'])
  await ctx.env.write((tx) => {
    const id = String(row['solutionid'])
    const current = tx.get('solution', id) ?? row
    putRow(tx, 'solution', id, { ...current, ...changes, modifiedon: ctx.now().toISOString(), modifiedby: ctx.caller.userId })
  })
}

/** `POST publishers` */
export async function createPublisher(ctx: WriteContext, values: Changes): Promise<string> {
  const uniqueName = requireText(values, 'uniquename')
  const prefix = requireText(values, 'customizationprefix')
  if (!/^[A-Za-z][A-Za-z0-9]{1,7}$/.test(prefix) || prefix.toLowerCase().startsWith('mscrm')) {
    throw new ODataError(
      400,
      '0x80044189',
      `The customization prefix '${prefix}' is not valid: 2 to 8 letters and digits, beginning with a letter, and not mscrm.`,
    )
  }
  const id = typeof values['publisherid'] === 'string' ? values['publisherid'] : ctx.guid()
  const at = ctx.now().toISOString()
  await ctx.env.write((tx) => {
    const isTaken = tx.list('publisher').some((row) => String(row['uniquename']).toLowerCase() === uniqueName.toLowerCase())
    if (isTaken) throw new ODataError(412, '0x80040237', `A publisher with the unique name '${uniqueName}' already exists.`)
    putRow(tx, 'publisher', id, {
      isreadonly: false,
      ...values,
      friendlyname: values['friendlyname'] ?? uniqueName,
      customizationoptionvalueprefix: values['customizationoptionvalueprefix'] ?? 10_000,
      publisherid: id,
      createdon: at,
      createdby: ctx.caller.userId,
      modifiedon: at,
      modifiedby: ctx.caller.userId,
    })
  })
  return id
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
  throw new ODataError(400, '0x8004F01E', `The solution version '${version}' is invalid. Use one to four whole numbers joined by dots.`)
}

function uniqueNameTaken(uniqueName: string): ODataError {
  return new ODataError(400, '0x8004F023', `The solution unique name '${uniqueName}' is already being used and cannot be used again.`)
}
