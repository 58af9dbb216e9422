import type { AccessScope } from '#domain/people'
import type { RouteName } from './routes.ts'
import { routes } from './routes.ts'

/** Calls that ask for work or report something, and that others then decide about. */
const request: readonly RouteName[] = [
  'prepareRelease',
  'requestPromotion',
  'withdrawPromotion',
  'requestTrain',
  'withdrawTrain',
  'planTrainRecovery',
  'planUnmanaged',
  'testPolicy',
  'startHotfix',
  'requestWaiver',
  'retryHotfix',
  'releaseHotfix',
  'mergeHotfix',
  'abandonHotfix',
  'observeEnvironment',
  'watchDrift',
  'adoptDeviations',
  'scanData',
  'recordIncident',
  'exportConfigurationData',
  'anchorLedger',
  'exportEvidence',
  'reportTests',
]

/** Calls in which somebody gives their word. */
const decide: readonly RouteName[] = [
  'decideApproval',
  'decideTrain',
  'acknowledgeLoss',
  'acknowledgeUnknown',
  'decideConflict',
  'decideHotfixConflict',
  'signOffPromotion',
  'decideWaiver',
  'revokeWaiver',
  'acceptBaseline',
  'acceptDeviation',
  'confirmRevert',
  'decideData',
  'finishMigration',
  'attestReadiness',
  'answerTier',
  'decideTier',
  'decideStructure',
  'noteRelease',
  'approveByPullRequest',
  'validatePromotion',
]

/** What a token must let do for a call. Whatever is listed nowhere and is no look takes the most: a new route cannot be open by being forgotten. */
export function scopeOf(name: RouteName): AccessScope {
  if (request.includes(name)) return 'request'
  if (decide.includes(name)) return 'decide'
  // Whoever has a token may give it up; and holding the ledger against an anchor is a look.
  return routes[name].method === 'GET' || name === 'signOut' || name === 'checkLedger' ? 'read' : 'administer'
}
