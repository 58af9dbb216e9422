import { signedHeadText } from '#domain/evidence'
import type { CommandSpec } from '../command.ts'
import { writeTextFile } from '../files.ts'
import { done, refused } from '../outcome.ts'

export const ledgerAnchor: CommandSpec = {
  path: ['ledger', 'anchor'],
  summary: 'sign the head of the ledger, to be kept outside',
  details:
    'Prints the signed head, and has the worker bring it to every place that drover.yaml names under anchors. Whoever keeps one where nobody of Drover can write can tell later whether what was before it is still as it was.',
  options: [{ flags: '--out <file>', description: 'also write it to this file' }],
  examples: [{ command: 'drover ledger anchor --out anchor.json', what: 'keep one yourself' }],
  exits: ['refused'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.anchorLedger({})
    if (!answer.ok) return refused(answer)
    const out = context.option('out')
    const text = `${signedHeadText(answer.value)}\n`
    if (out !== undefined) await writeTextFile(out, text)
    return done(answer.value, () => text)
  },
}
