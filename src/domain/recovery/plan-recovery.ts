import type { DescribedComponent } from '#domain/difference'
import type { CareClass, Rehearsal, RestorePoint } from '#domain/environment'
import type { EnvironmentId, Instant, Reason, Version } from '#domain/kernel'
import type { RescueItem } from '#domain/plan'
import { forecastReturn } from './forecast-return.ts'
import type { KnownGood, RecoveryPlan, RecoveryWay } from './recovery.ts'

/** What is known of a place before a release goes into it, as far as coming back from it is concerned. */
export interface RecoveryFacts {
  readonly environment: {
    readonly id: EnvironmentId
    readonly name: string
    readonly careClass: CareClass
    readonly hasAdministration: boolean
  }
  readonly solution: string
  /** What goes in, or is there and is to be left. */
  readonly leaving: { readonly version: Version; readonly content: readonly DescribedComponent[] | undefined }
  /** Version that stands there before; undefined: it is the first. */
  readonly installed: Version | undefined
  /** Drover brought, or tried to bring, what stands there before. */
  readonly isInstalledByUs?: boolean
  readonly knownGood: KnownGood | undefined
  /** What the known-good release holds; undefined where its bytes are not at hand. */
  readonly goodContent: readonly DescribedComponent[] | undefined
  /** The place has said no to lower versions before, in these words. */
  readonly redeployRefused: string | undefined
  /** Why policy holds that deploying an earlier version again is no way back (C6); undefined: it holds that it is one. */
  readonly redeployBarred: string | undefined
  /** What was or will be saved on the way there. */
  readonly rescued: readonly RescueItem[]
  /** When the state of the environment was accepted as known good; undefined: never. */
  readonly baselineAt: Instant | undefined
  readonly isUnmanaged: boolean
  readonly rehearsals: readonly Rehearsal[]
  readonly restorePoints: readonly RestorePoint[]
  readonly now: Instant
}

/** How the place comes back, the way to take first standing first (PET-13). The same facts give the same plan. */
export function planRecovery(facts: RecoveryFacts): RecoveryPlan {
  return {
    environmentId: facts.environment.id,
    solution: facts.solution,
    knownGood: facts.knownGood,
    ways: [...waysBack(facts), rollForward(facts), restore(facts)],
    restorePoints: validPoints(facts),
  }
}

/** The way that would be taken: the first that nothing stands against. A restore point is none: it rewinds everybody's rows. */
export function preferredWay(plan: Pick<RecoveryPlan, 'ways'>): RecoveryWay | undefined {
  return plan.ways.find((way) => way.kind !== 'restore' && way.obstacles.length === 0)
}

/** Why decisions on a promotion are asked for again: the way back that they were shown is another one now, or gone. */
export function diffRecovery(before: RecoveryPlan | undefined, after: RecoveryPlan | undefined): readonly Reason[] {
  if (before === undefined || after === undefined) return []
  const [was, is] = [preferredWay(before), preferredWay(after)]
  if (was?.kind === is?.kind && before.knownGood?.releaseId === after.knownGood?.releaseId) return []
  return [{ subject: 'the way back', message: `It was ${wordsOf(was, before)} and is now ${wordsOf(is, after)}.` }]
}

function wordsOf(way: RecoveryWay | undefined, { knownGood }: RecoveryPlan): string {
  if (way === undefined) return 'none'
  const to = knownGood === undefined || (way.kind !== 'redeploy' && way.kind !== 'repack') ? '' : ` to ${knownGood.version}`
  return `${wayWords[way.kind]}${to}`
}

/** Names the way back that decisions are bound to. */
export function bindRecovery(plan: RecoveryPlan | undefined): string | undefined {
  if (plan === undefined) return undefined
  const way = preferredWay(plan)
  return `${way?.kind ?? 'none'}:${plan.knownGood?.releaseId ?? ''}`
}

/** Names of the ways, for messages. */
export const wayWords: Readonly<Record<RecoveryWay['kind'], string>> = {
  uninstall: 'uninstalling the solution',
  baseline: 'the accepted baseline',
  redeploy: 'deploying the known-good bytes again',
  repack: 'the known-good release under a higher version',
  'roll-forward': 'rolling forward with a hotfix',
  restore: 'a restore point',
}

