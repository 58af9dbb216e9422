import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'

export const ledgerVerify: CommandSpec = {
  path: ['ledger', 'verify'],
  summary: 'recompute the hash chain of the ledger',
  details:
    'Recomputes every hash. A chain that does not hold means that an entry was changed after it was written; the first such entry is named.',
  examples: [{ command: 'drover ledger verify', what: 'verify it; exit code 3 when it does not hold' }],
  exits: ['refused'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.verifyLedger()
    if (!answer.ok) return refused(answer)
    const { entries, firstBroken } = answer.value
    if (firstBroken === undefined)
      return done(answer.value, (paint) => `${paint.green('✔')} The ledger holds: ${entries} ${entries === 1 ? 'entry' : 'entries'}.\n`)
    return done(
      answer.value,
      (paint) =>
        `${paint.red('✖')} The ledger does not hold: entry ${firstBroken} of ${entries} was changed, or one before it was taken out.\n`,
      3,
    )
  },
}
