import type { Writer } from './stack.ts'
import { putRow } from '../store/rows.ts'
import type { ReadTransaction, Row, Transaction } from '../store/store.ts'

export interface PublisherFacts {
  readonly uniqueName: string
  readonly displayName: string
  readonly prefix: string
  readonly optionValuePrefix: number | undefined
  readonly description?: string | undefined
  readonly email?: string | undefined
  readonly website?: string | undefined
  /** Columns of its two addresses, such as `address1_city`. */
  readonly addresses?: Readonly<Record<string, string | number | null>>
}

export interface SolutionFacts {
  readonly uniqueName: string
  readonly displayName: string
  readonly version: string
  readonly isManaged: boolean
  readonly publisher: PublisherFacts
  readonly description?: string | undefined
  /** True for a platform solution of the environment's template: it has no components here, only its name and version count. */
  readonly isMounted?: boolean
  /** `solutionid` of the solution that this one patches. */
  readonly parentId?: string | undefined
}

/** Unique names are compared without case, as the service does. */
export function findSolution(tx: ReadTransaction, uniqueName: string): Row | undefined {
  const wanted = uniqueName.toLowerCase()
  return tx.list('solution').find((row) => String(row.uniquename).toLowerCase() === wanted)
}

export function findPublisher(tx: ReadTransaction, uniqueName: string): Row | undefined {
  const wanted = uniqueName.toLowerCase()
  return tx.list('publisher').find((row) => String(row.uniquename).toLowerCase() === wanted)
}

export function publisherOf(tx: ReadTransaction, solution: Row): Row | undefined {
  return tx.get('publisher', String(solution.publisherid))
}

/** A solution of the organisation itself or of its platform, which nobody may change or remove. */
export function isRestricted(solution: Row): boolean {
  return solution['~mounted'] === true || ['default', 'active'].includes(String(solution.uniquename).toLowerCase())
}

/** Creates or updates the solution's row, and its publisher's when that is new. */
export function putSolution(tx: Transaction, facts: SolutionFacts, writer: Writer & { readonly by: string }): Row {
  const old = findSolution(tx, facts.uniqueName)
  const id = typeof old?.solutionid === 'string' ? old.solutionid : writer.guid()
  const row: Row = {
    ...old,
    solutionid: id,
    uniquename: old?.uniquename ?? facts.uniqueName,
    friendlyname: facts.displayName,
    version: facts.version,
    ismanaged: facts.isManaged,
    isvisible: facts.isMounted !== true,
    isapimanaged: false,
    publisherid: putPublisher(tx, facts, writer),
    description: facts.description ?? old?.description ?? null,
    parentsolutionid: facts.parentId ?? null,
    organizationid: organizationId(tx),
    solutiontype: old?.solutiontype ?? null,
    solutionpackageversion: '9.2',
    installedon: old?.installedon ?? writer.at,
    updatedon: old === undefined ? null : writer.at,
    createdon: old?.createdon ?? writer.at,
    createdby: old?.createdby ?? writer.by,
    modifiedon: writer.at,
    modifiedby: writer.by,
    ...(facts.isMounted === true ? { '~mounted': true } : {}),
  }
  putRow(tx, 'solution', id, row)
  return row
}

/** A publisher that comes with a managed solution is read-only (column description of `isreadonly`). */
function putPublisher(tx: Transaction, { publisher: facts, isManaged }: SolutionFacts, writer: Writer): string {
  const old = findPublisher(tx, facts.uniqueName)
  if (typeof old?.publisherid === 'string') return old.publisherid
  const id = writer.guid()
  putRow(tx, 'publisher', id, {
    publisherid: id,
    uniquename: facts.uniqueName,
    friendlyname: facts.displayName,
    customizationprefix: facts.prefix,
    customizationoptionvalueprefix: facts.optionValuePrefix ?? null,
    isreadonly: isManaged,
    organizationid: organizationId(tx),
    description: facts.description ?? null,
    emailaddress: facts.email ?? null,
    supportingwebsiteurl: facts.website ?? null,
    ...facts.addresses,
    createdon: writer.at,
    modifiedon: writer.at,
  })
  return id
}

/** `organizationid` of the environment, which solutions and publishers carry. */
export function organizationId(tx: ReadTransaction): unknown {
  return tx.list('organization')[0]?.organizationid ?? null
}
