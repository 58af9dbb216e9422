import type { Sourced } from './sourced.ts'
import { ours, stated } from './sourced.ts'

/** A question on which the sources disagree, and what is held here. */
export interface Position {
  readonly question: string
  /** Answer → who says so. */
  readonly options: Readonly<Record<string, string>>
  readonly chosen: Sourced<string>
  /** What follows of it: another answer changes what Drover does; or none does, and another is refused. */
  readonly effect: { readonly kind: 'setting' | 'fixed'; readonly text: string }
}

/** The disagreements C1 to C10 of the sources. */
export type Positions = Readonly<Record<'C1' | 'C2' | 'C3' | 'C4' | 'C5' | 'C6' | 'C7' | 'C8' | 'C9' | 'C10', Position>>

export const shippedPositions: Positions = {
  C1: {
    question: 'Which environments are Managed Environments?',
    options: {
      'all-but-development': 'SCALE-OPS Containment: all but those of developers',
      'where-needed': 'Environment tier decision guide: only where it is needed, since it costs licences',
      'pipeline-targets': 'Microsoft: targets of its own pipelines must be',
    },
    chosen: ours(
      'where-needed',
      'ours: Drover deploys without the pipelines of the platform, so licences are spent where there is a reason',
    ),
    effect: {
      kind: 'setting',
      text: 'Which environments are said to be Managed ones, of every solution that has not decided otherwise; none is refused for it.',
    },
  },
  C2: {
    question: 'Are managed solutions demanded in production?',
    options: {
      'managed-unless-protective':
        'Managed, except into an environment whose recorded layer policy is protective (between Microsoft and ALM at Scale, who want managed, and the cow question of automatevalue.com)',
      'managed-only': 'Microsoft, ALM at Scale, spotsaas: always',
    },
    chosen: ours(
      'managed-unless-protective',
      'ours: managed is what can be taken out again; unmanaged needs a recorded decision of two people for one environment (PET-10)',
    ),
    effect: { kind: 'setting', text: 'managed-only refuses unmanaged work into protective environments too.' },
  },
  C3: {
    question: 'What is the Default environment for?',
    options: {
      'nothing-governed': 'Environment tier decision guide: admins only',
      'personal-productivity': 'Microsoft: personal and team productivity',
    },
    chosen: ours(
      'nothing-governed',
      'ours: everybody is a maker there, and that cannot be taken away, so nothing governed can be kept there',
    ),
    effect: {
      kind: 'setting',
      text: 'A solution whose way leads through the Default environment deviates from its structure: whatever its tier, or by personal-productivity from Tier 2 on.',
    },
  },
  C4: {
    question: 'May production be entered without a test stage?',
    options: {
      'test-required': 'ALM at Scale, Microsoft: a test environment is the floor',
      'lightweight-start': 'SCALE-OPS Scalability: developer, shared dev and production to begin with',
    },
    chosen: stated('test-required', 'TOP-02; ALM at Scale: a test environment is the floor of any healthy practice'),
    effect: { kind: 'fixed', text: 'Pipelines of Tier 2 and above need a test and a production stage; no answer changes that.' },
  },
  C5: {
    question: 'What is committed to source control?',
    options: {
      'unmanaged-source': 'Microsoft: unmanaged source; managed is build output',
      'managed-package': 'spotsaas: package as managed and commit',
    },
    chosen: stated('unmanaged-source', 'Microsoft Learn, solution concepts: the unmanaged solution is the source'),
    effect: {
      kind: 'fixed',
      text: 'The unpacked unmanaged source is committed; the managed artifact is kept by its digest; no answer changes that.',
    },
  },
  C6: {
    question: 'Is deploying the earlier version again a way back?',
    options: {
      'with-its-losses': 'SCALE-OPS Automation: yes; Microsoft warns that data is lost for good: so with each loss acknowledged',
      never: 'crmcurator.com: it is not the same thing',
    },
    chosen: ours(
      'with-its-losses',
      'ours: of the ways back it is the only one that needs no other environment; what it loses is told, acknowledged and saved',
    ),
    effect: { kind: 'setting', text: 'never refuses a recovery by redeployment; the other ways stay.' },
  },
  C7: {
    question: 'How many tiers are there, and of what?',
    options: {
      'four-tiers-and-builder-levels': 'BOLT: four tiers of solutions; spotsaas: three levels of builders beside them',
      'three-zones': 'FSI-AgentGov: three zones',
    },
    chosen: ours(
      'four-tiers-and-builder-levels',
      'ours: how far a person builds is no property of what was built, so the two are kept apart (TIER-10)',
    ),
    effect: { kind: 'fixed', text: 'A solution has one of four tiers, a person one of three levels; no answer changes that.' },
  },
  C8: {
    question: 'Must everything in production have come through the pipeline?',
    options: {
      'accept-outside-change': 'automatevalue.com, You don’t control the truth in production: others change it too, and are listed',
      'pipeline-only': 'GitOps: what came otherwise is undone',
    },
    chosen: ours(
      'accept-outside-change',
      'ours: vendors and Microsoft change production too; what nobody registered is found and somebody decides (PET-05, PET-07)',
    ),
    effect: { kind: 'fixed', text: 'Deviations are found, and reverted, adopted or accepted by a person; none is undone by itself.' },
  },
  C9: {
    question: 'What does silence of an owner lead to?',
    options: {
      'deletes-nothing': 'CoE Starter Kit: it goes to the manager, and never deletes',
      'deletes-after-a-week': 'Teams environments without a justification are deleted after seven days',
    },
    chosen: stated('deletes-nothing', 'LIF-08: silence never deletes in the CoE default'),
    effect: {
      kind: 'fixed',
      text: 'Nothing is deleted because nobody answered; a disposable environment goes at the end that its configuration names, of which people are warned.',
    },
  },
  C10: {
    question: 'Is user acceptance separate from test?',
    options: {
      'by-solution': 'ALM at Scale leaves it open: each solution says, and the highest tier has to keep them apart (TOP-03)',
      merged: 'The acceptance of the business is given in the test environment',
    },
    chosen: ours('by-solution', 'ours: ALM at Scale asks the question and leaves the answer to each product'),
    effect: {
      kind: 'setting',
      text: 'merged asks no solution for an environment of acceptance that has not decided on one; by-solution asks the highest tier for it.',
    },
  },
}

/** Why deploying an earlier version again is held for no way back (C6); undefined: it is one. */
export function findRedeployBar({ positions }: { readonly positions: Positions }): string | undefined {
  const { value, source } = positions.C6.chosen
  return value === 'never' ? source : undefined
}
