import { adminPlaneSupport } from './admin-plane.ts'
import { dataPoliciesSupport } from './data-policies.ts'
import { dependenciesSupport } from './dependencies.ts'
import { environmentsSupport } from './environments.ts'
import { exportSupport } from './export.ts'
import { flowsAndSettingsSupport } from './flows-and-settings.ts'
import { importSupport } from './import.ts'
import { jobsSupport } from './jobs.ts'
import { layersSupport } from './layers.ts'
import { limitsAndFaultsSupport } from './limits-and-faults.ts'
import { membershipSupport } from './membership.ts'
import { odataSupport } from './odata.ts'
import { patchSupport } from './patches.ts'
import { publishingSupport } from './publishing.ts'
import { signInSupport } from './sign-in.ts'
import { solutionsSupport } from './solutions.ts'
import { tablesSupport } from './tables.ts'
import { upgradeSupport } from './upgrade.ts'
import type { SupportArea } from './line.ts'
import { operations } from '../operations/registry.ts'
import { tables } from '../tables/registry.ts'

export type { EvidenceMark, SupportArea, SupportLine } from './line.ts'

/** What local environments do of the service, area by area. */
export const supportMatrix: readonly SupportArea[] = [
  odataSupport,
  signInSupport,
  limitsAndFaultsSupport,
  tablesSupport,
  solutionsSupport,
  importSupport,
  upgradeSupport,
  patchSupport,
  exportSupport,
  publishingSupport,
  layersSupport,
  membershipSupport,
  dependenciesSupport,
  flowsAndSettingsSupport,
  dataPoliciesSupport,
  jobsSupport,
  environmentsSupport,
  adminPlaneSupport,
]

/** The entity sets that are served and what may be done with their rows, read from the registry itself. */
export function servedSets(): readonly { readonly set: string; readonly verbs: readonly string[] }[] {
  return tables.map((table) => ({
    set: table.setName,
    verbs: [
      'read',
      ...(table.listUnpublished === undefined ? [] : ['read unpublished']),
      ...(table.create === undefined ? [] : ['create']),
      ...(table.update === undefined ? [] : ['update']),
      ...(table.remove === undefined ? [] : ['delete']),
    ],
  }))
}

/** Names of the functions and actions that are served. */
export function servedOperations(): readonly string[] {
  return operations.map((operation) => operation.name)
}