function waysBack(facts: RecoveryFacts): readonly RecoveryWay[] {
  if (facts.installed === undefined) return [uninstall(facts)]
  if (facts.knownGood === undefined || facts.isUnmanaged) return [baseline(facts)]
  return facts.redeployRefused === undefined && facts.redeployBarred === undefined
    ? [redeploy(facts, facts.knownGood), repack(facts, facts.knownGood)]
    : [repack(facts, facts.knownGood), redeploy(facts, facts.knownGood)]
}

function uninstall(facts: RecoveryFacts): RecoveryWay {
  const { solution, environment } = facts
  const noPoint = `${environment.name} names no administration (administrationUrl and platformApiUrl), so there can be no fresh restore point, without which nothing in a pet is uninstalled.`
  const isBarred = environment.careClass === 'pet' && !environment.hasAdministration
  return way(facts, {
    kind: 'uninstall',
    // What others build on it meanwhile keeps it from going, and nobody can tell that beforehand.
    certainty: 'assumed',
    steps: [
      `A restore point of ${environment.name} is taken, and what would be lost is counted, acknowledged by its data owners and saved.`,
      `${solution} is uninstalled, with all its tables and columns that no other solution holds.`,
      `It is read from ${environment.name} that it is gone.`,
    ],
    obstacles: isBarred ? [{ subject: environment.name, message: noPoint }] : [],
    losses: forecastReturn({ leaving: facts.leaving.content, good: [] }).losses,
  })
}

function baseline(facts: RecoveryFacts): RecoveryWay {
  const { solution, installed, baselineAt, isUnmanaged } = facts
  const accepted = baselineAt === undefined ? '' : ` as it was accepted at ${baselineAt}`
  if (isUnmanaged) {
    const steps = [
      `${solution} ${installed ?? ''} is exported from the environment before anything is changed, and that file is kept.`,
      'It is imported again by hand, unmanaged; what the release added stays until it is deleted.',
    ]
    const untold = {
      subject: solution,
      message: 'An unmanaged import is not taken back by Drover; the file that was kept has to be imported by a person.',
    }
    return way(facts, { kind: 'baseline', certainty: 'unknown', steps, obstacles: [untold], losses: [] })
  }
  if (facts.isInstalledByUs === true) {
    const left = `${installed ?? 'What was there'} went wrong or was gone back from, and nothing that ran in ${facts.environment.name} before it is another release.`
    return way(facts, { kind: 'baseline', certainty: 'unknown', steps: [], obstacles: [{ subject: solution, message: left }], losses: [] })
  }
  const message = `${installed ?? 'What is there'} was not brought by Drover${accepted}, and no release in the store has its bytes: they may exist nowhere else.`
  return way(facts, {
    kind: 'baseline',
    certainty: 'unknown',
    steps: [`Find the file of ${solution} ${installed ?? ''} with whoever deployed it, prepare a release of it, and go back to that.`],
    obstacles: [{ subject: solution, message }],
    losses: [],
  })
}

function redeploy(facts: RecoveryFacts, good: KnownGood): RecoveryWay {
  const { environment, solution, redeployRefused, redeployBarred } = facts
  const { leftBehind } = forecastReturn({ leaving: facts.leaving.content, good: facts.goodContent })
  const stays =
    leftBehind === 'unknown'
      ? `What ${facts.leaving.version} added stays there, as an update removes nothing; how much that is cannot be told.`
      : `What ${facts.leaving.version} added stays there, as an update removes nothing: ${listLeft(leftBehind)}.`
  return way(facts, {
    kind: 'redeploy',
    // Sources contradict each other on whether a managed update takes a lower version (facts-2 §1.1); only trying tells.
    certainty: 'assumed',
    steps: [
      `${environment.name} is asked whether it takes ${solution} ${good.version} over ${facts.leaving.version}, and its answer is believed.`,
      `The same bytes that ran there (${good.digest}) go in as an update. ${stays}`,
      `Settings, connections and flows are set as the stage says, and read back.`,
      ...putBack(facts),
    ],
    obstacles: [
      ...bytesMissing(facts, good),
      ...(redeployBarred === undefined ? [] : [{ subject: 'C6', message: `Policy holds that this is no way back: ${redeployBarred}` }]),
      ...(redeployRefused === undefined
        ? []
        : [{ subject: environment.name, message: `It has refused a lower version before: ${redeployRefused}` }]),
    ],
    losses: [],
  })
}

