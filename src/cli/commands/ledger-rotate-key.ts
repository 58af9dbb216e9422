import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'

export const ledgerRotateKey: CommandSpec = {
  path: ['ledger', 'rotate-key'],
  summary: 'have another key sign the ledger from now on',
  details:
    'For two platform-admins by policy, each signed in as themselves: the word of the first is recorded as a proposal, that of the second carries it out, as long as policy has it hold. The ledger is told of it by both keys, so what the old key signed still verifies, with either of them; what it signs of the ledger afterwards counts for nothing. The private half of the old key is gone then.',
  options: [
    { flags: '--reason <text>', description: 'why, for the record', isRequired: true },
    { flags: '--withdraw', description: 'take a proposal back that nobody has carried out' },
  ],
  examples: [{ command: 'drover ledger rotate-key --reason "yearly change"', what: 'propose it, or as the second person carry it out' }],
  exits: ['refused'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const reason = context.requiredOption('reason')
    if (context.flag('withdraw')) {
      const taken = await client.withdrawKeyProposal({ reason })
      if (!taken.ok) return refused(taken)
      return done(taken.value, () => `The proposal of ${taken.value.by} is taken back; the key stays.\n`)
    }
    const answer = await client.rotateKey({ reason })
    if (!answer.ok) return refused(answer)
    const { from, to } = answer.value
    return done(
      answer.value,
      () =>
        `Key ${to.keyId} signs from now on, in the place of ${from.keyId}.\nWrite it down: drover ledger anchors --public-key > drover.pem\n`,
    )
  },
}
