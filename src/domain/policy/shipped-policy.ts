import type { GateKind } from '#domain/pipeline'
import { hotfixPolicy } from './hotfix-policy.ts'
import { shippedChanges } from './change-policy.ts'
import type { Policy, TierPolicy } from './policy.ts'
import type { Sourced } from './sourced.ts'
import { shippedRecoveries, shippedRecoveryDemands } from './recovery-policy.ts'

const tierTable = 'ALM at Scale, step 5 (BOLT tiers)'
const matrix = 'gate × tier matrix'
const fsi = 'FSI-AgentGov controls 2.3 and 2.8'
const lossSource = 'ours: the data owner answers for what is lost, from Tier 3 two people (after PIP-10 and ROL-07)'
const stagingSource =
  'PET-12 and Microsoft Learn, update solutions: stage for upgrade leaves time to move data; that Tier 4 demands it is ours'
const restorePointSource =
  'ours: release-facts §8 makes a restore point a matter of seconds, and from Tier 3 on more people depend on the rows than can be asked'
const rescueSource = 'ours: at least one month-end, for higher tiers a quarter and half a year'

/** Gates that no tier goes without: an import that lacks its settings, its needs or a higher version fails or does harm whatever the rigour. */
const everyImport: readonly GateKind[] = ['checks', 'settings', 'preflight', 'version-rises']

const tier1: TierPolicy = {
  checksBlockFrom: from(undefined, `${matrix}: Checker, Tier 1 off or information only`),
  everyStage: from(everyImport, 'STR-10, STR-12, STR-15, PIP-08'),
  pet: from([], `${tierTable}: Tier 1 lives in its maker's workspace and enters no pet`),
  distinctPeople: from(1, `${matrix}: Distinct persons, Tier 1`),
  separatedGates: from([], `${matrix}: Distinct persons, Tier 1`),
  reviewWindowHours: from(0, `${matrix}: Review window, Tier 1`),
  mayEnterPet: from(false, `${tierTable}: "No formal ALM required. Solution lives in maker workspace."`),
  managedOnly: from(false, `${matrix}: Managed to target, Tier 1`),
  lossAcknowledgers: from(1, lossSource),
  stagesUpgrades: from(false, stagingSource),
  rescueKeptDays: from(30, rescueSource),
  restorePoint: from('wanted', restorePointSource),
  recovery: shippedRecoveryDemands[1],
}

const tier2: TierPolicy = {
  checksBlockFrom: from('critical', `PIP-04: critical fails the gate from Test on; stricter than the ${matrix}, which lets Tier 2 warn`),
  everyStage: from(everyImport, 'STR-10, STR-12, STR-15, PIP-04, PIP-08'),
  pet: from(
    ['previous-stage', 'approval'],
    `PIP-01, PIP-02, PIP-05; the owner's UAT of the ${matrix} is the pipeline's choice: a gate uat may be added`,
  ),
  distinctPeople: from(2, `${matrix}: creator ≠ approver (${fsi}); PIP-10`),
  separatedGates: from([], `${matrix}: Tier 2 keeps apart only creator and approver`),
  reviewWindowHours: from(0, `${matrix}: Review window, Tier 2`),
  mayEnterPet: from(true, `${tierTable}: "Managed deployment to business environment."`),
  managedOnly: from(true, `${tierTable}: "Managed deployment to business environment."`),
  lossAcknowledgers: from(1, lossSource),
  stagesUpgrades: from(false, stagingSource),
  rescueKeptDays: from(30, rescueSource),
  restorePoint: from('wanted', restorePointSource),
  recovery: shippedRecoveryDemands[2],
}

const tier3: TierPolicy = {
  checksBlockFrom: from('critical', `${matrix}: Checker, Tier 3 blocks on critical`),
  everyStage: from([...everyImport, 'source-control'], `${tierTable}: "Source control required. Automated pipeline."`),
  pet: from(
    ['previous-stage', 'review', 'uat', 'security', 'review-window', 'approval'],
    `${tierTable}: code review before promotion; ${matrix}: UAT by the business owner; TIER-05: security sign-off`,
  ),
  distinctPeople: from(3, `${matrix}: Distinct persons, Tier 3`),
  separatedGates: from(['review', 'approval'], `${matrix}: 3 = creator, reviewer, approver; ROL-07`),
  reviewWindowHours: from(24, `${matrix}: Review window, Tier 3`),
  mayEnterPet: from(true, tierTable),
  managedOnly: from(true, `${matrix}: Managed to target, Tier 3`),
  lossAcknowledgers: from(2, lossSource),
  stagesUpgrades: from(false, stagingSource),
  rescueKeptDays: from(90, rescueSource),
  restorePoint: from('required', restorePointSource),
  recovery: shippedRecoveryDemands[3],
}

