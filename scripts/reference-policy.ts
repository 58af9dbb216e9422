import { gateKinds, gateName } from '#domain/pipeline'
import type { PolicyLeaf } from '#domain/policy'
import { demandedGates, findGuide, listLeaves, shippedPolicy, tellValue, unguided } from '#domain/policy'
import type { Tier } from '#domain/solution'
import type { Page } from './reference.ts'
import { code, table } from './reference-markdown.ts'

const tiers: readonly Tier[] = [1, 2, 3, 4]
const leaves = listLeaves(shippedPolicy)

export const policyPage: Page = {
  file: 'policy.md',
  madeFrom: 'src/domain/policy/shipped-policy.ts',
  render: () =>
    [
      '# Policy',
      `What Drover demands unless a configuration says otherwise: version ${code(shippedPolicy.version)}. Every value stands with its source and its status: *stated* where the source says it, *ours* where we chose it, with why. ` +
        '`drover policy show` prints what is in force; the section `policy:` of drover.yaml has the same shape, as much of it as is to be changed, each change with a reason. A change that asks for more takes one platform-admin; one that asks for less, or of which that cannot be told, takes two. ' +
        '`drover policy test <file>` says what another policy would have done with the promotions of the ledger.',
      '## Gates by tier',
      'Into a pet. *always*: before cattle too; *under a condition*: see below; *the way back*: as well known, and as tested, as the tier asks.',
      table(
        ['Gate', ...tiers.map((tier) => `Tier ${tier}`)],
        gateKinds
          .map((kind) => [gateName(kind), ...tiers.map((tier) => demandOf(tier, kind))])
          .filter(([, ...cells]) => cells.some((cell) => cell !== '–')),
      ),
      '## Change class and tier',
      'Into a pet, beside what the tier demands of every change; each with its source under `changeClasses` below. An emergency asks what its size asks, too, and a size that nobody can tell asks what any asks.',
      table(
        ['Class', ...tiers.map((tier) => `Tier ${tier}`)],
        Object.entries(shippedPolicy.changeClasses).map(([name, cells]) => [
          name,
          ...tiers.map((tier) => cells[tier].value.join(', ') || '–'),
        ]),
      ),
      '## Demands under a condition',
      'In CEL, over what is known of a promotion: `tier`, `stage`, `environment` (`id`, `careClass`, `purpose`), `change` (`class`, `size`, `destroys`, `kinds`), `release` (`solution`, `version`, `isFirst`), `requester` (`roles`) and `intent`. A condition that needs what could not be told holds. A gate that is offered with `whenDemanded: true` is asked where something demands it, and nowhere else. None is shipped: they are for configurations.',
      '## Where the sources disagree',
      table(
        ['', 'Question', 'Answers', 'Held here', 'Why', 'What follows'],
        Object.entries(shippedPolicy.positions).map(([id, { question, options, chosen, effect }]) => [
          id,
          question,
          Object.entries(options)
            .map(([option, says]) => `${code(option)}: ${says}`)
            .join('; '),
          code(chosen.value),
          `${chosen.status}: ${chosen.source}`,
          `${effects[effect.kind]}: ${effect.text}`,
        ]),
      ),
      '## Every value',
      ...sections(),
    ].join('\n\n'),
}

const effects = { setting: 'A setting', fixed: 'Fixed' } as const

function demandOf(tier: Tier, kind: (typeof gateKinds)[number]): string {
  const { everyStage } = shippedPolicy.tiers[tier]
  if (everyStage.value.includes(kind)) return 'always'
  if (demandedGates(shippedPolicy, tier, { careClass: 'pet' }).includes(kind))
    return kind === 'review-window' ? `${shippedPolicy.tiers[tier].reviewWindowHours.value} h` : 'yes'
  if (kind === 'recovery')
    return shippedPolicy.tiers[tier].recovery.value.kind === 'none' ? '–' : shippedPolicy.tiers[tier].recovery.value.kind
  const conditional = Object.values(shippedPolicy.changeClasses).some((cells) => cells[tier].value.includes(kind))
  return conditional ? 'under a condition' : '–'
}

function sections(): string[] {
  const parts = [...new Set(leaves.map(partOf))].filter((part) => part !== 'demands' && part !== 'positions')
  return parts.map((part) => {
    const rows = leaves.filter((leaf) => partOf(leaf) === part).map(rowOf)
    return `### ${code(part)}\n\n${table(['Path', 'What', 'Value', 'Weaker', 'Status', 'Source'], rows)}`
  })
}

function partOf({ path }: PolicyLeaf): string {
  const [first = '', second = ''] = path.split('.')
  if (first === 'tiers') return `tiers.${second}`
  return path.includes('.') ? first : 'for all'
}

function rowOf({ path, sourced }: PolicyLeaf): string[] {
  const { label, unit, weaker } = findGuide(path) ?? unguided
  const value = `${tellValue(sourced.value)}${unit === undefined ? '' : ` ${unit}`}`
  return [code(path), label, value, weakerWords[weaker], sourced.status, sourced.source]
}

const weakerWords = { less: 'less of it', more: 'more of it', either: 'either way' } as const
