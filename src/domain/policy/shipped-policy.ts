import type { GateKind } from '#domain/pipeline'
import { shippedCalendar } from './calendar-policy.ts'
import { gatePolicy } from './gate-policy.ts'
import { shippedEmergencies } from './emergency-policy.ts'
import { shippedNotifications } from './notification-policy.ts'
import { shippedEvidence } from './evidence-policy.ts'
import { hotfixPolicy } from './hotfix-policy.ts'
import { shippedTrains } from './train-policy.ts'
import { shippedCompletion, shippedStructure } from './structure-policy.ts'
import { shippedTierScoring } from './tier-policy.ts'
import { shippedWaivers } from './waiver-policy.ts'
import { shippedPeople } from './people-policy.ts'
import { shippedRaci } from './raci-policy.ts'
import { shippedChangeClasses } from './change-class-policy.ts'
import { shippedChanges } from './change-policy.ts'
import type { Policy, TierPolicy } from './policy.ts'
import { shippedPositions } from './positions-policy.ts'
import { ours, stated } from './sourced.ts'
import { shippedReadiness } from './readiness-policy.ts'
import { shippedRecoveries, shippedRecoveryDemands } from './recovery-policy.ts'
import { shippedSignIn } from './sign-in-policy.ts'

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
  checksBlockFrom: stated(undefined, `${matrix}: Checker, Tier 1 off or information only`),
  everyStage: stated(everyImport, 'STR-10, STR-12, STR-15, PIP-08'),
  pet: stated([], `${tierTable}: Tier 1 lives in its maker's workspace and enters no pet`),
  distinctPeople: stated(1, `${matrix}: Distinct persons, Tier 1`),
  separatedGates: stated([], `${matrix}: Distinct persons, Tier 1`),
  reviewWindowHours: stated(0, `${matrix}: Review window, Tier 1`),
  mayEnterPet: stated(false, `${tierTable}: "No formal ALM required. Solution lives in maker workspace."`),
  managedOnly: stated(false, `${matrix}: Managed to target, Tier 1`),
  lossAcknowledgers: ours(1, lossSource),
  stagesUpgrades: ours(false, stagingSource),
  rescueKeptDays: ours(30, rescueSource),
  restorePoint: ours('wanted', restorePointSource),
  recovery: shippedRecoveryDemands[1],
}

const tier2: TierPolicy = {
  checksBlockFrom: stated('critical', `PIP-04: critical fails the gate from Test on; stricter than the ${matrix}, which lets Tier 2 warn`),
  everyStage: stated(everyImport, 'STR-10, STR-12, STR-15, PIP-04, PIP-08'),
  pet: stated(
    ['previous-stage', 'validation', 'approval'],
    `PIP-01, PIP-02, PIP-05; REL-06 and RDY-11: how it is watched; the owner's UAT of the ${matrix} is the pipeline's choice: a gate uat may be added`,
  ),
  distinctPeople: stated(2, `${matrix}: creator ≠ approver (${fsi}); PIP-10`),
  separatedGates: stated([], `${matrix}: Tier 2 keeps apart only creator and approver`),
  reviewWindowHours: stated(0, `${matrix}: Review window, Tier 2`),
  mayEnterPet: stated(true, `${tierTable}: "Managed deployment to business environment."`),
  managedOnly: stated(true, `${tierTable}: "Managed deployment to business environment."`),
  lossAcknowledgers: ours(1, lossSource),
  stagesUpgrades: ours(false, stagingSource),
  rescueKeptDays: ours(30, rescueSource),
  restorePoint: ours('wanted', restorePointSource),
  recovery: shippedRecoveryDemands[2],
}

