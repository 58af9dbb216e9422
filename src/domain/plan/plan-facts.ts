import type {
  Count,
  Environment,
  InstalledSolution,
  ObservedConnectorPolicy,
  ObservedDataPolicy,
  ObservedState,
  Unseen,
} from '#domain/environment'
import type { Refusal, Version } from '#domain/kernel'
import type { Release } from '#domain/release'
import type { Carrier } from '#domain/solution'
import type { DesiredFlowState, StageSettings } from '#domain/settings'
import type { FlowUses } from './flow-uses.ts'
import type { ContentForecast } from './forecast-content.ts'
import type { PlanLine } from './plan.ts'

/** Everything a plan is made from; nothing else may influence it. */
export interface PlanFacts {
  readonly release: Release
  /** The environment that was observed. */
  readonly environment: Pick<Environment, 'id' | 'url'> & Partial<Pick<Environment, 'name' | 'layerPolicy'>>
  /** Whether it blocks unmanaged changes (undefined inside: it does not tell); absent where its layer policy does not ask. */
  readonly unmanagedBlock?: { readonly isBlocked: boolean | undefined } | undefined
  readonly stageSettings: StageSettings
  /** Data policies that apply to the target; undefined when they could not be read. */
  readonly dataPolicies?: { readonly policies: readonly ObservedDataPolicy[] } | undefined
  /** Advanced connector policies of the target and its environment group; undefined when they could not be read. */
  readonly connectorPolicies?: { readonly policies: readonly ObservedConnectorPolicy[] } | undefined
  /** Flow id in lower case → what it does that rules of data policies are about; absent where flows were not looked into. */
  readonly flowUses?: Readonly<Record<string, FlowUses>> | undefined
  readonly observed: ObservedState
  /** What happens to the target's components; undefined when they were not read, and then nothing is known of them. */
  readonly content?: PlannedContent | undefined
  /** `kind:key` of what the target's solution holds and the release has no longer, where `content` does not say it. */
  readonly removedComponents: 'unknown' | readonly string[]
  /** Whether rows, values or links go with what is removed; undefined when it is not known, which counts as yes. */
  readonly losesData?: boolean | undefined
  /** The same bytes that ran there before go over a higher version: an update that the platform may refuse. */
  readonly isRedeployment?: boolean
  /** Whether the tier stages an upgrade that destroys data (`policy.tiers[tier].stagesUpgrades`). */
  readonly stagesUpgrades?: boolean
  /** For how many days a check report counts (`policy.checksValidForDays`); absent where its age is nobody's question. */
  readonly checksValidForDays?: number
  /**
   * Flow id → the state that the last successful promotion of this solution into this environment wanted ({@link desiredFlowStates} of its plan);
   * undefined when Drover never brought it here.
   */
  readonly earlierFlows: Readonly<Record<string, DesiredFlowState>> | undefined
  /** What goes in before it with the same train, and is not there yet; absent: nothing. */
  readonly arriving?: readonly ArrivingSolution[] | undefined
  /** What the arriving, and what Drover brought to the target before, have; absent: not looked at. */
  readonly carriers?: readonly Carrier[] | undefined
}

/** A solution of which another version goes in first. */
export interface ArrivingSolution {
  readonly uniqueName: string
  readonly version: Version
}

/** The forecast for the target's components, with what was counted. */
export interface PlannedContent {
  readonly forecast: ContentForecast
  /** Answers to the forecast's questions, in their order. */
  readonly counts: readonly Count[]
  readonly unseen: readonly Unseen[]
  /** Schema names of variables that have a value there other than the one of the settings, which replaces it. */
  readonly replacedValues?: readonly string[]
  /** Of what the plan touches: hex sha256. */
  readonly fingerprint: string
}

/** What one question of the plan contributes. */
export interface PlanPart {
  readonly lines: readonly PlanLine[]
  readonly blockers: readonly Refusal[]
}

/** Solution names are compared without regard to case, as the platform does. */
export function findInstalled(observed: Pick<ObservedState, 'solutions'>, uniqueName: string): InstalledSolution | undefined {
  return observed.solutions.find((solution) => solution.uniqueName.toLowerCase() === uniqueName.toLowerCase())
}