function repack(facts: RecoveryFacts, good: KnownGood): RecoveryWay {
  const { environment, solution } = facts
  const forecast = forecastReturn({ leaving: facts.leaving.content, good: facts.goodContent })
  return way(facts, {
    kind: 'repack',
    certainty: forecast.leftBehind === 'unknown' ? 'unknown' : 'assumed',
    steps: [
      `The file of ${solution} ${good.version} gets a version above ${facts.leaving.version}, is proved equal but for that, and is sealed as a release of its own.`,
      `It goes into ${environment.name} as an upgrade, which deletes what ${facts.leaving.version} added; its data is counted, acknowledged by its owners and saved before.`,
      `Settings, connections and flows are set as the stage says, and read back.`,
      ...putBack(facts),
    ],
    obstacles: bytesMissing(facts, good),
    losses: forecast.losses,
  })
}

function rollForward(facts: RecoveryFacts): RecoveryWay {
  const { environment, solution, leaving } = facts
  return way(facts, {
    kind: 'roll-forward',
    certainty: 'assumed',
    steps: [
      `\`drover hotfix start ${solution} --env ${environment.id} --reason "…"\` makes a place to mend what ${leaving.version} broke.`,
      'The mended version goes in through the gates that policy leaves a hotfix. Nothing goes that it does not remove itself.',
    ],
    losses: [],
  })
}

function restore(facts: RecoveryFacts): RecoveryWay {
  const { environment } = facts
  const message = `${environment.name} names no administration (administrationUrl and platformApiUrl), so nobody can ask for a restore there.`
  return way(facts, {
    kind: 'restore',
    certainty: 'assumed',
    steps: [
      `A restore point is a time stamp: a restore rewinds the rows of everybody to it. It is restored into a recovery sandbox, never over ${environment.name}.`,
      `Rows and components are read there and repaired in ${environment.name}, piece by piece.`,
    ],
    obstacles: environment.hasAdministration ? [] : [{ subject: environment.name, message }],
    losses: [],
  })
}

/** Names as many as are read at one glance. */
function listLeft(names: readonly string[]): string {
  if (names.length === 0) return 'it added nothing'
  const more = names.length - namedAtMost
  return `${names.slice(0, namedAtMost).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

const namedAtMost = 10

/** What was saved before it was destroyed comes back once its tables and columns are there again. */
function putBack({ rescued }: RecoveryFacts): readonly string[] {
  if (rescued.length === 0) return []
  const tables = [...new Set(rescued.map(({ table }) => table))].join(', ')
  return [`What was saved of ${tables} before it went is written back with \`drover rescue restore\`.`]
}

function bytesMissing({ goodContent }: RecoveryFacts, good: KnownGood): readonly Reason[] {
  if (goodContent !== undefined) return []
  return [
    {
      subject: `release ${good.releaseId}`,
      message: `Its bytes (${good.digest}) are not in the store, or are not those that were sealed.`,
    },
  ]
}

function way(
  facts: RecoveryFacts,
  given: Omit<RecoveryWay, 'rescued' | 'lastRehearsal' | 'obstacles'> & { readonly obstacles?: readonly Reason[] },
): RecoveryWay {
  const last = facts.rehearsals
    .filter((rehearsal) => rehearsal.way === given.kind && isSame(rehearsal.solution, facts.solution))
    .toSorted((a, b) => Date.parse(b.finishedAt) - Date.parse(a.finishedAt))[0]
  const lastRehearsal =
    last === undefined ? undefined : { id: last.id, finishedAt: last.finishedAt, durationMs: last.durationMs, outcome: last.outcome }
  const takesBack = given.kind === 'redeploy' || given.kind === 'repack'
  return { ...given, obstacles: given.obstacles ?? [], rescued: takesBack ? facts.rescued : [], lastRehearsal }
}

function validPoints({ restorePoints, now }: RecoveryFacts): readonly RestorePoint[] {
  return restorePoints
    .filter(({ expiresAt }) => Date.parse(expiresAt) > Date.parse(now))
    .toSorted((a, b) => Date.parse(b.rewindsTo) - Date.parse(a.rewindsTo))
    .map(({ id, label, rewindsTo, expiresAt, why }) => ({ id, label, rewindsTo, expiresAt, why }))
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