const tier3: TierPolicy = {
  checksBlockFrom: stated('critical', `${matrix}: Checker, Tier 3 blocks on critical`),
  everyStage: stated([...everyImport, 'source-control'], `${tierTable}: "Source control required. Automated pipeline."`),
  pet: stated(
    ['previous-stage', 'soak', 'validation', 'review', 'uat', 'security', 'review-window', 'approval'],
    `${tierTable}: code review before promotion; PIP-20: bake time; REL-06 and REL-11: validation and watch; ${matrix}: UAT by the business owner; TIER-05: security sign-off`,
  ),
  distinctPeople: ours(3, `${matrix}: Distinct persons, Tier 3; ours: between the two of Tier 2 and the four of Tier 4 (${fsi})`),
  separatedGates: stated(['review', 'approval'], `${matrix}: 3 = creator, reviewer, approver; ROL-07`),
  reviewWindowHours: ours(24, `${matrix}: Review window, Tier 3; ours: half of what ${fsi} asks of the highest zone`),
  mayEnterPet: stated(true, tierTable),
  managedOnly: stated(true, `${matrix}: Managed to target, Tier 3`),
  lossAcknowledgers: ours(2, lossSource),
  stagesUpgrades: ours(false, stagingSource),
  rescueKeptDays: ours(90, rescueSource),
  restorePoint: ours('required', restorePointSource),
  recovery: shippedRecoveryDemands[3],
}

const tier4: TierPolicy = {
  checksBlockFrom: ours('high', `${matrix}: Checker, Tier 4 blocks on high; ours: the platform itself blocks on critical only`),
  everyStage: stated([...everyImport, 'source-control'], `${tierTable}: "Full SDLC. Automated pipeline."`),
  pet: stated(
    [
      'previous-stage',
      'soak',
      'validation',
      'review',
      'automated-tests',
      'uat',
      'test-lead',
      'security',
      'cab',
      'review-window',
      'approval',
    ],
    `${tierTable}: automated testing, change advisory board; PIP-20: bake time; REL-06 and REL-11: validation and watch; ${matrix}: UAT by business owner and test lead, security sign-off`,
  ),
  distinctPeople: stated(4, `${matrix}: creator, reviewer, approver and deployer all differ (${fsi})`),
  separatedGates: stated(
    ['review', 'approval', 'cab'],
    `ROL-07; the board stands for the fourth of "creator, reviewer, approver, deployer": the deployer is Drover's own identity`,
  ),
  reviewWindowHours: stated(48, `${matrix}: Review window, Tier 4 (${fsi})`),
  mayEnterPet: stated(true, tierTable),
  managedOnly: stated(true, `${matrix}: Managed to target, Tier 4`),
  lossAcknowledgers: ours(2, lossSource),
  stagesUpgrades: ours(true, stagingSource),
  rescueKeptDays: ours(180, rescueSource),
  restorePoint: ours('required', restorePointSource),
  recovery: shippedRecoveryDemands[4],
}

/**
 * `automated-tests` is attested by a person for now: the test lead says that the tests ran on this artifact and passed. Drover runs none itself.
 */
const gateRoles: Policy['gateRoles'] = {
  approval: stated(
    ['approver', 'environment-owner', 'solution-owner'],
    `${matrix}: approver; ROL-03: promotion is the solution owner's right`,
  ),
  review: stated(['reviewer'], `${tierTable}: code review before promotion`),
  'automated-tests': stated(
    ['test-lead'],
    `${tierTable}: automated testing; attested by the test lead until Drover reads test results itself`,
  ),
  uat: stated(
    ['solution-owner', 'approver'],
    `${matrix}: UAT by the business owner, who is the solution's owner or an approver of its business`,
  ),
  'test-lead': stated(['test-lead'], `${matrix}: UAT by business owner and test lead`),
  security: stated(['security'], 'TIER-05: security sign-off'),
  cab: stated(['cab'], `${tierTable}: change advisory board`),
  emergency: ours(
    ['cab', 'environment-owner', 'security'],
    'REL-12: who may accelerate is set beforehand; PIP-06: emergency approval by a member of the board or whoever is on call; which roles is ours',
  ),
}

