import type { Role } from '#domain/people'
import type { ConditionKind } from '#domain/pipeline'
import type { Tier } from '#domain/solution'
import type { Sourced } from './sourced.ts'
import { ours, stated } from './sourced.ts'

/** The six roles of the wiki (BOLT). */
export type RaciRole = 'citizen-developer' | 'business-team' | 'platform-team' | 'tech-solution-team' | 'line-of-business-it' | 'security'

/** Accountable, responsible, consulted, informed. */
export type RaciLetter = 'A' | 'R' | 'C' | 'I'

/** What a role does in a tier. */
export interface RaciPart {
  readonly letters: readonly RaciLetter[]
  /** What it does, where the table says more than a letter. */
  readonly task?: string
}

/** Who stands for a role of the table in a configuration. */
export interface RaciFilling {
  readonly name: string
  /** Its name among the roles of SCALE-OPS, and in the platform. */
  readonly scaleOps: string
  readonly platform: string
  readonly by:
    | { readonly owner: 'solution' }
    | { readonly owner: 'environment'; readonly orRoles: readonly Role[] }
    | { readonly roles: readonly Role[] }
}

/** Who is accountable, responsible, consulted and informed. */
export interface RaciPolicy {
  readonly roles: Readonly<Record<RaciRole, Sourced<RaciFilling>>>
  /** Absent letters: the table says nothing of that role in that tier. */
  readonly table: Readonly<Record<RaciRole, Readonly<Record<Tier, Sourced<RaciPart>>>>>
  /** Who is accountable for each gate; `tier`: whoever is accountable for solutions of that tier. */
  readonly gates: Readonly<Record<ConditionKind, Sourced<RaciRole | 'tier'>>>
}

const roles = 'requirements §9.1: W-ROLE and W-STE'
/** What is to be said wherever the table is shown. */
export const raciCaveat =
  'The page that the table comes from was stored without its columns: which cells are empty is our reading of it (status S with that caveat).'
const table = 'requirements §9.1: W-ROLE; which cells are empty is our reading, since the stored table is flattened'

const shippedRoles: RaciPolicy['roles'] = {
  'citizen-developer': filling('Citizen developer', 'Maker', 'Environment maker', { owner: 'solution' }),
  'business-team': filling('Business team, solution owner', 'Solution owner', '', { owner: 'solution' }),
  'platform-team': filling(
    'Platform team (CoE)',
    'Platform owner, environment owner',
    'Power Platform admin, environment admin, pipeline administrator',
    { owner: 'environment', orRoles: ['platform-admin'] },
  ),
  'tech-solution-team': filling('Tech solution team', 'Support', '', { roles: ['maker'] }),
  'line-of-business-it': filling('Line-of-business IT', 'Pro developers, release', 'System administrator, customizer', {
    roles: ['release-manager'],
  }),
  security: filling('Security, compliance', '', 'DLP admin, auditor', { roles: ['security'] }),
}

const shippedTable: RaciPolicy['table'] = {
  'citizen-developer': { 1: part('AR'), 2: part(''), 3: part(''), 4: part('') },
  'business-team': { 1: part(''), 2: part('AR'), 3: part('R'), 4: part('I') },
  'platform-team': { 1: part('R', 'standards'), 2: part('R', 'onboarding'), 3: part('C'), 4: part('C') },
  'tech-solution-team': { 1: part('C', 'support'), 2: part('', 'routes to the platform team'), 3: part(''), 4: part('') },
  'line-of-business-it': { 1: part(''), 2: part('I'), 3: part('AR'), 4: part('AR') },
  security: {
    1: part('', 'periodic review'),
    2: part('I', 'informed, and periodic review'),
    3: part('', 'mandatory sign-off'),
    4: part('', 'mandatory sign-off'),
  },
}

const ofTier = ours<'tier'>('tier', 'ours: what the tier makes somebody accountable for (W-ROLE); no source names owners of single gates')

const shippedGates: RaciPolicy['gates'] = {
  checks: ofTier,
  settings: ofTier,
  preflight: ofTier,
  'previous-stage': ofTier,
  'version-rises': ofTier,
  'source-control': ofTier,
  'review-window': ofTier,
  recovery: ofTier,
  soak: ofTier,
  validation: ofTier,
  'in-force': ofTier,
  review: ofTier,
  'automated-tests': ofTier,
  'test-lead': ofTier,
  losses: ours('platform-team', 'ours: rows are those of the environment, and its owner answers for it (W-STE: environment owner)'),
  'change-window': ours('platform-team', 'ours: the owner of an environment says when it takes changes (after W-STE)'),
  tier: stated('platform-team', 'TIER-01: the CoE decides on tiers'),
  train: ours(
    'line-of-business-it',
    'ours: releases that travel together are run by release managers (SCALE-OPS: pro developers, release)',
  ),
  approval: stated('business-team', 'ROL-03: promotion is the decision right of the solution owner'),
  uat: ours(
    'business-team',
    'ours: REL-03 names no owner that could be seen; UAT is signed by the business owner in the gate × tier matrix',
  ),
  security: stated('security', 'TIER-05: security decides, recorded per release'),
  cab: ours('platform-team', 'ours: the board is convened by whoever owns the platform (after W-STE, platform owner)'),
  emergency: ours('platform-team', 'ours: the criteria for accelerating are set beforehand by the platform (REL-12)'),
}

export const shippedRaci: RaciPolicy = { roles: shippedRoles, table: shippedTable, gates: shippedGates }

function filling(name: string, scaleOps: string, platform: string, by: RaciFilling['by']): Sourced<RaciFilling> {
  return ours({ name, scaleOps, platform, by }, `${roles} state the names; who of a configuration stands for the role is ours`)
}

function part(letters: string, task?: string): Sourced<RaciPart> {
  // Only the four letters are written above.
  return stated({ letters: letters.split('') as RaciLetter[], ...(task === undefined ? {} : { task }) }, table)
}
