import { ODataError } from '../errors.ts'
import { findPublisher, organizationId } from '../layers/solutions.ts'
import { putRow } from '../store/rows.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import { requireText } from './solution-writes.ts'
import type { Changes, WriteContext } from './table.ts'

/** `POST publishers` */
export async function createPublisher(ctx: WriteContext, values: Changes): Promise<string> {
  const uniqueName = values['uniquename']
  // InvalidPublisherUniqueName; text of the error reference.
  if (typeof uniqueName !== 'string' || uniqueName === '') throw new ODataError(400, '0x8004F01C', 'Publisher uniquename is required.')
  checkPrefixes({ ...values, customizationprefix: requireText(values, 'customizationprefix') })
  const id = typeof values['publisherid'] === 'string' ? values['publisherid'] : ctx.guid()
  const at = ctx.now().toISOString()
  await ctx.env.write((tx) => {
    if (findPublisher(tx, uniqueName) !== undefined)
      throw new ODataError(412, '0x80040237', `A publisher with the unique name '${uniqueName}' already exists.`)
    putRow(tx, 'publisher', id, {
      ...values,
      isreadonly: false,
      friendlyname: values['friendlyname'] ?? uniqueName,
      customizationoptionvalueprefix: values['customizationoptionvalueprefix'] ?? 10_000,
      publisherid: id,
      organizationid: organizationId(tx),
      createdon: at,
      createdby: ctx.caller.userId,
      modifiedon: at,
      modifiedby: ctx.caller.userId,
    })
  })
  return id
}

const fixed = ['uniquename', 'isreadonly', 'organizationid', 'publisherid']

/** `PATCH publishers(id)`: all but its unique name; not of a publisher that came with a managed solution. */
export async function updatePublisher(ctx: WriteContext, row: Row, changes: Changes): Promise<void> {
  // CannotUpdateReadOnlyPublisher; text of the error reference.
  if (row['isreadonly'] === true) throw new ODataError(403, '0x8004F033', 'Attempting to update a readonly publisher.')
  const refused = Object.keys(changes).filter((name) => fixed.includes(name))
  if (refused.length > 0)
    throw new ODataError(400, '0x8004F008', `System attributes (${refused.join(', ')}) cannot be set outside of installation or upgrade.`)
  checkPrefixes(changes)
  await ctx.env.write((tx) => {
    const id = String(row['publisherid'])
    const current = tx.get('publisher', id) ?? row
    putRow(tx, 'publisher', id, { ...current, ...changes, modifiedon: ctx.now().toISOString(), modifiedby: ctx.caller.userId })
  })
}

/** `DELETE publishers(id)`: one that no solution has. */
export async function removePublisher(ctx: WriteContext, row: Row): Promise<void> {
  await ctx.env.write((tx) => {
    const id = String(row['publisherid'])
    // CannotDeleteRestrictedPublisher, CannotDeleteDueToAssociation; texts of the error reference.
    if (isRestrictedPublisher(tx, id)) throw new ODataError(403, '0x8004F006', 'Attempting to delete a restricted publisher.')
    if (tx.list('solution').some((solution) => solution['publisherid'] === id))
      throw new ODataError(405, '0x80040227', 'The object you tried to delete is associated with another object and cannot be deleted.')
    tx.remove('publisher', id)
  })
}

/** The publisher of the Default solution, and those of platform solutions. */
function isRestrictedPublisher(tx: ReadTransaction, id: string): boolean {
  return tx.list('solution').some((solution) => {
    const isPlatform = solution['~mounted'] === true || String(solution['uniquename']).toLowerCase() === 'default'
    return isPlatform && solution['publisherid'] === id
  })
}

/** 2 to 8 letters and digits, beginning with a letter, not mscrm; option values begin with 10,000 to 99,999 (web-api B.1, the code is unverified). */
function checkPrefixes(values: Changes): void {
  const { customizationprefix: prefix, customizationoptionvalueprefix: number } = values
  if (typeof prefix === 'string' && (!/^[A-Za-z][A-Za-z0-9]{1,7}$/.test(prefix) || prefix.toLowerCase().startsWith('mscrm'))) {
    throw new ODataError(
      400,
      '0x80044189',
      `The customization prefix '${prefix}' is not valid: 2 to 8 letters and digits, beginning with a letter, and not mscrm.`,
    )
  }
  if (typeof number !== 'number' || (Number.isInteger(number) && number >= 10_000 && number <= 99_999)) return
  throw new ODataError(400, '0x80044189', `The prefix ${number} of option values is not valid: a whole number from 10000 to 99999.`)
}