/** What Drover demands unless a configuration says otherwise. Every value carries the page or rule it comes from. */
export const shippedPolicy: Policy = {
  version: 'shipped-4',
  checksValidForDays: stated(90, 'PIP-07; Managed Environments: a checker result is valid for 90 days before an import'),
  mayRequest: stated(
    ['maker', 'solution-owner', 'release-manager', 'platform-admin'],
    "ROL-03: promotion is the solution owner's right; makers ask for their own work, the other two stand in",
  ),
  gateRoles,
  hotfix: hotfixPolicy,
  trains: shippedTrains,
  calendar: shippedCalendar,
  tierScoring: shippedTierScoring,
  structure: shippedStructure,
  completion: shippedCompletion,
  waivers: shippedWaivers,
  emergencies: shippedEmergencies,
  readiness: shippedReadiness,
  people: shippedPeople,
  raci: shippedRaci,
  gates: gatePolicy,
  evidence: shippedEvidence,
  changes: shippedChanges,
  tiers: { 1: tier1, 2: tier2, 3: tier3, 4: tier4 },
  recoveries: shippedRecoveries,
  care: {
    observeEveryHours: ours(
      12,
      'PIP-19 wants what was imported outside found within a day; ours: two looks in it, so that one of them may fail',
    ),
    observeMarginHours: ours(2, 'ours: a look that failed is repeated after an hour, and one at a large environment takes minutes'),
    unregisteredTweakDays: ours(
      7,
      'PET-08: unregistered for long is a finding; the 7 days are ours, as long as an unregistered asset may stay one (FSI-AgentGov 3.6)',
    ),
    foreignImportHours: stated(24, 'PIP-19: imports that were not ours are found within a day'),
    tweakDays: ours(365, 'ours: a tweak is looked at again at least once a year (PET-08 asks for an expiry)'),
    acknowledgementDays: ours(30, 'ours: what is there grows; a month is long for an acknowledgement of its loss'),
    countingRequests: ours(60, 'ours: one hundredth of the 6,000 requests that service protection lets a user send in five minutes'),
    graveDeedPeople: ours(2, 'PET-02 and LIF-15: two persons; ours, so that nobody ends anything in a pet alone'),
    graveDeedRestorePointMinutes: ours(
      60,
      'ours: PET-02 asks for a fresh backup label; an hour is as long as two people need, and what came in since would be lost',
    ),
    mayRecordIncident: ours(
      ['maker', 'solution-owner', 'environment-owner', 'release-manager', 'approver', 'test-lead', 'security', 'platform-admin'],
      'ours: whoever meets an incident writes it down (PET-15); nothing follows from it',
    ),
    mayTakeRestorePoint: ours(
      ['environment-owner', 'release-manager', 'platform-admin'],
      'ours: it changes nothing and costs no storage (release-facts §8), but people rely on whose it is',
    ),
    rebuildDays: ours(
      90,
      'PET-03: cattle must be rebuildable; that a rebuild is younger than 90 days is ours, a quarter as other reviews (W-LIF)',
    ),
    endWarningDays: ours(14, 'TOP-15: dates are shown and warned of; 14 days before are ours, time to plan a release or to keep it'),
    keepDays: ours(90, 'ours: a quarter, after which somebody says again that it is needed (after TOP-15)'),
  },
  signIn: shippedSignIn,
  notifications: shippedNotifications,
  changeClasses: shippedChangeClasses,
  demands: {},
  positions: shippedPositions,
  sandboxes: {
    people: ours(2, 'ours: in a sandbox the rows of everybody are readable by whoever enters it (after PET-02 and ROL-07)'),
    repairPeople: ours(
      1,
      'ours: it makes what is gone and fills what is empty, is named in the ledger row by row, and can be taken back; who answers for the data may do so alone, as in the platform itself (ROL-07 asks for two where rows of people are written over or shown)',
    ),
    wordHolds: ours(72, 'ours: as long as an approval waits in the pipelines that Drover proposes'),
    restoreHours: ours(48, 'Microsoft Learn, restore an environment: up to 8 hours, with much data 24 and more; twice that is ours'),
    keptDays: ours(14, "ours: long enough to find and repair what is wrong, short enough that a copy of production's rows does not settle"),
    warnedDays: ours(3, 'ours: time to say that it is still needed'),
  },
}
