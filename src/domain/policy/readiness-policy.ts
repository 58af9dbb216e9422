import type { Role } from '#domain/people'
import type { Purpose } from '#domain/environment'
import type { Sourced } from './sourced.ts'
import { ours, stated } from './sourced.ts'

/** How readiness is counted, and who may say what no scan can show. */
export interface ReadinessPolicy {
  /** What an item that was proved counts. */
  readonly provedCounts: Sourced<number>
  /** What an item that a person attested counts. */
  readonly attestedCounts: Sourced<number>
  /** Longest time for which a word holds, in days. */
  readonly attestedDays: Sourced<number>
  readonly mayAttest: Sourced<readonly Role[]>
  /** Roles that must have somebody (RDY-16). */
  readonly filledRoles: Sourced<readonly Role[]>
  /** One of which the name of an environment of that purpose holds, in lower case; purposes without any are not looked at. */
  readonly nameWords: Sourced<Readonly<Partial<Record<Purpose, readonly string[]>>>>
  /** Within how many days coming back must have been practised, for the tenant to count as ready. */
  readonly practisedDays: Sourced<number>
  /** An observation that is older than so many days proves nothing. */
  readonly observedDays: Sourced<number>
  /** Days for which production keeps who changed which row, at the least. */
  readonly auditedDays: Sourced<number>
}

export const shippedReadiness: ReadinessPolicy = {
  provedCounts: ours(2, 'ours, after requirements §8: scanned evidence should count double'),
  attestedCounts: ours(1, 'ours, after requirements §8: scanned evidence should count double'),
  attestedDays: ours(365, 'RDY-18: pre-approval is renewed at least yearly; the same for every word is ours'),
  mayAttest: ours(
    ['platform-admin', 'environment-owner', 'security', 'release-manager'],
    'ROL-05: the CoE owns platform, governance and standards; those who answer for a part of them here, is ours',
  ),
  filledRoles: ours(
    ['maker', 'solution-owner', 'platform-admin', 'release-manager', 'security', 'approver'],
    'the six roles of BOLT (RDY-16), in the roles that Drover has: citizen developer, business team, platform team, line-of-business IT, security, and who approves for support; the mapping is ours',
  ),
  nameWords: ours(
    {
      development: ['dev'],
      test: ['test', 'qa', 'sit', 'uat'],
      acceptance: ['uat', 'acceptance', 'test'],
      production: ['prod', 'live'],
      sandbox: ['sandbox', 'dev', 'hotfix', 'feature', 'training'],
    },
    'STR-20: the name of an environment shows its purpose; which words is ours',
  ),
  practisedDays: ours(365, 'gate × tier matrix: rehearsed yearly for Tier 3; the same for the tenant is ours'),
  observedDays: stated(30, 'RDY-03: no unmanaged changes in 30 days'),
  auditedDays: ours(
    365,
    'RDY-19: retention that matches regulation; which regulation that is, a tenant knows: a year is ours, and more than the 30 days of the platform',
  ),
}
