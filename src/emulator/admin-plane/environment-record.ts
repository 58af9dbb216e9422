import { DroverError } from '#domain/kernel'
import { guidFrom } from '../tables/virtual-tables.ts'
import type { ReadTransaction, Row, Transaction } from '../store/store.ts'
import type { KeptActor } from './actor.ts'
import { platform } from './actor.ts'

const skus = ['Production', 'Sandbox', 'Developer', 'Trial', 'Default'] as const

export type EnvironmentSku = (typeof skus)[number]

/** What the administration knows of an environment, besides its rows; kept in the tenant. */
export interface EnvironmentRecord {
  /** Environment id, a guid. */
  readonly id: string
  /** Name of the local environment: the first segment of its addresses. */
  readonly name: string
  readonly displayName: string
  readonly description: string
  readonly sku: EnvironmentSku
  readonly location: string
  readonly azureRegion: string
  readonly createdTime: string
  readonly createdBy: KeptActor
  readonly lastModifiedTime: string
  readonly securityGroupId: string
  readonly baseLanguage: number
  readonly currency: string
  readonly templates: readonly string[]
  readonly isAdminMode: boolean
  readonly hasBackgroundOperations: boolean
  readonly governance: Governance
  /** Environment group that it is in, lower case; undefined: none. */
  readonly environmentGroupId?: string
  /** ISO instant from which its first user may sign in; undefined for one that is older. */
  readonly opensAt?: string
}

/** As `governanceConfiguration` travels (facts-2 §10). Standard is a Managed Environment. */
export interface Governance {
  readonly protectionLevel: 'Basic' | 'Standard'
  readonly settings?: { readonly extendedSettings: Readonly<Record<string, string>> }
}

const table = 'environment'

/** What the administration knows of a local environment; one of which nothing was said yet is a sandbox in the first region. */
export function recordOf(tenant: ReadTransaction, name: string): EnvironmentRecord {
  // Rows of this table are written by putRecord only.
  return (tenant.get(table, name) as unknown as EnvironmentRecord | undefined) ?? unadministered(name)
}

export function putRecord(tenant: Transaction, record: EnvironmentRecord): void {
  tenant.put(table, record.name, { ...record })
}

/** Reads the kind of an environment, in any letter case. Throws `emulator.environment-kind`. */
export function readEnvironmentKind(text: string): EnvironmentSku {
  const found = skus.find((known) => known.toLowerCase() === text.toLowerCase())
  if (found !== undefined) return found
  throw new DroverError('emulator.environment-kind', `"${text}" is no kind of environment.`, { hint: `Take one of: ${skus.join(', ')}.` })
}

/** Makes an environment that nobody administered yet one of a kind; any other keeps the kind that it has. */
export function giveKind(tenant: Transaction, name: string, sku: EnvironmentSku): void {
  if (tenant.get(table, name) === undefined) putRecord(tenant, { ...unadministered(name), sku })
}

export function removeRecord(tenant: Transaction, name: string): void {
  tenant.remove(table, name)
}

export function isManagedEnvironment(record: EnvironmentRecord): boolean {
  return record.governance.protectionLevel === 'Standard'
}

/** Days that a backup lives: 28 in production with Dynamics 365 apps, 7 in any other environment (release-facts §8). */
export function retentionDays(record: EnvironmentRecord, solutions: readonly Row[]): number {
  const hasApps = solutions.some((row) => /^msdynce_(?!appcommon)/i.test(String(row['uniquename'])))
  return record.sku === 'Production' && hasApps ? 28 : 7
}

function unadministered(name: string): EnvironmentRecord {
  const since = '2026-01-01T00:00:00.000Z'
  return {
    id: guidFrom(`environment ${name}`),
    name,
    displayName: name,
    description: '',
    sku: 'Sandbox',
    location: 'europe',
    azureRegion: 'westeurope',
    createdTime: since,
    createdBy: platform,
    lastModifiedTime: since,
    securityGroupId: '',
    baseLanguage: 1033,
    currency: 'USD',
    templates: [],
    isAdminMode: false,
    hasBackgroundOperations: true,
    governance: { protectionLevel: 'Basic' },
  }
}
