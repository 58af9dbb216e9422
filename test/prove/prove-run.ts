import { setTimeout as wait } from 'node:timers/promises'
import fc from 'fast-check'
import type { Organisation } from '../conformance/organisation.ts'
import { openLocal } from '../conformance/organisation.ts'
import { judge } from './judge.ts'
import type { Scene } from './scene.ts'
import { scene } from './scenes.ts'

export interface ProvePlan {
  readonly seed: number
  /** Number of the first case; cases of a seed have the same number in every run. */
  readonly first: number
  readonly count: number
  /** The one case to run instead, as fast-check names it. */
  readonly path?: string
}

/** A case in which what came to pass was not what was forecast. */
export interface Finding {
  readonly path: string
  readonly message: string
  readonly scene: Scene
}

export interface ProveReport {
  readonly count: number
  /** How many cases ended in a way, or had a forecast of a sort: a proof over cases of one sort alone would be none. */
  readonly tally: Readonly<Record<string, number>>
  readonly findings: readonly Finding[]
}

/** Shrinking takes time; who has this many findings starts with these. */
const mostFindings = 5

/** Plays the cases of a plan in one local environment, which is emptied between them. Findings are shrunk, and end nothing. */
export async function proveForecasts(plan: ProvePlan): Promise<ProveReport> {
  const organisation = await openLocal({ clockScale: 1000 })
  try {
    return await proveIn(organisation, plan)
  } finally {
    await organisation.close()
  }
}

async function proveIn(organisation: Organisation, plan: ProvePlan): Promise<ProveReport> {
  const tally: Record<string, number> = {}
  const failed: { readonly path: string; readonly message: string }[] = []
  let number = plan.first
  const property = fc.asyncProperty(scene, async (one) => {
    const path = plan.path ?? String(number)
    number++
    for (const word of await wordsOf(organisation, one).catch((error: unknown) => {
      failed.push({ path, message: messageOf(error) })
      return [`FINDING ${messageOf(error).slice(0, 120)}`]
    })) {
      tally[word] = (tally[word] ?? 0) + 1
    }
  })
  await fc.assert(property, { seed: plan.seed, path: plan.path ?? String(plan.first), numRuns: plan.count, endOnFailure: true })
  const findings: Finding[] = []
  for (const one of failed.slice(0, mostFindings)) findings.push(await shrunk(organisation, plan.seed, one))
  return { count: number - plan.first, tally, findings }
}

/** Judges the case in an empty environment, and gives what it was about, in a few words for the tally. */
async function wordsOf(organisation: Organisation, one: Scene): Promise<readonly string[]> {
  await empty(organisation)
  return judge(organisation, one)
}

async function empty(organisation: Organisation): Promise<void> {
  for (let tries = 0; ; tries++) {
    const answer = await organisation.control?.('POST', 'environments/dev/reset')
    if (answer !== undefined && answer.status < 300) return
    // A case whose time was up while it was shrunk may have left an import at work.
    if (tries > 200) throw new Error(`The environment could not be emptied: ${answer?.text}`)
    await wait(20)
  }
}

/** A finding that does not come again when it is played alone keeps its first message. */
async function shrunk(organisation: Organisation, seed: number, { path, message }: Omit<Finding, 'scene'>): Promise<Finding> {
  const property = fc.asyncProperty(scene, async (one) => {
    await wordsOf(organisation, one)
  })
  const options = { seed, path, numRuns: 1, interruptAfterTimeLimit: 10_000 }
  const { counterexample, counterexamplePath, errorInstance } = await fc.check(property, options)
  const [smallest] = counterexample ?? fc.sample(scene, { seed, path, numRuns: 1 })
  if (smallest === undefined) throw new Error(`There is no case ${path} of seed ${seed}.`)
  return { path: counterexamplePath ?? path, message: errorInstance == null ? message : messageOf(errorInstance), scene: smallest }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
