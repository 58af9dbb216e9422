import type { Scan } from './readiness.ts'
import type { DeployedFacts, TenantFacts } from './readiness-facts.ts'
import type { Found } from './scan-each.ts'
import { isNot, isSo, isUntold, scanEach } from './scan-each.ts'

const nothing = { subject: 'production', message: 'Nothing that Drover brought runs in production yet.' }

/** The rule that looks for addresses, ids and secrets written into definitions. */
const literalRule = 'STR-08'

export function scanLiterals(facts: TenantFacts): Scan {
  return ofDeployed(facts, (one) => {
    if (!one.rules.includes(literalRule)) return isUntold(nameOf(one), `Its check did not run ${literalRule}.`)
    if (one.literalFindings > 0) return isNot(nameOf(one), `${literalRule} found ${one.literalFindings} written-in values.`)
    return isSo(nameOf(one), `${literalRule} found nothing.`, one.deployedAt)
  })
}

export function scanSources(facts: TenantFacts): Scan {
  return ofDeployed(facts, (one) =>
    one.commit === '' ? isNot(nameOf(one), 'Its release names no commit.') : isSo(nameOf(one), `Commit ${one.commit}.`, one.deployedAt),
  )
}

export function scanApprovers(facts: TenantFacts): Scan {
  return ofDeployed(facts, (one) => {
    const others = one.approvedBy.filter((id) => id !== one.requestedBy)
    if (others.length === 0) return isNot(nameOf(one), `Nobody but ${one.requestedBy}, who asked, approved it.`)
    return isSo(nameOf(one), `Asked by ${one.requestedBy}, approved by ${[...new Set(others)].join(', ')}.`, one.deployedAt)
  })
}

export function scanWaysBack(facts: TenantFacts): Scan {
  return ofDeployed(facts, (one) =>
    one.wayBack === undefined
      ? isNot(nameOf(one), 'No way back that can be gone was planned with it.')
      : isSo(nameOf(one), one.wayBack, one.deployedAt),
  )
}

/** From Tier 2 on somebody has to see when it stands still. */
export function scanMonitoring(facts: TenantFacts): Scan {
  const watched = facts.deployed.flatMap((one): Found[] => {
    const governed = facts.configuration.solutions.find(({ uniqueName }) => uniqueName.toLowerCase() === one.solution.toLowerCase())
    if (governed === undefined || governed.tier < 2) return []
    const { monitoring } = governed
    if (monitoring === undefined) return [isNot(nameOf(one), 'Where it is watched is named nowhere.')]
    return [isSo(nameOf(one), `Watched at ${monitoring.url}, by ${monitoring.contact}.`, facts.appliedAt)]
  })
  return scanEach(watched, nothing)
}

function ofDeployed({ deployed }: TenantFacts, judge: (one: DeployedFacts) => Found): Scan {
  return scanEach(deployed.map(judge), nothing)
}

function nameOf({ solution, version, environmentId }: DeployedFacts): string {
  return `${solution} ${version} in ${environmentId}`
}
