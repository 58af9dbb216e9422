import type { GateKind } from '#domain/pipeline'
import type { Tier } from '#domain/solution'
import type { ChangeSize, ConditionFacts, HeldDemand } from './conditions.ts'
import type { Sourced } from './sourced.ts'
import { ours, stated } from './sourced.ts'

/** An emergency or hotfix, or by its size. */
type ClassName = 'emergency' | ChangeSize

/** Gates before a pet by the class of the change and the tier of its solution, beside those that the tier demands of every change. */
export type ChangeClassPolicy = Readonly<Record<ClassName, Readonly<Record<Tier, Sourced<readonly GateKind[]>>>>>

const table = 'change class × tier (adapted from FSI-AgentGov 2.3, three zones)'
const between = `${table} has no zone between the team's and the enterprise's`
const self = stated([], `${table}: the maker decides`)
const informed =
  'it also asks security there, whom TIER-05 informs of Tier 2 and asks from Tier 3 on; a pipeline that offers the gate may have it demanded'

/**
 * The table's "manager" is the gate `approval`, its "CAB" `cab`, its "security" and "security chief" `security`. Where the tier asks for more
 * than a cell does, the tier holds: a cell adds gates and takes none away.
 */
export const shippedChangeClasses: ChangeClassPolicy = {
  emergency: {
    1: self,
    2: ours(['approval'], `${table}: manager and security; ours: ${informed}`),
    3: ours(['approval', 'security'], `${between}; ours: what it asks of the team's`),
    4: stated(
      ['approval', 'security', 'cab'],
      `${table}: CAB and security chief; REL-12: the board is made up for afterwards where policy lets an emergency go past it`,
    ),
  },
  major: {
    1: self,
    2: ours(['approval'], `${table}: manager and security; ours: ${informed}`),
    3: ours(
      ['approval', 'security', 'cab'],
      'gate × tier matrix: CAB, Tier 3 for a major change only; what counts as major is ours: a rise of the first part of the version, or data that is destroyed',
    ),
    4: stated(['approval', 'cab'], `${table}: CAB`),
  },
  standard: {
    1: self,
    2: stated(['approval'], `${table}: manager`),
    3: ours(['approval', 'security'], `${between}; ours: what it asks of the enterprise's, since TIER-05 asks for security from Tier 3 on`),
    4: stated(['approval', 'security'], `${table}: manager and security`),
  },
  minor: {
    1: self,
    2: stated([], `${table}: the maker decides; PIP-05 has Tier 2 approved all the same`),
    3: ours(['approval'], `${between}; ours: what it asks of the enterprise's`),
    4: stated(['approval'], `${table}: manager`),
  },
}

const classes: readonly ClassName[] = ['emergency', 'major', 'standard', 'minor']

/**
 * What the cells of the table demand of a change. An emergency asks what its size asks, too: it is none the smaller for its haste. Fails closed:
 * of a size that could not be told all sizes hold.
 */
export function demandsOfClass(
  policy: ChangeClassPolicy,
  { tier, environment, change }: Pick<ConditionFacts, 'tier' | 'environment' | 'change'>,
): HeldDemand[] {
  if (environment.careClass !== 'pet') return []
  return classes.flatMap((name): HeldDemand[] => {
    const { value: gates, ...said } = policy[name][tier]
    const isSized = name !== 'emergency'
    const holds = isSized ? change.size === undefined || change.size === name : change.class === undefined || change.class === name
    if (!holds || gates.length === 0) return []
    const when = `tier == ${tier} && environment.careClass == "pet" && change.${isSized ? 'size' : 'class'} == "${name}"`
    const isUnknown = (isSized ? change.size : change.class) === undefined
    return [{ id: `changeClasses.${name}.${tier}`, demand: { ...said, value: { when, gates } }, isUnknown }]
  })
}
