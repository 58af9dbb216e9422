import type { ReadinessItemId, Scan } from './readiness.ts'
import type { TenantFacts } from './readiness-facts.ts'
import { scanDisposable, scanLifecycle, scanSeparation } from './scan-environments.ts'
import { scanAuditing, scanDataPolicies, scanMakers, scanMasking, scanRehearsals, scanVersions } from './scan-observed.ts'
import { scanOwners, scanRoles, scanTierCriteria } from './scan-people.ts'
import { scanApprovers, scanLiterals, scanMonitoring, scanSources, scanWaysBack } from './scan-deployed.ts'

/** What Drover can tell of each item by itself; items that nothing it reads can show are left out. */
export function scanReadiness(facts: TenantFacts): Readonly<Partial<Record<ReadinessItemId, Scan>>> {
  return {
    'RDY-01': scanSeparation(facts),
    'RDY-02': scanDisposable(facts),
    'RDY-03': scanMakers(facts),
    'RDY-04': scanVersions(facts),
    'RDY-05': scanLiterals(facts),
    'RDY-06': scanSources(facts),
    'RDY-07': scanApprovers(facts),
    'RDY-08': scanMasking(facts),
    'RDY-09': scanWaysBack(facts),
    'RDY-11': scanMonitoring(facts),
    'RDY-12': scanOwners(facts),
    'RDY-13': scanLifecycle(facts),
    'RDY-14': scanDataPolicies(facts),
    'RDY-15': scanTierCriteria(facts),
    'RDY-16': scanRoles(facts),
    'RDY-19': scanAuditing(facts),
    'RDY-21': scanRehearsals(facts),
  }
}
