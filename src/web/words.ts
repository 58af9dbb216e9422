import type { AttemptReply, BiographyEntryReply, LedgerEventReply, PlanReply, PromotionSummaryReply, WaiverViewReply } from '#contract'
import type { Role } from '#domain/people'
import type { ConditionKind, PeopleGateKind } from '#domain/pipeline'

/** Words for people who approve and do not develop. */

type State = PromotionSummaryReply['state']

export const stateWords: Readonly<Record<State, string>> = {
  pending: 'Waiting',
  running: 'In progress',
  migrating: 'Data can be moved',
  succeeded: 'Done',
  failed: 'Failed',
  errored: 'Interrupted',
  indeterminate: 'Needs a look',
  rejected: 'Rejected',
  withdrawn: 'Withdrawn',
}

export const gateWords: Readonly<Record<ConditionKind, string>> = {
  'in-force': 'The request still holds',
  checks: 'Quality checks',
  settings: 'Settings are complete',
  preflight: 'The target is ready',
  'previous-stage': 'Previous stage done',
  'version-rises': 'The version is newer',
  'source-control': 'Source is in version control',
  'review-window': 'Time to review',
  losses: 'Owners know what data goes',
  'change-window': 'The time is right',
  recovery: 'The way back is known',
  soak: 'It ran long enough in the stage before',
  validation: 'Validated and watched afterwards',
  tier: 'Its tier is decided',
  train: 'Those before it have arrived',
  approval: 'Approval',
  review: 'Review by another person',
  'automated-tests': 'Automated tests',
  uat: 'Acceptance by its users',
  'test-lead': 'Sign-off by the test lead',
  security: 'Sign-off by security',
  cab: 'Change advisory board (CAB)',
  emergency: 'A second person says it is an emergency',
}

export const roleWords: Readonly<Record<Role, string>> = {
  maker: 'maker',
  'solution-owner': 'solution owner',
  'environment-owner': 'environment owner',
  'release-manager': 'release manager',
  approver: 'approver',
  reviewer: 'reviewer',
  'test-lead': 'test lead',
  security: 'security',
  cab: 'change advisory board (CAB)',
  'platform-admin': 'platform admin',
}

/** What a waiver excepts; a check rule by its title where that is known. */
export function waivedText(waives: WaiverViewReply['waiver']['waives'], title?: string): string {
  if (waives.kind === 'gate')
    return waivedGateWords[waives.gate] ?? `“${gateWords[waives.gate]}” does not stop it where what it asks for is not there`
  return `Findings of the rule ${waives.ruleId} do not stop it${title === undefined ? '' : ` (${title})`}`
}

/** Gates of which a waiver excepts a part alone. */
const waivedGateWords: Readonly<Partial<Record<ConditionKind, string>>> = {
  checks: 'Quality checks may be older than they should be',
  preflight: 'What nobody can tell of the plan does not stop it',
}

/** What a yes at a gate of people says. */
export const gateMeanings: Readonly<Record<PeopleGateKind, string>> = {
  approval: 'Your approval says that this change may go in now, as it is shown on this page.',
  review: 'Your review says that you looked at the change itself, and that it is made as it should be.',
  'automated-tests': 'Your word says that the automated tests ran on this version, and passed.',
  uat: 'Your acceptance says that its users tried this version, and that it does what they need.',
  'test-lead': 'Your sign-off says that it was tested as far as it has to be, and that what is left open is known.',
  security: 'Your sign-off says that nothing in it puts data or access at risk beyond what is accepted.',
  cab: 'The board says that this change may happen, at this time, beside all the others.',
  emergency: 'Your word says that waiting does more harm than going past what usually comes first. It opens no other gate.',
}

export const stepWords: Readonly<Record<AttemptReply['steps'][number]['step'], string>> = {
  observe: 'Looked at the environment',
  'restore-point': 'Took a restore point',
  'export-current': 'Kept what is there now',
  repack: 'Took out what stays as it is there',
  stage: 'Handed over and validated',
  rescue: 'Saved the data that goes',
  import: 'Imported',
  'apply-upgrade': 'Applied the staged upgrade',
  'withdraw-upgrade': 'Withdrew the staged upgrade',
  publish: 'Published what was brought',
  remove: 'Deleted what the release removes',
  uninstall: 'Uninstalled',
  'load-data': 'Brought the configuration data',
  'grant-access': 'Gave access as the stage declares it',
  'activate-flows': 'Brought flows to their state',
  verify: 'Verified by reading back',
}

