import type { PolicyTestPageReply } from '#contract'
import type { CommandContext, CommandSpec } from '../command.ts'
import { readTextFile } from '../files.ts'
import { done, refused } from '../outcome.ts'
import { policyTestText } from '../render/policy.ts'

type Told = PolicyTestPageReply['promotions'][number]
type Sums = PolicyTestPageReply['sums']

export const policyTest: CommandSpec = {
  path: ['policy', 'test'],
  summary: 'replay recorded promotions against a changed policy',
  details:
    'Takes a policy document, or a drover.yaml, and tells of each recorded promotion what would have become of it: stopped, and by which gate; held up longer, and for how many hours; passed sooner; or the same. What was not recorded then counts as unknown and is never guessed. Promotions that never began are only counted. Changes nothing.',
  arguments: [{ name: 'file', description: 'a policy document, or a drover.yaml' }],
  options: [{ flags: '--since <date>', description: 'only promotions that were asked for since, for example 2026-01-01' }],
  examples: [{ command: 'drover policy test policy.yaml --since 2026-01-01', what: 'what this policy would have cost this year' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const yaml = await readTextFile(context.argument(0))
    const since = context.option('since')
    const client = await context.client()
    const told: Told[] = []
    let [sums, version, after] = [undefined as Sums | undefined, '', undefined as number | undefined]
    do {
      const answer = await client.testPolicy({
        yaml,
        ...(since === undefined ? {} : { since: wholeInstant(since) }),
        ...(after === undefined ? {} : { after }),
      })
      if (!answer.ok) return refused(answer)
      told.push(...answer.value.promotions)
      sums = sums === undefined ? answer.value.sums : addSums(sums, answer.value.sums)
      version = answer.value.version
      after = answer.value.next
      tellProgress(context, sums)
    } while (after !== undefined)
    const data = { version, promotions: told, sums }
    return done(data, (paint) => policyTestText(data, paint))
  },
}

/** A day is meant from its beginning, in UTC. */
function wholeInstant(text: string): string {
  return /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text
}

function tellProgress({ progress }: CommandContext, { promotions }: Sums): void {
  if (promotions >= 100) progress(`${promotions} promotions replayed`)
}

function addSums(one: Sums, other: Sums): Sums {
  const tiers = [...new Set([...Object.keys(one.tiers), ...Object.keys(other.tiers)])].map((tier) => {
    const [a, b] = [one.tiers[tier], other.tiers[tier]]
    const sum = (of: 'promotions' | 'stopped' | 'delayHours'): number => (a?.[of] ?? 0) + (b?.[of] ?? 0)
    return [tier, { promotions: sum('promotions'), stopped: sum('stopped'), delayHours: sum('delayHours') }] as const
  })
  const outcome = (of: keyof Sums['outcomes']): number => one.outcomes[of] + other.outcomes[of]
  return {
    promotions: one.promotions + other.promotions,
    outcomes: {
      same: outcome('same'),
      stopped: outcome('stopped'),
      longer: outcome('longer'),
      sooner: outcome('sooner'),
      unknown: outcome('unknown'),
      'never-began': outcome('never-began'),
    },
    delayHours: one.delayHours + other.delayHours,
    savedHours: one.savedHours + other.savedHours,
    tiers: Object.fromEntries(tiers),
  }
}
