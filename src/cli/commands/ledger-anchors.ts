import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { table } from '../render/table.ts'
import { timeText } from '../render/words.ts'

export const ledgerAnchors: CommandSpec = {
  path: ['ledger', 'anchors'],
  summary: 'show where signed heads of the ledger are kept, and the key that signs them',
  details: 'Write the public key down where nobody of Drover can change it: packs of evidence and anchors are held against it.',
  options: [{ flags: '--public-key', description: 'print the public key alone, in PEM' }],
  examples: [{ command: 'drover ledger anchors --public-key > drover.pem', what: 'write the key down' }],
  exits: [],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.loadAnchors()
    if (!answer.ok) return refused(answer)
    const { newest, places, keyId, publicKey } = answer.value
    if (context.flag('public-key')) return done(answer.value, () => publicKey)
    return done(answer.value, (paint) => {
      const made =
        newest === undefined ? 'No anchor was made yet.' : `Newest: entry ${newest.signed.head.sequence} at ${timeText(newest.at)}.`
      const rows = places.map(({ place, kept, failure }) => [
        place,
        kept === undefined ? 'nothing yet' : `entry ${kept.sequence} at ${timeText(kept.at)}`,
        failure === undefined ? '' : `${failure.message} (${failure.tries} tries)`,
      ])
      return `${made}\nKey: ${keyId}\n${table({ headings: ['PLACE', 'HOLDS', 'FAILED'], rows, whenEmpty: 'drover.yaml names no anchors: nobody outside can tell whether the ledger was rebuilt.' }, paint)}`
    })
  },
}
