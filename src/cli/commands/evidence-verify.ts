import type { CommandSpec } from '../command.ts'
import type { PackVerdict } from '../deps.ts'
import { done } from '../outcome.ts'
import type { Paint } from '../render/paint.ts'

export const evidenceVerify: CommandSpec = {
  path: ['evidence', 'verify'],
  summary: 'prove a pack of evidence, without a server',
  details:
    'Recomputes hashes, signatures and the place of each entry in the ledger; what approvals were bound to, and whether they counted by the rules that the promotion was asked for under; seals and provenance. Says what is proved, what is wrong, and what nobody can tell from the pack. Give an anchor and the key from where they were kept: those in the pack prove nothing about whoever made it. Of an archive each manifest must tell the one before, and each pack is proved.',
  arguments: [{ name: 'pack', description: 'zip that `drover evidence export` wrote, or the folder of an archive' }],
  options: [
    {
      flags: '--anchor <anchor>',
      description: 'a file of signed heads, tag:<name>@<repository> (tag:@<repository>: all of them), or a signed head as it is',
    },
    { flags: '--public-key <file>', description: 'PEM of the key that must have signed it; default: the one in the pack' },
  ],
  examples: [
    {
      command: 'drover evidence verify evidence.zip --anchor anchors.jsonl --public-key drover.pem',
      what: 'prove it; exit code 3 when something is wrong',
    },
  ],
  exits: ['refused', 'notFound', 'undecided'],
  exitMeanings: { refused: 'something in the pack is wrong', undecided: 'nothing is wrong, and the anchor says nothing about this pack' },
  needs: 'nothing',
  run: async (context) => {
    const anchor = context.option('anchor')
    const verdict = await context.deps.offline.verifyPack({
      pack: context.argument(0),
      anchors: anchor === undefined ? [] : [anchor],
      publicKey: context.option('public-key'),
    })
    return done(verdict, (paint) => verdictText(verdict, paint), exitOf[verdict.verdict])
  },
}

const exitOf = { holds: 0, open: 6, failed: 3 } as const

function verdictText({ verdict, findings, neverProvable }: PackVerdict, paint: Paint): string {
  const marks = { proved: paint.green('✔'), failed: paint.red('✖'), open: '?' } as const
  const order = { failed: 0, open: 1, proved: 2 } as const
  const lines = findings
    .toSorted((a, b) => order[a.state] - order[b.state])
    .map(({ state, subject, message }) => `${marks[state]} ${subject}: ${message}\n`)
  const end = verdict === 'failed' ? paint.red('The pack does not hold.') : 'The pack holds.'
  return `${lines.join('')}${end}\nNo pack can prove:\n${neverProvable.map((line) => `  ${line}\n`).join('')}`
}
