import fc from 'fast-check'
import { judgeArrival } from './governance-oracle.ts'
import type { Entry } from './governance-facts.ts'
import type { Move } from './governance-moves.ts'
import { temptations } from './governance-kept.ts'
import { governance } from './governance-moves.ts'
import { act, production } from './governance-play.ts'
import type { Stage } from './governance-play.ts'
import { openGovernance } from './governance-world.ts'
import type { ProvePlan } from './prove-run.ts'

export interface GovernanceFinding {
  readonly path: string
  readonly message: string
  readonly scene: readonly Move[]
  readonly commands: readonly string[]
}

export interface GovernanceReport {
  readonly count: number
  /** How often each move ended in a way, and what arrived in production. */
  readonly tally: Readonly<Record<string, number>>
  readonly findings: readonly GovernanceFinding[]
}

const mostFindings = 3
const sequences = governance(temptations.flatMap(({ tempted, rightly }) => [tempted, [...tempted, ...rightly]]))

/** Plays the sequences of a plan, each in a world of its own: every fifth time one person is everybody. Findings are shrunk, and end nothing. */
export async function proveGovernance(plan: ProvePlan): Promise<GovernanceReport> {
  const tally: Record<string, number> = {}
  const failed: { readonly path: string; readonly message: string }[] = []
  let number = plan.first
  const property = fc.asyncProperty(sequences, fc.integer({ min: 0, max: 4 }), async (moves, mode) => {
    const path = plan.path ?? String(number)
    number++
    await play(moves, mode === 0, tally).then(undefined, (error: unknown) => void failed.push({ path, message: messageOf(error) }))
  })
  await fc.assert(property, { seed: plan.seed, path: plan.path ?? String(plan.first), numRuns: plan.count, endOnFailure: true })
  const findings: GovernanceFinding[] = []
  for (const one of failed.slice(0, mostFindings)) findings.push(await shrunk(plan.seed, one))
  return { count: number - plan.first, tally, findings }
}

/** Plays a sequence in a world of its own, and says how many releases arrived in production. Throws where one should not have. */
export async function playOnce(moves: readonly Move[]): Promise<number> {
  return play(moves, false)
}

/** Throws where something arrived in production that nobody had opened the way for. */
async function play(moves: readonly Move[], isAlone: boolean, tally: Record<string, number> = {}): Promise<number> {
  const count = (word: string): void => void (tally[word] = (tally[word] ?? 0) + 1)
  const world = await openGovernance(isAlone ? 'pat' : undefined)
  let turn = 0
  const stage: Stage = {
    ...{ world, releases: new Map(), promotions: new Map(), shown: new Map() },
    ...{ trainId: undefined, waiverId: undefined, delegation: undefined },
    // Whoever is alone can make up somebody else, too.
    as: (name) => (isAlone ? (name === 'ghost' || (name !== 'pat' && turn++ % 3 === 1) ? 'ghost' : 'pat') : name),
  }
  const inAdvance: readonly Move[] = isAlone
    ? [{ move: 'configure', by: 'pat', second: undefined, change: { kind: 'ghost', who: 'pat', of: 'Permits' } }]
    : [] // prettier-ignore
  for (const move of [...inAdvance, ...moves]) {
    const seen = world.arrivals.length
    const word = await act(stage, move)
    count(`${isAlone ? 'alone: ' : ''}${move.move === 'configure' ? `configure ${move.change.kind}` : move.move}: ${word}`)
    if (word.startsWith('FINDING')) throw new Error(word)
    for (const arrival of world.arrivals.slice(seen)) {
      if (arrival.lane !== production) continue
      const entries = (await world.events()) as readonly Entry[] // as JSON
      const missing = judgeArrival(entries, arrival, world.arrivals.slice(0, world.arrivals.indexOf(arrival)))
      count(`arrived: ${describe(entries, arrival.importJobId)}`)
      if (missing.length > 0) throw new Error(`It went into production, and ${missing.join('; ')}.`)
      if (isAlone) throw new Error('One person brought it into production.')
    }
  }
  return world.arrivals.filter(({ lane }) => lane === production).length
}

function describe(entries: readonly Entry[], importJobId: string): string {
  const job = entries.find(({ type, data }) => type === 'job-recorded' && data.importJobId === importJobId)
  const own = entries.filter(({ stream }) => stream === job?.stream)
  const request = own.find(({ type }) => type === 'promotion-requested')?.data.request
  const started = own.findLast(({ type }) => type === 'attempt-started')?.data
  const before = entries.filter(
    ({ type, data }) =>
      type === 'promotion-requested' && data.request.environmentId === 'prod' && data.request.solution === request.solution,
  )
  const how = [
    request.intent?.kind ?? 'release',
    ...(request.train === undefined ? [] : ['in a train']),
    ...((started.waivers ?? []).length > 0 ? ['by a waiver'] : []),
    ...(before.some(
      ({ stream }) => stream !== job?.stream && entries.some((entry) => entry.stream === stream && entry.type === 'attempt-succeeded'),
    )
      ? ['as the next']
      : []),
    ...(started.resumes === undefined ? [] : ['resumed']),
    ...(own.some(({ type, data }) => type === 'approval-decided' && data.decision.onBehalfOf !== undefined) ? ['by a deputy'] : []),
  ]
  return `Tier ${request.tier}, ${how.join(', ')}`
}

async function shrunk(seed: number, { path, message }: Pick<GovernanceFinding, 'path' | 'message'>): Promise<GovernanceFinding> {
  const property = fc.asyncProperty(sequences, fc.integer({ min: 0, max: 4 }), async (moves, mode) => void (await play(moves, mode === 0)))
  const { counterexample, counterexamplePath, errorInstance } = await fc.check(property, {
    seed,
    path,
    numRuns: 1,
    interruptAfterTimeLimit: 30_000,
  })
  const [scene = []] = counterexample ?? []
  const told = errorInstance == null ? message : messageOf(errorInstance)
  return { path: counterexamplePath ?? path, message: told, scene, commands: scene.map((move) => JSON.stringify(move)) }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
