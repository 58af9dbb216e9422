import fc from 'fast-check'
import type { Organisation } from '../conformance/organisation.ts'
import { deployer, openLocal } from '../conformance/organisation.ts'
import type { ProvePlan } from './prove-run.ts'
import type { Deed, Sequence } from './sequence.ts'
import { sequence } from './sequence.ts'
import { beliefAtFirst, isHeld, judgeDeed } from './sequence-judge.ts'
import type { Play } from './sequence-play.ts'
import { act, ours } from './sequence-play.ts'
import { commandsOf } from './sequence-words.ts'
import { lookAtProduction } from './sequence-sight.ts'
import { openSequence } from './sequence-world.ts'

/** A sequence after which something did not hold. */
export interface SequenceFinding {
  readonly path: string
  readonly message: string
  readonly scene: Sequence
  /** What people would type, a line a step, and what else happened. */
  readonly commands: readonly string[]
}

export interface SequenceReport {
  readonly count: number
  /** How often each deed ended in a way. */
  readonly tally: Readonly<Record<string, number>>
  readonly findings: readonly SequenceFinding[]
}

const mostFindings = 3

/** Plays the sequences of a plan, each in an emptied production and a ledger of its own. Findings are shrunk, and end nothing. */
export async function proveSequences(plan: ProvePlan): Promise<SequenceReport> {
  const organisation = await openLocal({ clockScale: 1000, clients: [{ ...deployer, isAdministrator: true }] })
  try {
    return await proveIn(organisation, plan)
  } finally {
    await organisation.close()
  }
}

/** Plays sequences after which something did not hold once; throws what does not hold. */
export async function proveKept(sequences: readonly Sequence[]): Promise<void> {
  const organisation = await openLocal({ clockScale: 1000, clients: [{ ...deployer, isAdministrator: true }] })
  try {
    for (const one of sequences) await play(organisation, one)
  } finally {
    await organisation.close()
  }
}

async function proveIn(organisation: Organisation, plan: ProvePlan): Promise<SequenceReport> {
  const tally: Record<string, number> = {}
  const failed: { readonly path: string; readonly message: string }[] = []
  let number = plan.first
  const property = fc.asyncProperty(sequence, async (one) => {
    const path = plan.path ?? String(number)
    number++
    await play(organisation, one, tally).catch((error: unknown) => {
      failed.push({ path, message: messageOf(error) })
      tally[`FINDING ${messageOf(error).slice(0, 120)}`] = (tally[`FINDING ${messageOf(error).slice(0, 120)}`] ?? 0) + 1
    })
  })
  await fc.assert(property, { seed: plan.seed, path: plan.path ?? String(plan.first), numRuns: plan.count, endOnFailure: true })
  const findings: SequenceFinding[] = []
  for (const one of failed.slice(0, mostFindings)) findings.push(await shrunk(organisation, plan.seed, one))
  return { count: number - plan.first, tally, findings }
}

async function play(organisation: Organisation, one: Sequence, tally: Record<string, number> = {}): Promise<void> {
  const world = await openSequence(organisation, one)
  const stage: Play = { world, flowInStage: one.flowInStage, sealed: [], promotions: [], neighbours: 0 }
  let at = 0
  const beginning = `begins ${one.begins}${one.stages ? ', upgrades staged' : ''}`
  tally[beginning] = (tally[beginning] ?? 0) + 1
  try {
    let before = await lookAtProduction(organisation, ours)
    let belief = beliefAtFirst(one)
    for (const deed of one.steps) {
      const wasHeld = await isHeld(stage)
      const done = await act(stage, deed)
      const word = `${wordOf(deed)}: ${done.word}`
      tally[word] = (tally[word] ?? 0) + 1
      const after = await lookAtProduction(organisation, ours)
      belief = await judgeDeed({ play: stage, deed, done, before, after, belief, wasHeld })
      before = after
      at++
    }
  } catch (error) {
    throw new Error(`step ${at + 1}, ${wordOf(one.steps[at])}: ${messageOf(error)}`, { cause: error })
  } finally {
    await world.close()
  }
}

function wordOf(deed: Deed | undefined): string {
  if (deed === undefined) return 'end'
  const trouble = 'trouble' in deed && deed.trouble.kind !== 'none' ? ` that ${deed.trouble.kind}` : ''
  return `${deed.deed}${deed.deed === 'rollback' ? ` ${deed.way ?? ''}` : ''}${trouble}`
}

/** A finding that does not come again when it is played alone keeps its first message. */
async function shrunk(
  organisation: Organisation,
  seed: number,
  { path, message }: Pick<SequenceFinding, 'path' | 'message'>,
): Promise<SequenceFinding> {
  const property = fc.asyncProperty(sequence, (one) => play(organisation, one))
  const options = { seed, path, numRuns: 1, interruptAfterTimeLimit: 30_000 }
  const { counterexample, counterexamplePath, errorInstance } = await fc.check(property, options)
  const [smallest] = counterexample ?? fc.sample(sequence, { seed, path, numRuns: 1 })
  if (smallest === undefined) throw new Error(`There is no case ${path} of seed ${seed}.`)
  return {
    path: counterexamplePath ?? path,
    message: errorInstance == null ? message : messageOf(errorInstance),
    scene: smallest,
    commands: commandsOf(smallest),
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
