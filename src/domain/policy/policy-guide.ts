/** What is said of a value of the policy beside its source: in which words, and which way of changing it lowers a guard. */
export interface ValueGuide {
  readonly label: string
  /** Of numbers. */
  readonly unit?: string
  /** Less or more of it asks less of people. `either`: nobody can tell; that takes two people whichever way it goes. */
  readonly weaker: 'less' | 'more' | 'either'
  /** Of a choice: from the least to the most of it. */
  readonly order?: readonly unknown[]
}

/** By path; `*` stands for one part of it. The first that fits holds. */
const guides: Readonly<Record<string, ValueGuide>> = {
  checksValidForDays: more('A check report opens a gate for', 'days'),
  mayRequest: more('May prepare a release and ask for a promotion'),
  'gateRoles.*': more('May be named at the gate'),
  'tiers.*.checksBlockFrom': less('Findings block from', [undefined, 'critical', 'high', 'medium', 'low', 'informational']),
  'tiers.*.everyStage': less('Gates before every stage'),
  'tiers.*.pet': less('Gates before a pet as well'),
  'tiers.*.distinctPeople': less('Different people on the way into a pet', 'people'),
  'tiers.*.separatedGates': less('Gates that no person decides two of'),
  'tiers.*.reviewWindowHours': less('Review window', 'hours'),
  'tiers.*.mayEnterPet': more('May enter a pet'),
  'tiers.*.managedOnly': less('Only managed artifacts go into targets'),
  'tiers.*.lossAcknowledgers': less('Data owners who acknowledge each table or column whose data goes', 'people'),
  'tiers.*.stagesUpgrades': less('Upgrades that destroy data are staged first'),
  'tiers.*.rescueKeptDays': less('What was rescued is kept for', 'days'),
  'tiers.*.restorePoint': less('A restore point before a promotion into a pet is', ['wanted', 'required']),
  'tiers.*.recovery': less('The way back from a promotion into a pet'),
  'care.observeEveryHours': more('Environments are observed every', 'hours'),
  'care.observeMarginHours': less('Before an import that was not ours must be found, time to repeat a look that failed', 'hours'),
  'care.unregisteredTweakDays': more('An unregistered tweak is a finding after', 'days'),
  'care.foreignImportHours': more('Imports that were not ours are found within', 'hours'),
  'care.tweakDays': more('A tweak is accepted for at most', 'days'),
  'care.acknowledgementDays': more('An acknowledgement of a loss holds for at most', 'days'),
  'care.countingRequests': either('Counting for one plan may send', 'requests'),
  'care.graveDeedPeople': less('People for a deed that ends something in a pet', 'people'),
  'care.graveDeedRestorePointMinutes': more('The restore point before such a deed is at most so old', 'minutes'),
  'care.mayRecordIncident': more('May write an incident into a biography'),
  'care.mayTakeRestorePoint': more('May have a restore point taken by hand'),
  'care.rebuildDays': more('Cattle is to be rebuilt every', 'days'),
  'care.endWarningDays': less('The end of a disposable environment is warned of before', 'days'),
  'care.keepDays': more('The end of one is put off by at most', 'days'),
  'changes.windowMarginMinutes': less('Left of a change window beyond what an attempt usually takes', 'minutes'),
  'changes.usualOfAttempts': either('What it usually takes is the median of the newest', 'attempts'),
  'changes.freezesAtMost': more('Freezes of one stage', 'at most'),
  'changes.recoveryPassesWindows': more('A recovery goes in outside of change windows, and through freezes'),
  'changes.mayResumeStage': more('May give a held stage free'),
  'recoveries.gates': less('Gates that a recovery passes'),
  'recoveries.gatesOfOthers': less('Gates that one passes to what others brought'),
  'recoveries.distinctPeople': less('Different people in a recovery of a pet', 'people'),
  'recoveries.stagesUpgrades': less('A recovery that destroys data waits in a migration window'),
  'hotfix.mayService': more('May start a hotfix, release it, bring it to main and abandon it'),
  'hotfix.notWaitedFor': more('Gates that a hotfix does not wait for'),
  'hotfix.signOffWorkingDays': more('Sign-offs that a hotfix did not wait for are due within', 'working days'),
  'sandboxes.people': less('Restoring a pet into a sandbox takes', 'people'),
  'sandboxes.repairPeople': less('Bringing back rows that are gone, or values that are empty, takes', 'people'),
  'sandboxes.wordHolds': more('The word of the first of them waits for', 'hours'),
  'sandboxes.restoreHours': either('A restore is waited for', 'hours'),
  'sandboxes.keptDays': more('A restored sandbox is kept for', 'days'),
  'sandboxes.warnedDays': less('People are warned of its end before', 'days'),
  'tierScoring.questions.*': either('Question about the tier'),
  'tierScoring.thresholds': either('Sum of weights from which a tier is proposed'),
  'tierScoring.connectors': either('Class of each known connector'),
  'tierScoring.mayAnswer': more('May answer the questions about a tier beside the owner'),
  'tierScoring.mayDecide': more('May decide on a proposed tier'),
  'tierScoring.peopleForLower': less('People who lower a tier', 'people'),
  'tierScoring.lowerForDays': more('A word for a lower tier holds for', 'days'),
  'tierScoring.mayOwn': either('Highest tier that a builder level may own'),
  'tierScoring.backupOwnerFrom': more('Somebody stands in for the owner from Tier'),
  'structure.questions.*': either('Question about the structure'),
  'structure.separateUatFrom': more('User acceptance is separate from test from Tier'),
  'completion.items.*': either('Item of what makes a solution complete'),
  'waivers.mayAsk': more('May ask for a waiver'),
  'waivers.findingApprovers': more('May approve that a finding is waived'),
  'waivers.gateApprovers.*': more('May approve that the gate is waived'),
  'waivers.never': less('Never waived'),
  'waivers.longestDays.*': more('A waiver holds for at most', 'days'),
  'waivers.repeats': more('Waivers of one rule after which the rule is looked at', 'waivers'),
  'emergencies.mayDeclare': more('May declare an emergency'),
  'emergencies.notWaitedFor': more('Gates that an emergency does not wait for'),
  'emergencies.never': less('Gates that no emergency goes past'),
  'emergencies.secondPeople': less('Further people who stand behind an emergency', 'people'),
  'emergencies.expiresAfterHours': more('An emergency ends after', 'hours'),
  'emergencies.passesWindows': more('An emergency goes in outside of change windows'),
  'emergencies.passesFreezes': more('An emergency goes in through freezes'),
  'emergencies.signOffWorkingDays': more('Gates that an emergency went past are due within', 'working days'),
  'emergencies.many': more('Emergencies that are many', 'emergencies'),
  'emergencies.countedDays': less('They are counted over', 'days'),
  'emergencies.goOnOverdue': more('What still goes in while a gate is overdue'),
  'trains.*': either('Release trains'),
  'train.*': either('Release trains'),
  'calendar.region': either('Holidays count of the region'),
  'calendar.holidays': more('Days that are no working days, by region'),
  'readiness.*': either('Readiness'),
  'people.serviceRoles': more('Roles that software may have'),
  'people.serviceGates': more('Gates at which software may be named'),
  'people.creatorDecidesNot.*': less('Gates that whoever made the release does not decide'),
  'people.delegationDays': more('A deputy stands in for at most', 'days'),
  'people.certifiedRoles': less('Roles of which it is certified again that they are needed'),
  'people.certifiedDays': more('They are certified again after', 'days'),
  'people.uncertifiedDays.*': more('A privileged role that waits to be certified counts at gates for', 'days'),
  'people.timedGrantHours': more('A role with an end is granted for at most', 'hours'),
  'people.absencePeople': less('People who name a deputy of somebody absent', 'people'),
  'people.escalation.*.afterHours': either('An undecided request is escalated after', 'hours'),
  'people.escalation.*.to': either('It is escalated to'),
  'raci.**': either('Who is responsible, accountable, consulted and informed'),
  'gates.checksWithinSeconds': more('A check run is inconclusive after', 'seconds'),
  'gates.openedByReport': less('Gates of people that open only by a report of tests'),
  'gates.soakHours.*': less('Hours in the stage before, without an incident', 'hours'),
  'gates.watchHours.*': less('Hours for which a promotion is watched', 'hours'),
  'gates.validatedWithinHours': more('Somebody says how it went within', 'hours'),
  'gates.reviewAfterDays.*': either('It is looked at again after', 'days'),
  'gates.monitoring.*': less('That it is named where a solution is watched is', ['not-asked', 'advised', 'required']),
  'gates.mayValidate': more('May say that a promotion went well'),
  'gates.validatedByOther.*': less('Somebody else than the requester says so'),
  'gates.unknownIntoPet.*': less('What nobody can tell of a plan goes into a pet when', ['acknowledged', 'waived']),
  'gates.unknownElsewhere.*': less('What nobody can tell of a plan goes elsewhere when', ['acknowledged', 'waived']),
  'gates.unknownWhenUrgent': less('What nobody can tell of an urgent plan goes in when', ['acknowledged', 'waived']),
  'evidence.anchorEveryEntries': more('The head of the ledger is anchored after', 'entries'),
  'evidence.anchorEveryHours': more('The head of the ledger is anchored every', 'hours'),
  'evidence.anchorRetryMinutes': more('An anchor that failed is tried again after', 'minutes'),
  'evidence.anchorRetryHours': either('The longest wait between such tries is', 'hours'),
  'evidence.mayAnchor': more('May have the ledger anchored by hand'),
  'evidence.mayExport': more('May export evidence'),
  'evidence.mayRotateKey': more('May have another key sign the ledger'),
  'evidence.keyTakesTwo': less('Another key takes two people'),
  'evidence.keyProposalHours': more('A proposal of another key holds for', 'hours'),
  'evidence.mayArchive': more('May have old evidence archived, and removed here'),
  'evidence.archiveTakesTwo': less('Archiving evidence takes two people'),
  'evidence.archiveProposalHours': more('A proposal to archive holds for', 'hours'),
  'evidence.mayHold': either('May place and lift a legal hold'),
  'evidence.packEntries': either('Entries of one pack at the most', 'entries'),
  'evidence.keptYears.*': less('Evidence is kept for', 'years'),
  'notifications.retryMinutes': either('A message that did not arrive is sent again after', 'minutes'),
  'notifications.retryHours': either('The longest wait between such tries is', 'hours'),
  'notifications.triedHours': less('A message that never arrived is given up after', 'hours'),
  'notifications.keptDays': either('What was told stays listed for', 'days'),
  'signIn.tokenHours': more('A token of a person holds for at most', 'hours'),
  'signIn.serviceTokenHours': more('A token of software holds for at most', 'hours'),
  'signIn.sessionHours': more('A session holds for', 'hours'),
  'signIn.pendingMinutes': more('A sign-in that was begun is waited for', 'minutes'),
  'signIn.useNotedMinutes': either('The use of a token is noted every', 'minutes'),
  'signIn.failuresPerMinute': more('Tokens that do not hold are taken from one address', 'times a minute'),
  'signIn.startsPerMinute': more('Sign-ins are begun from one address', 'times a minute'),
  'signIn.forgettingPeople': less('People who have a person forgotten', 'people'),
  'changeClasses.*.*': less('Gates before a pet at a change of this class, beside those of the tier'),
  'demands.*': either('Gates that are demanded where a condition holds'),
  'positions.*.chosen': either('What is held where the sources disagree'),
}

