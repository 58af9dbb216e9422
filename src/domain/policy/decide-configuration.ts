import type { Instant, PersonId, Reason, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Person } from '#domain/people'
import { hasRole, personName } from '#domain/people'
import type { Configuration, ConfigurationChange } from '#domain/pipeline'
import { diffConfigurations, evaluateTopology } from '#domain/pipeline'
import { evaluateBuilderLevels } from './evaluate-builder-levels.ts'
import { evaluateLayerPolicies } from './evaluate-layer-policies.ts'
import { evaluatePipelineAgainstTier } from './evaluate-pipeline.ts'
import { evaluateRoles } from './evaluate-roles.ts'
import { evaluateStaffing } from './evaluate-staffing.ts'
import { diffDeciders } from './diff-deciders.ts'
import { diffOpeners } from './diff-openers.ts'
import { diffPolicies } from './judge-change.ts'
import type { Policy } from './policy.ts'
import { applyOverride } from './policy-in-force.ts'
import { shippedPolicy } from './shipped-policy.ts'

export interface ConfigurationCommand {
  /** The configuration in force; undefined before the first. */
  readonly before: Configuration | undefined
  readonly after: Configuration
  readonly actor: PersonId
  /** The people in force with the roles that they have at this moment; absent: those of `before`. */
  readonly acting?: readonly Person[] | undefined
  /** A second platform-admin who stands behind the proposal; needed for what weakens a guard or says who may open one. */
  readonly confirmedBy?: PersonId | undefined
  readonly policy?: Policy
  /** Absent: what is over cannot be told from what is not. */
  readonly now?: Instant
}

export interface ConfigurationDecision {
  readonly changes: readonly ConfigurationChange[]
  /** `propose`: it comes into force when a second platform-admin confirms it. */
  readonly outcome: 'apply' | 'propose'
}

/** Whether a proposed configuration comes into force: the topology must fit, each pipeline must offer what its tiers demand, and the right people must ask. */
export function decideConfiguration(command: ConfigurationCommand): Result<ConfigurationDecision> {
  const unfit = evaluateTopology(command.after)
  if (unfit.length > 0) {
    return refuse(
      unfitCode(unfit),
      'The configuration was not applied: its topology does not fit together.',
      'Correct each of the named places in drover.yaml and apply it again.',
      unfit,
    )
  }
  const policy = applyOverride(command.policy ?? shippedPolicy, command.after.policy)
  const misfits = evaluateRoles(command.after, policy)
  if (misfits.length > 0) {
    return refuse(
      'ROL-03',
      'The configuration was not applied: a gate names people without a role that fits it.',
      'Name others, or give the named people the role if it is theirs.',
      misfits,
    )
  }
  const unlayered = evaluateLayerPolicies(command.after)
  if (unlayered.length > 0) {
    return refuse(
      'PET-10',
      'The configuration was not applied: the layer policy of an environment does not fit what goes into it.',
      'Choose register, the default, or strict; or let one owner answer for all that goes in.',
      unlayered,
    )
  }
  const beyond = evaluateBuilderLevels(command.after, policy)
  if (beyond.length > 0) {
    return refuse(
      'TIER-10',
      'The configuration was not applied: somebody would own a solution beyond what they build.',
      'Name another owner, or change the level of the person if it has risen.',
      beyond,
    )
  }
  const below = findPipelinesBelowTier(command.after, policy)
  if (below.length > 0) {
    return refuse(
      'TIER-04',
      'The configuration was not applied: a pipeline offers less than the tier of its solution demands.',
      'Add the named gates with the people who decide them, or give the solution another pipeline.',
      below,
    )
  }
  const frozen = findTooManyFreezes(command.after, policy)
  if (frozen.length > 0) {
    return refuse(
      'PIP-24',
      'The configuration was not applied: a stage has more freezes than anybody can keep in mind.',
      'Remove those that are over, or join those that touch.',
      frozen,
    )
  }
  const changes = [
    ...diffConfigurations(command.before, command.after, command.now),
    ...diffPolicies(command.policy ?? shippedPolicy, command.before?.policy, command.after.policy),
    ...diffOpeners(command.before, command.after, policy),
    ...diffDeciders(command.before, command.after, policy),
  ]
  const needsTwo = command.before !== undefined && changes.some((change) => change.authority === 'two-people')
  const outcome = needsTwo && command.confirmedBy === undefined ? 'propose' : 'apply'
  return evaluateAuthority(command, changes) ?? accept({ changes, outcome })
}

/** Each look at whether a stage is open goes through all of them. */
function findTooManyFreezes({ pipelines }: Configuration, { changes }: Policy): Reason[] {
  const { value, source } = changes.freezesAtMost
  return pipelines.flatMap(({ name, stages }) =>
    stages.flatMap((stage) => {
      const count = stage.freezes?.length ?? 0
      if (count <= value) return []
      return [
        { subject: `stage ${stage.name} of pipeline ${name}`, message: `It has ${count} freezes, and ${value} are taken (${source}).` },
      ]
    }),
  )
}

function findPipelinesBelowTier(configuration: Configuration, policy: Policy): Reason[] {
  return configuration.solutions.flatMap((solution) => {
    const pipeline = configuration.pipelines.find((candidate) => candidate.id === solution.pipeline)
    if (pipeline === undefined) return []
    const missing = evaluatePipelineAgainstTier(pipeline, configuration.environments, solution, policy)
    return missing.length > 0 ? missing : evaluateStaffing(pipeline, solution, { configuration, policy })
  })
}

/** Undefined: the actor, and where needed a second person, may apply these changes. Who may is read from the configuration in force, never from the proposal. */
function evaluateAuthority(command: ConfigurationCommand, changes: readonly ConfigurationChange[]): ReturnType<typeof refuse> | undefined {
  const { before, after, actor, confirmedBy, acting } = command
  const people = acting ?? (before ?? after).people
  if (changes.length > 0 && !hasRole(people, actor, 'platform-admin')) {
    return refuse(
      'configuration.not-authorised',
      `${personName(people, actor)} may not apply this configuration: a platform-admin has to.`,
      'Ask a platform-admin to apply it.',
      changes.map(asReason),
    )
  }
  if (before === undefined || confirmedBy === undefined) return undefined
  const sensitive = changes.filter((change) => change.authority === 'two-people')
  if (confirmedBy === actor) {
    return refuse(
      'configuration.confirmed-by-self',
      `${personName(people, actor)} cannot be both the one who proposes and the one who confirms.`,
      'Have another platform-admin confirm it.',
      sensitive.map(asReason),
    )
  }
  if (!hasRole(people, confirmedBy, 'platform-admin')) {
    return refuse(
      'configuration.not-authorised',
      `${personName(people, confirmedBy)} may not confirm it: a platform-admin has to.`,
      'Have another platform-admin confirm it.',
      sensitive.map(asReason),
    )
  }
  return undefined
}

function asReason(change: ConfigurationChange): Reason {
  return { subject: change.subject, message: change.text }
}

/** The rule that the reasons name when they all name the same; TOP-01 stands for a mixture. */
function unfitCode(reasons: readonly Reason[]): string {
  const rules = new Set(reasons.map((reason) => /^[A-Z]+-\d\d(?=:)/.exec(reason.message)?.[0]))
  const [only] = rules
  return rules.size === 1 && only !== undefined ? only : 'TOP-01'
}
