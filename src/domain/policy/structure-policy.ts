import type { Tier } from '#domain/solution'
import type { Sourced } from './sourced.ts'
import { ours, stated } from './sourced.ts'

export type StructureQuestionId = 'segmentation' | 'branching' | 'versioning' | 'uat' | 'managed-environments'

/** A decision on how a solution is cut and moved, which is recorded once and held against what is there. */
export interface StructureQuestion {
  readonly id: StructureQuestionId
  readonly text: string
  readonly answers: readonly { readonly answer: string; readonly text: string }[]
  /** From which tier on it has to be decided; below it is the owner's choice. */
  readonly from: Tier
}

export interface StructurePolicy {
  readonly questions: readonly Sourced<StructureQuestion>[]
  /** From which tier on acceptance has an environment of its own, unless it is decided otherwise. */
  readonly separateUatFrom: Sourced<Tier>
}

/** Ids of items of "solution complete"; what each is proved by is in `domain/structure`. */
export type CompletionItemId =
  | 'owner'
  | 'backup-owner'
  | 'description'
  | 'tier'
  | 'structure'
  | 'settings'
  | 'dependencies'
  | 'checks'
  | 'tests'
  | 'version'
  | 'release-note'
  | 'recovery-plan'

export interface CompletionItem {
  readonly id: CompletionItemId
  readonly text: string
  /** From which tier on it is demanded; below, it is advice. */
  readonly from: Tier
}

/** When a solution is called complete (STR-14). */
export interface CompletionPolicy {
  readonly items: readonly Sourced<CompletionItem>[]
}

export const shippedStructure: StructurePolicy = {
  questions: [
    stated(
      {
        id: 'segmentation',
        text: 'How is it cut?',
        answers: [
          { answer: 'single', text: 'one solution holds all of it' },
          { answer: 'independent', text: 'one of several solutions that share nothing' },
          { answer: 'layered-base', text: 'the base of layers: tables and what belongs to them' },
          { answer: 'layered-common', text: 'what several apps above it share' },
          { answer: 'layered-app', text: 'one app, on top of layers' },
        ],
        from: 2,
      },
      'STR-04: single / several independent / layered base → common → app; from which tier on is ours',
    ),
    stated(
      {
        id: 'branching',
        text: 'Where does its source grow?',
        answers: [
          { answer: 'trunk', text: 'on one branch' },
          { answer: 'release-flow', text: 'on one branch, with short ones for releases and hotfixes' },
          { answer: 'environment-branches', text: 'on a long-lived branch for each environment' },
        ],
        from: 3,
      },
      'STR-13: branch strategy declared per solution, trunk or release flow preferred; Tier 3 is where source control is a must',
    ),
    stated(
      {
        id: 'versioning',
        text: 'Who raises its version?',
        answers: [
          { answer: 'raise', text: 'Drover, before each export' },
          { answer: 'keep', text: 'its maker' },
        ],
        from: 2,
      },
      'STR-12 and STR-13; that it is recorded besides is ours',
    ),
    stated(
      {
        id: 'uat',
        text: 'Do people accept it in an environment of its own?',
        answers: [
          { answer: 'separate', text: 'yes, another one than where it is tested' },
          { answer: 'merged', text: 'no, where it is tested' },
        ],
        from: 3,
      },
      'TOP-03 and C10: UAT separate or merged is an explicit setting per product',
    ),
    stated(
      {
        id: 'managed-environments',
        text: 'Which of its environments are Managed Environments?',
        answers: [
          {
            answer: 'where-needed',
            text: 'those for which a reason is told: production data, enforced checks, outside users, regulated data',
          },
          { answer: 'pipeline-targets', text: 'all that releases go into' },
          { answer: 'all-but-development', text: 'all but those for development' },
        ],
        from: 2,
      },
      'C1: all but developer environments, only where needed since it costs licences, or all targets of pipelines; TOP-07, TOP-08',
    ),
  ],
  separateUatFrom: ours(4, 'TOP-03: required separate for Tier 4, as a proposal'),
}

const definition = 'STR-14 lists it'

export const shippedCompletion: CompletionPolicy = {
  items: [
    stated({ id: 'owner', text: 'It has an owner who is declared', from: 1 }, `${definition}; ROL-01`),
    ours({ id: 'backup-owner', text: 'Somebody stands in for its owner', from: 2 }, 'ROL-01: backup owner for tier 2 and above'),
    stated({ id: 'description', text: 'It says what it is for', from: 2 }, definition),
    stated({ id: 'tier', text: 'Its tier rests on answers, and nothing higher is proposed', from: 1 }, `${definition}; TIER-01, TIER-02`),
    ours({ id: 'structure', text: 'Its structure is decided', from: 2 }, 'STR-04, STR-13, TOP-03'),
    stated({ id: 'settings', text: 'Each variable and reference has its value for every stage', from: 1 }, `${definition}; STR-10`),
    stated({ id: 'dependencies', text: 'What it needs of others is there', from: 1 }, `${definition}; STR-15`),
    stated({ id: 'checks', text: 'Its newest release passed the checks, and lately', from: 2 }, `${definition}; PIP-07`),
    stated(
      { id: 'tests', text: 'Tests of it were passed', from: 4 },
      `${definition}; gate × tier matrix: automated tests must from Tier 4`,
    ),
    stated({ id: 'version', text: 'Its newest release is above what runs', from: 1 }, `${definition}; STR-12`),
    stated({ id: 'release-note', text: 'Its newest release says what is new', from: 3 }, definition),
    stated({ id: 'recovery-plan', text: 'Its way back is known', from: 2 }, `${definition} (rollback plan); REL-08`),
  ],
}