/** What is said of the value at a path; undefined: nothing was, so that a change of it takes two people. */
export function findGuide(path: string): ValueGuide | undefined {
  const keys = path.split('.')
  return patterns.find(({ parts }) => fits(parts, keys))?.guide
}

/** Taken apart once: every value of a policy is looked for among all of them. */
const patterns = Object.entries(guides).map(([pattern, guide]) => ({ parts: pattern.split('.'), guide }))

/** A change of authority is never taken for a rise of it by default. */
export const unguided: ValueGuide = { label: 'Value of the policy', weaker: 'either' }

function fits(parts: readonly string[], keys: readonly string[]): boolean {
  for (const [at, part] of parts.entries()) {
    const key = keys[at]
    if (part === '**') return key !== undefined
    if (key === undefined || (part !== '*' && part !== key)) return false
  }
  return parts.length === keys.length
}

function less(label: string, unit?: string | readonly unknown[]): ValueGuide {
  return guide({ label, weaker: 'less' }, unit)
}

function more(label: string, unit?: string | readonly unknown[]): ValueGuide {
  return guide({ label, weaker: 'more' }, unit)
}

function either(label: string, unit?: string): ValueGuide {
  return guide({ label, weaker: 'either' }, unit)
}

function guide(said: ValueGuide, unit: string | readonly unknown[] | undefined): ValueGuide {
  if (unit === undefined) return said
  return typeof unit === 'string' ? { ...said, unit } : { ...said, order: unit }
}
