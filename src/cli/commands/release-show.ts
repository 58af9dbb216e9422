import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { releaseText } from '../render/release.ts'

export const releaseShow: CommandSpec = {
  path: ['release', 'show'],
  summary: 'show a release and how it was prepared',
  details: 'Shows the steps of its preparation, its artifacts by digest, the check report and what each stage has to provide.',
  arguments: [{ name: 'release', description: 'id of the release' }],
  options: [
    { flags: '--provenance', description: 'print where its artifacts come from, as signed in-toto statements (DSSE), a line each' },
  ],
  examples: [{ command: 'drover release show r-01JD3F', what: 'show it' }],
  exits: ['notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    if (context.flag('provenance')) {
      const provenance = await client.loadProvenance({ releaseId: toId(context.argument(0)) })
      if (!provenance.ok) return refused(provenance)
      return done(provenance.value, () => provenance.value.statements.map(({ envelope }) => `${JSON.stringify(envelope)}\n`).join(''))
    }
    const answer = await client.loadRelease({ releaseId: toId(context.argument(0)) })
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) => releaseText(answer.value, paint))
  },
}
