import type { Digest, Instant, Reason, Version } from '#domain/kernel'
import { compareVersions } from '#domain/kernel'
import { findPerson, personName } from '#domain/people'
import type { Configuration, GovernedSolution } from '#domain/pipeline'
import type { CompletionItemId, Policy } from '#domain/policy'
import type { Release } from '#domain/release'
import { findMissingSettings } from '#domain/settings'
import type { Tier } from '#domain/solution'
import type { SolutionReading, TierAssessment, TierHold } from '#domain/tier'
import type { CheckedStructure, CompletionStatus, ReleaseNote } from './structure.ts'

/** What is known of a solution when it is asked whether it is complete. */
export interface CompletionFacts {
  readonly governed: GovernedSolution
  readonly configuration: Configuration
  readonly policy: Policy
  /** The tier in force. */
  readonly tier: Tier
  readonly now: Instant
  readonly release: Release | undefined
  readonly reading: SolutionReading | undefined
  readonly assessment: TierAssessment
  readonly hold: TierHold | undefined
  readonly structure: readonly CheckedStructure[]
  /** What runs where the last stage goes; undefined where nothing of ours does. */
  readonly running: { readonly environment: string; readonly version: Version; readonly releaseId: string } | undefined
  /** Solutions that it needs and that are missing, by stage; undefined where the environments were not observed. */
  readonly missingSolutions: readonly string[] | undefined
  /** Tests of the bytes of its newest release. */
  readonly tests: { readonly by: string; readonly digest: Digest; readonly isReport: boolean } | undefined
  /** What is new in its newest release, as somebody wrote it. */
  readonly note: ReleaseNote | undefined
  /** How its last stage comes back from the newest release, as a promotion recorded it, or what is in its way. */
  readonly wayBack: { readonly text: string } | undefined
}

type Found = Pick<CompletionStatus, 'state' | 'by' | 'next'>

/** "Solution complete" (STR-14) as a checklist: each item with what proves it, who says it, or what to do. */
export function evaluateCompletion(facts: CompletionFacts): readonly CompletionStatus[] {
  return facts.policy.completion.items.map(({ value, source }) => {
    const found = evaluators[value.id](facts)
    return { id: value.id, text: value.text, isAdvice: found.state === 'missing' && facts.tier < value.from, ...found, source }
  })
}

/** Whether nothing that the tier demands is missing. */
export function isComplete(items: readonly CompletionStatus[]): boolean {
  return items.every(({ state, isAdvice }) => state !== 'missing' || isAdvice)
}

const evaluators: Readonly<Record<CompletionItemId, (facts: CompletionFacts) => Found>> = {
  owner: ({ governed, configuration }) =>
    findPerson(configuration.people, governed.owner) === undefined
      ? missing(`${governed.owner} is not declared`, 'Name somebody under people in drover.yaml, and apply it.')
      : proved(`${personName(configuration.people, governed.owner)} in drover.yaml`),
  'backup-owner': ({ governed, configuration }) =>
    governed.backupOwner === undefined
      ? missing('nobody is named', `Add backupOwner to ${governed.uniqueName} in drover.yaml, and apply it.`)
      : proved(`${personName(configuration.people, governed.backupOwner)} in drover.yaml`),
  description: ({ reading, release }) => {
    if (reading?.description !== undefined) return proved(`its manifest: ${firstLine(reading.description)}`)
    const why = release === undefined ? 'no release was sealed yet' : 'its manifest has none'
    return missing(why, 'Write what it is for into the description of the solution in Dev, and prepare a release.')
  },
  tier: evaluateTierItem,
  structure: evaluateStructureItem,
  settings: evaluateSettingsItem,
  dependencies: evaluateDependencies,
  checks: evaluateChecksItem,
  tests: ({ tests, governed }) => {
    if (tests === undefined)
      return missing(
        'none are known of its newest release',
        `Report them: \`drover promotion show\` names the gate of ${governed.uniqueName}.`,
      )
    return tests.isReport ? proved(tests.by) : { state: 'attested', by: tests.by }
  },
  version: evaluateVersionItem,
  'release-note': ({ release, note, governed }) => {
    if (release === undefined) return missing('no release was sealed yet', prepare(governed))
    if (note !== undefined) return { state: 'attested', by: `${note.by}: ${firstLine(note.text)}` }
    return missing(`release ${release.id} has none`, `Say what is new: \`drover solution complete ${governed.uniqueName} --note …\`.`)
  },
  'recovery-plan': ({ wayBack }) =>
    wayBack === undefined
      ? missing(
          'no promotion of its newest release into its last stage has recorded one',
          'Look with `drover recovery show`, and request the promotion.',
        )
      : proved(wayBack.text),
}

