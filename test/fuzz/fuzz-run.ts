import fc from 'fast-check'
import type { Base } from './bases.ts'
import { type FuzzCase, fuzzCase } from './fuzz-case.ts'
import { judge } from './judge.ts'

export interface FuzzPlan {
  readonly seed: number
  /** Number of the first case; cases of a seed have the same number in every run. */
  readonly first: number
  readonly count: number
  /** The one case to run instead, as fast-check names it. */
  readonly path?: string
}

export interface Finding {
  /** Findings of one cause, as far as can be told, have one signature. */
  readonly signature: string
  readonly path: string
  readonly times: number
  readonly fuzzCase: FuzzCase
  readonly base: string
  readonly stack: string
}

export interface FuzzReport {
  readonly count: number
  /** How often cases of a kind ended in a way, by `kind result`. */
  readonly outcomes: Readonly<Record<string, number>>
  readonly findings: readonly Finding[]
  /** The case that took longest, in milliseconds. */
  readonly slowest: { readonly path: string; readonly ms: number }
}

/** Shrinking takes time; who has this many findings starts with these. */
const mostFindings = 12

/** Runs the cases of a plan; `onStart` is told the number of each before it begins. Findings are counted and shrunk, and end nothing. */
export async function runFuzz(plan: FuzzPlan, bases: readonly Base[], onStart: (number: number) => void = () => {}): Promise<FuzzReport> {
  const outcomes: Record<string, number> = {}
  const found = new Map<string, { number: number; times: number }>()
  let number = plan.first
  let slowest = { path: plan.path ?? String(plan.first), ms: 0 }
  const property = fc.asyncProperty(fuzzCase, async (one) => {
    onStart(number)
    const startedAt = performance.now()
    const key = await judge(one, bases).then(
      ({ kind, result }) => `${kind} ${result}`,
      (error: unknown) => {
        const signature = signatureOf(error)
        const known = found.get(signature) ?? { number, times: 0 }
        found.set(signature, { ...known, times: known.times + 1 })
        return `${one.kind} FINDING`
      },
    )
    const ms = performance.now() - startedAt
    if (ms > slowest.ms) slowest = { path: plan.path ?? String(number), ms }
    outcomes[key] = (outcomes[key] ?? 0) + 1
    number++
  })
  await fc.assert(property, { seed: plan.seed, path: plan.path ?? String(plan.first), numRuns: plan.count, endOnFailure: true })
  const findings: Finding[] = []
  for (const [signature, { number: at, times }] of [...found].slice(0, mostFindings)) {
    onStart(at)
    findings.push({ ...(await shrunk({ seed: plan.seed, path: plan.path ?? String(at), signature }, bases)), times })
  }
  return { count: number - plan.first, outcomes, findings, slowest }
}

/** The smallest case that ends with the same signature, found by walking from the case of this number. */
async function shrunk(origin: { seed: number; path: string; signature: string }, bases: readonly Base[]): Promise<Omit<Finding, 'times'>> {
  const failsAlike = fc.asyncProperty(fuzzCase, async (one) => {
    const error = await judge(one, bases).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    if (error !== undefined && signatureOf(error) === origin.signature) throw error
  })
  const options = { seed: origin.seed, path: origin.path, numRuns: 1, interruptAfterTimeLimit: 8_000 }
  const { counterexample, counterexamplePath, errorInstance } = await fc.check(failsAlike, options)
  const [smallest] = counterexample ?? fc.sample(fuzzCase, { seed: origin.seed, path: origin.path, numRuns: 1 })
  if (smallest === undefined) throw new Error(`No case has the path ${origin.path}.`)
  return {
    signature: origin.signature,
    path: counterexamplePath ?? origin.path,
    fuzzCase: smallest,
    base: bases[smallest.base % bases.length]?.name ?? '',
    stack: errorInstance instanceof Error ? (errorInstance.stack ?? '') : String(errorInstance),
  }
}

/** What was thrown, without the texts and numbers that differ from case to case, and where. */
function signatureOf(error: unknown): string {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  const frame = error instanceof Error && !message.includes('law: ') ? /\/(src\/[^):]+):/.exec(error.stack ?? '')?.[1] : undefined
  const short = message
    .split('\n')[0]
    ?.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, '…')
    .replace(/Entities\/[^/]*$/, 'Entities/…')
    .replace(/\d+/g, 'n')
    .replace(/[^ :]*\/[^:]*?(\.\w+)?$/, (path, end = '') => `${path.split('/')[0] ?? ''}/…${end}`.toLowerCase())
  return `${(short ?? '').slice(0, 120)}${frame === undefined ? '' : ` in ${frame}`}`
}
