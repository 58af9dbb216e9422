import type { LedgerVerificationReply } from '#contract'
import type { CommandSpec } from '../command.ts'
import { readTextFile } from '../files.ts'
import { done, refused } from '../outcome.ts'
import type { Paint } from '../render/paint.ts'

export const ledgerVerify: CommandSpec = {
  path: ['ledger', 'verify'],
  summary: 'recompute the ledger, and hold it against what was kept outside',
  details:
    'Recomputes every hash and reads every artifact, and names what was changed, removed, inserted, reordered, cut off or swapped. Somebody with the key who rebuilt the whole ledger is found out by an anchor alone: give one that was kept where they could not write.',
  options: [
    {
      flags: '--anchor <anchor>',
      description: 'a file of signed heads, tag:<name>@<repository> (tag:@<repository>: all of them), or a signed head as it is',
    },
    { flags: '--public-key <file>', description: 'PEM of the key that must have signed the anchors; default: that of the workspace' },
    { flags: '--without-artifacts', description: 'do not read the bytes of artifacts' },
  ],
  examples: [
    { command: 'drover ledger verify', what: 'verify it; exit code 3 when it does not hold' },
    { command: 'drover ledger verify --anchor /mnt/elsewhere/anchors.jsonl', what: 'also find out whether it was rebuilt' },
  ],
  exits: ['refused', 'notFound'],
  exitMeanings: { refused: 'the ledger does not hold' },
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const anchor = context.option('anchor')
    const keyFile = context.option('public-key')
    const answer = await client.checkLedger({
      anchors: anchor === undefined ? [] : await context.deps.offline.readAnchor(anchor),
      ...(keyFile === undefined ? {} : { publicKey: await readTextFile(keyFile) }),
      withArtifacts: !context.flag('without-artifacts'),
    })
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) => verificationText(answer.value, paint), answer.value.faults.length > 0 ? 3 : 0)
  },
}

function verificationText({ entries, faults, anchors, artifacts, unprovable }: LedgerVerificationReply, paint: Paint): string {
  const size = `${entries} ${entries === 1 ? 'entry' : 'entries'}`
  const head =
    faults.length === 0 ? `${paint.green('✔')} The ledger holds: ${size}.\n` : `${paint.red('✖')} The ledger of ${size} does not hold.\n`
  const wrong = faults.map(({ kind, message }) => `  ${paint.red(kind)}  ${message}\n`)
  const held = anchors.through === 0 ? '' : `  An anchor vouches for all up to entry ${anchors.through}.\n`
  const read = artifacts.checked === 0 ? '' : `  ${artifacts.checked} artifacts were held against their digests.\n`
  const gone = artifacts.removed === 0 ? '' : `  ${artifacts.removed} were removed after their retention; their digests stay.\n`
  return `${head}${wrong.join('')}${held}${read}${gone}Not proved by this:\n${unprovable.map((line) => `  ${line}\n`).join('')}`
}