const tier4: TierPolicy = {
  checksBlockFrom: from('high', `${matrix}: Checker, Tier 4 blocks on high`),
  everyStage: from([...everyImport, 'source-control'], `${tierTable}: "Full SDLC. Automated pipeline."`),
  pet: from(
    ['previous-stage', 'review', 'automated-tests', 'uat', 'test-lead', 'security', 'cab', 'review-window', 'approval'],
    `${tierTable}: automated testing, change advisory board; ${matrix}: UAT by business owner and test lead, security sign-off`,
  ),
  distinctPeople: from(4, `${matrix}: creator, reviewer, approver and deployer all differ (${fsi})`),
  separatedGates: from(
    ['review', 'approval', 'cab'],
    `ROL-07; the board stands for the fourth of "creator, reviewer, approver, deployer": the deployer is Drover's own identity`,
  ),
  reviewWindowHours: from(48, `${matrix}: Review window, Tier 4 (${fsi})`),
  mayEnterPet: from(true, tierTable),
  managedOnly: from(true, `${matrix}: Managed to target, Tier 4`),
  lossAcknowledgers: from(2, lossSource),
  stagesUpgrades: from(true, stagingSource),
  rescueKeptDays: from(180, rescueSource),
  restorePoint: from('required', restorePointSource),
  recovery: shippedRecoveryDemands[4],
}

/**
 * `automated-tests` is attested by a person for now: the test lead says that the tests ran on this artifact and passed. Drover runs none itself.
 */
const gateRoles: Policy['gateRoles'] = {
  approval: from(
    ['approver', 'environment-owner', 'solution-owner'],
    `${matrix}: approver; ROL-03: promotion is the solution owner's right`,
  ),
  review: from(['reviewer'], `${tierTable}: code review before promotion`),
  'automated-tests': from(
    ['test-lead'],
    `${tierTable}: automated testing; attested by the test lead until Drover reads test results itself`,
  ),
  uat: from(
    ['solution-owner', 'approver'],
    `${matrix}: UAT by the business owner, who is the solution's owner or an approver of its business`,
  ),
  'test-lead': from(['test-lead'], `${matrix}: UAT by business owner and test lead`),
  security: from(['security'], 'TIER-05: security sign-off'),
  cab: from(['cab'], `${tierTable}: change advisory board`),
  emergency: from(
    ['cab', 'environment-owner', 'security'],
    'REL-12: who may accelerate is set beforehand; PIP-06: emergency approval by a member of the board or whoever is on call; which roles is ours',
  ),
}

/** What Drover demands unless a configuration says otherwise. Every value carries the page or rule it comes from. */
export const shippedPolicy: Policy = {
  version: 'shipped-2',
  checksValidForDays: from(90, 'PIP-07; Managed Environments: a checker result is valid for 90 days before an import'),
  mayRequest: from(
    ['maker', 'solution-owner', 'release-manager', 'platform-admin'],
    "ROL-03: promotion is the solution owner's right; makers ask for their own work, the other two stand in",
  ),
  gateRoles,
  hotfix: hotfixPolicy,
  changes: shippedChanges,
  tiers: { 1: tier1, 2: tier2, 3: tier3, 4: tier4 },
  recoveries: shippedRecoveries,
  care: {
    observeEveryHours: from(24, 'PIP-19: what was imported outside is to be found within a day'),
    unregisteredTweakDays: from(7, 'PET-08: unregistered for more than 7 days is a finding'),
    foreignImportHours: from(24, 'PIP-19: imports that were not ours are found within a day'),
    tweakDays: from(365, 'ours: a tweak is looked at again at least once a year (PET-08 asks for an expiry)'),
    acknowledgementDays: from(30, 'ours: what is there grows; a month is long for an acknowledgement of its loss'),
    countingRequests: from(60, 'ours: one hundredth of the 6,000 requests that service protection lets a user send in five minutes'),
    graveDeedPeople: from(2, 'PET-02 and LIF-15: two persons'),
    graveDeedRestorePointMinutes: from(
      60,
      'ours: PET-02 asks for a fresh backup label; an hour is as long as two people need, and what came in since would be lost',
    ),
    mayRecordIncident: from(
      ['maker', 'solution-owner', 'environment-owner', 'release-manager', 'approver', 'test-lead', 'security', 'platform-admin'],
      'ours: whoever meets an incident writes it down (PET-15); nothing follows from it',
    ),
    mayTakeRestorePoint: from(
      ['environment-owner', 'release-manager', 'platform-admin'],
      'ours: it changes nothing and costs no storage (release-facts §8), but people rely on whose it is',
    ),
    rebuildDays: from(90, 'PET-03: last successful rebuild within 90 days'),
    endWarningDays: from(14, 'TOP-15: warned at least 14 days before'),
    keepDays: from(90, 'ours: a quarter, after which somebody says again that it is needed (after TOP-15)'),
  },
  sandboxes: {
    people: from(2, 'ours: in a sandbox the rows of everybody are readable by whoever enters it (after PET-02 and ROL-07)'),
    wordHolds: from(72, 'ours: as long as an approval waits in the pipelines that Drover proposes'),
    restoreHours: from(48, 'Microsoft Learn, restore an environment: up to 8 hours, with much data 24 and more; twice that is ours'),
    keptDays: from(14, "ours: long enough to find and repair what is wrong, short enough that a copy of production's rows does not settle"),
    warnedDays: from(3, 'ours: time to say that it is still needed'),
  },
}

function from<T>(value: T, source: string): Sourced<T> {
  return { value, source }
}