function evaluateTierItem({ assessment, hold, governed }: CompletionFacts): Found {
  const { tier, open, score } = assessment
  if (hold !== undefined)
    return missing(
      `it is held to Tier ${hold.tier}, and drover.yaml says ${hold.configured}`,
      `Set tier: ${hold.tier} in drover.yaml, or decide with \`drover tier decide ${governed.uniqueName}\`.`,
    )
  if (tier > governed.tier) return missing(`its answers give Tier ${tier}`, `Set tier: ${tier} for ${governed.uniqueName} in drover.yaml.`)
  if (open > 0) return missing(`${open} questions are open`, `See \`drover tier ${governed.uniqueName}\`, and answer those that are yours.`)
  return proved(`all questions are answered: score ${score}, Tier ${tier}, and drover.yaml says ${governed.tier}`)
}

function evaluateStructureItem({ structure, governed }: CompletionFacts): Found {
  const open = structure.filter(({ isDemanded, decision }) => isDemanded && decision === undefined).map(({ question }) => question)
  const deviating = structure.flatMap(({ deviations }) => deviations)
  if (open.length > 0) return missing(`undecided: ${open.join(', ')}`, `Decide with \`drover structure set ${governed.uniqueName}\`.`)
  if (deviating.length > 0) return missing(deviating.join(' '), 'Mend it, or decide otherwise, with the reason.')
  return {
    state: 'attested',
    by: structure.flatMap(({ question, decision }) => (decision ? [`${question}: ${decision.answer}`] : [])).join(', '),
  }
}

function evaluateSettingsItem({ release, governed, configuration }: CompletionFacts): Found {
  if (release === undefined) return missing('no release was sealed yet', prepare(governed))
  const pipeline = configuration.pipelines.find(({ id }) => id === governed.pipeline)
  const lacking = (pipeline?.stages ?? []).flatMap((stage): Reason[] => {
    const settings = governed.settings[stage.id] ?? { environmentVariables: {}, connectionReferences: {}, flows: {} }
    return findMissingSettings(release.settingsTemplate, settings).map(({ subject }) => ({ subject: stage.name, message: subject }))
  })
  if (lacking.length > 0)
    return missing(
      lacking.map(({ subject, message }) => `${message} in ${subject}`).join(', '),
      'Add the values to its settings in drover.yaml.',
    )
  return proved(`settings of ${pipeline?.stages.length ?? 0} stages fit release ${release.id}`)
}

function evaluateDependencies({ release, missingSolutions, governed }: CompletionFacts): Found {
  if (release === undefined) return missing('no release was sealed yet', prepare(governed))
  if (release.dependencies.length === 0) return proved(`release ${release.id} needs nothing of others`)
  if (missingSolutions === undefined) return missing('no environment of it was observed', 'Observe them with `drover observe`.')
  if (missingSolutions.length > 0) return missing(missingSolutions.join(', '), 'Bring them there first.')
  return proved('every solution that it needs was seen where it goes')
}

function evaluateChecksItem({ release, policy, now, governed }: CompletionFacts): Found {
  if (release === undefined) return missing('no release was sealed yet', prepare(governed))
  const age = Math.floor((Date.parse(now) - Date.parse(release.sealedAt)) / 86_400_000)
  if (release.report.verdict !== 'pass')
    return missing(`the checks of ${release.id} failed`, 'Mend the findings in Dev, and prepare a release.')
  if (age > policy.checksValidForDays.value) return missing(`they are ${age} days old`, prepare(governed))
  return proved(`${release.report.rules.length} rules on ${release.managed.digest.slice(0, 19)}, ${age} days ago`)
}

function evaluateVersionItem({ release, running, governed }: CompletionFacts): Found {
  if (release === undefined) return missing('no release was sealed yet', prepare(governed))
  const { version } = release
  if (running === undefined) return proved(`${version} is the first one`)
  if (running.releaseId === release.id) return proved(`${version} runs in ${running.environment}`)
  if (compareVersions(release.version, running.version) > 0)
    return proved(`${version} is above ${running.version} in ${running.environment}`)
  return missing(`${version} is not above ${running.version} in ${running.environment}`, prepare(governed))
}

function prepare({ uniqueName }: GovernedSolution): string {
  return `Prepare one: \`drover release create ${uniqueName}\`.`
}

function proved(by: string): Found {
  return { state: 'proved', by }
}

function missing(by: string, next: string): Found {
  return { state: 'missing', by, next }
}

function firstLine(text: string): string {
  const [line = ''] = text.split('\n')
  return line.length > 80 ? `${line.slice(0, 79)}…` : line
}
