import type { ComponentPart } from '#format'
import { packagedValue } from '../../kinds/environment-variable.ts'
import { numberOf, valueOf } from '../../kinds/part-text.ts'
import { putVariableValue } from '../../kinds/variable-values.ts'
import { secretProblem, secretType } from '../../kinds/vault.ts'
import type { Writer } from '../../layers/stack.ts'
import type { EnvironmentStore, Transaction } from '../../store/store.ts'
import { ImportFlaw } from './flaw.ts'

/** Who an import sets values as, and the tenant, whose vaults decide on secrets. */
export type ValueWriter = Writer & { readonly objectId: string; readonly userId: string; readonly tenant: EnvironmentStore }

/** Type of an environment variable that names a place of a connector's data, such as a SharePoint site. */
const dataSourceType = 100_000_004

/**
 * A value inside the package becomes the current one unless the environment has its own (web-api H). Throws ImportFlaw for the default of
 * a secret that may not be read, also of a definition that was there before (facts-2 §4; the latter unverified).
 */
export function addPackagedValues(tx: Transaction, parts: readonly ComponentPart[], by: ValueWriter): void {
  for (const part of parts) refuseUnreadableDefault(part, by)
  const known = new Set(tx.list('environmentvariablevalue').map((row) => String(row.schemaname).toLowerCase()))
  for (const part of parts) {
    const value = packagedValue(part)
    if (value !== undefined && !known.has(part.key.toLowerCase())) setValue(tx, { schemaName: part.key, value }, by)
  }
}

function refuseUnreadableDefault(part: ComponentPart, by: ValueWriter): void {
  if (part.kind.toLowerCase() !== 'environmentvariabledefinition' || numberOf(valueOf(part, 'type')) !== secretType) return
  const path = valueOf(part, 'defaultvalue') ?? ''
  const problem = path === '' ? undefined : by.tenant.read((tenant) => secretProblem(tenant, path, by.objectId))
  if (problem !== undefined) throw new ImportFlaw('0x80040216', `EnvironmentVariableDefinition import: FAILURE: ${problem}`)
}

/** Sets one value. Throws ImportFlaw for a variable that is not there, and for a secret that may not be read (facts-2 §4). */
export function setValue(tx: Transaction, wanted: { readonly schemaName: string; readonly value: string }, by: ValueWriter): void {
  const definition = tx
    .list('environmentvariabledefinition')
    .find((row) => String(row.schemaname).toLowerCase() === wanted.schemaName.toLowerCase())
  if (definition === undefined) {
    throw new ImportFlaw(
      '0x80040217',
      `EnvironmentVariableValue import: FAILURE: environmentvariabledefinition With schemaname = ${wanted.schemaName} Does Not Exist`,
    )
  }
  const isSecret = Number(definition.type) === secretType
  const problem = isSecret ? by.tenant.read((tenant) => secretProblem(tenant, wanted.value, by.objectId)) : undefined
  if (problem !== undefined) throw new ImportFlaw('0x80040216', `EnvironmentVariableValue import: FAILURE: ${problem}`)
  putVariableValue(tx, wanted, by)
}

/** Value of a variable that names a data source, where it was exported; undefined for any other part. */
export function dataSourceValue(part: ComponentPart): string | undefined {
  if (part.kind.toLowerCase() !== 'environmentvariabledefinition' || numberOf(valueOf(part, 'type')) !== dataSourceType) return undefined
  return packagedValue(part) ?? valueOf(part, 'defaultvalue')
}