export const modeWords: Readonly<Record<PlanReply['mode'], string>> = {
  install: 'is installed for the first time',
  update: 'is updated; nothing is removed',
  upgrade: 'is upgraded; what the new version no longer has is removed',
  'stage-for-upgrade': 'is upgraded in two steps; data can be moved in between',
  unmanaged: 'comes in unmanaged; what was changed there stays, and what goes is deleted step by step',
  uninstall: 'is uninstalled, with its tables and their data',
}

const eventWords: Readonly<Record<string, string>> = {
  'promotion-requested': 'asked for the promotion',
  'approval-decided': 'decided',
  'promotion-withdrawn': 'withdrew the request',
  'attempt-started': 'started the work',
  'attempt-succeeded': 'finished and verified',
  'attempt-failed': 'recorded a failure',
  'attempt-errored': 'was interrupted',
  'attempt-indeterminate': 'could not tell how it ended',
  'promotion-tagged': 'tagged the source',
  'promotion-tag-failed': 'could not tag the source; it is tried again',
  'target-observed': 'noted how the environment was before',
  'plan-renewed': 'looked again and found the environment changed',
  'attempt-postponed': 'put it off: the stage takes nothing now',
  'gate-escalated': 'told that a decision takes too long',
  'window-outlasted': 'noted that it outlasted its change window',
  'loss-acknowledged': 'acknowledged that data goes',
  'rescue-saved': 'saved the data that goes',
  'promotion-validated': 'said how it went after it was in',
  'migration-opened': 'staged the upgrade, so that data can be moved',
  'migration-finished': 'said that the data is moved',
}

/** What an entry of the ledger says, for its row in the history. */
export function eventText(event: LedgerEventReply, nameOf: (id: string) => string = String): string {
  const data = isRecord(event.data) ? event.data : {}
  const decision = isRecord(data['decision']) ? data['decision'] : undefined
  const word = decision ?? (isRecord(data['signOff']) ? data['signOff'] : undefined)
  if (word === undefined) return eventWords[event.type] ?? event.type.replaceAll('-', ' ')
  const gate = gateWords[word['gate'] as ConditionKind] ?? String(word['gate'])
  const said = word['verdict'] === 'approve' ? 'approved' : 'rejected'
  const place = typeof word['onBehalfOf'] === 'string' ? ` in the place of ${nameOf(word['onBehalfOf'])}` : ''
  const train = word['trainId'] === undefined ? '' : ', for the whole train'
  return `${said}${place} at “${gate}”${decision === undefined ? ', afterwards' : ''}${train}${evidenceText(word['evidence'])}`
}

/** What a decision rests on besides the word of its person. */
function evidenceText(evidence: unknown): string {
  if (!isRecord(evidence)) return ''
  if (evidence['kind'] === 'pull-request') return ', by a pull request that was merged'
  return `, by a report of ${Number(evidence['tests'])} tests, ${Number(evidence['failures']) === 0 ? 'none of which failed' : `${Number(evidence['failures'])} of which failed`}`
}

/** A sentence of the engine for a reader's eye: instants in local words, digests by their beginning. */
export function readableText(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, (instant) => whenText(instant))
    .replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, '$1…')
}

export const biographyWords: Readonly<Record<BiographyEntryReply['kind'], string>> = {
  release: 'Release',
  recovery: 'Recovery',
  hotfix: 'Hotfix',
  emergency: 'Emergency',
  baseline: 'Known good',
  tweak: 'Tweak',
  incident: 'Incident',
  'restore-point': 'Restore point',
  rehearsal: 'Rehearsal',
  restore: 'Restore',
  repair: 'Repair',
  hold: 'Held',
  protection: 'Protection',
}

/** Names or things one after the other, as people write them. */
export function listText(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const timeOnly = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })

export function whenText(instant: string): string {
  return dateTime.format(new Date(instant))
}

export function clockText(instant: string): string {
  return timeOnly.format(new Date(instant))
}

export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
