import type { Observation, ObservedComponent, ObservedLayer, ObservedSolution } from '#domain/environment'
import type { Digest, Instant } from '#domain/kernel'
import type { Baseline, Deviation, DispositionState, DriftAssessment, ExpectedDeployment, Origin, Tweak } from './drift.ts'
import type { ForeignImport } from './foreign-imports.ts'
import type { ProtectionVerdict } from './protection.ts'

/** A connection that Drover bound when it deployed. */
export interface ExpectedBinding {
  readonly solution: string
  readonly logicalName: string
  readonly connectionId: string
}

/** All that an assessment is made from. */
export interface DriftFacts {
  readonly observation: Observation
  readonly observationDigest: Digest
  /** What the ledger says is deployed there. */
  readonly deployments: readonly ExpectedDeployment[]
  readonly bindings: readonly ExpectedBinding[]
  /** Unique names of all solutions that the configuration governs. */
  readonly governed: readonly string[]
  /** Those of them whose pipeline has a stage into the environment. */
  readonly arriving: readonly string[]
  readonly baseline: Baseline | undefined
  /** Those that have not ended; whether they have expired is judged here. */
  readonly tweaks: readonly Tweak[]
  /** Deviation id → how far its disposition is. */
  readonly dispositions: Readonly<Record<string, DispositionState>>
  /** Imports and uninstallations that were not ours (PIP-19). */
  readonly foreignImports: readonly ForeignImport[]
  /** `strict`: no change by hand is to be there at all (PET-10). */
  readonly isStrict: boolean
  /** Whether the block of unmanaged changes is as layer policy and ledger expect it; absent: nothing is expected. */
  readonly protection?: ProtectionVerdict | undefined
  /** The assessment before this one: what stayed the same keeps its time. */
  readonly previous: DriftAssessment | undefined
  readonly now: Instant
  /** Whose a solution is. */
  originOf(solution: ObservedSolution): Origin
  /** Why a layer by hand says nothing that anybody did; undefined when it may. */
  harmlessBecause(component: ObservedComponent, layer: ObservedLayer): string | undefined
  sha256(text: string): string
}

export interface Context extends DriftFacts {
  readonly ours: ReadonlySet<string>
  readonly byName: ReadonlyMap<string, ObservedSolution>
  readonly earlier: ReadonlyMap<string, Deviation>
}

export function contextOf(facts: DriftFacts): Context {
  return {
    ...facts,
    ours: new Set([...facts.governed, ...facts.deployments.map(({ solution }) => solution)].map(fold)),
    byName: new Map(facts.observation.solutions.map((solution) => [fold(solution.uniqueName), solution])),
    earlier: new Map((facts.previous?.deviations ?? []).map((deviation) => [deviation.id, deviation])),
  }
}

/** Names of solutions differ in more than case. */
export function fold(name: string): string {
  return name.toLowerCase()
}

/** A deviation before it is known since when it is there; `says` is all that it consists of. */
export type Found = Omit<Deviation, 'tweakId' | 'since' | 'digest'> & { readonly says: readonly string[] }

export function deviate(context: Context, found: Found): Deviation {
  const { says, ...rest } = found
  const digest = context.sha256(JSON.stringify([rest.id, ...says]))
  const earlier = context.earlier.get(rest.id)
  const since = earlier?.digest === digest ? earlier.since : (rest.when ?? context.observation.observedAt)
  return { ...rest, digest, tweakId: undefined, since }
}
