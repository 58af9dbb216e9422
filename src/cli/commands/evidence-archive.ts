import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { table } from '../render/table.ts'
import { timeText } from '../render/words.ts'

export const evidenceArchive: CommandSpec = {
  path: ['evidence', 'archive'],
  summary: 'archive evidence that is older than policy has it kept, and remove here what the archive holds',
  details:
    'Without --reason it shows what is due, and which legal holds there are. With it, it takes two platform-admins by policy, each signed in as themselves: the word of the first is recorded as a proposal, that of the second begins the work. The worker writes a pack of evidence of each promotion into the archive that drover.yaml names, with all bytes and without names, reads it back and verifies it; only then are bytes removed here that nothing else in the ledger names. The ledger itself stays whole. What runs somewhere, what it would go back to, and what a legal hold concerns stay.',
  options: [{ flags: '--reason <text>', description: 'why, for the record: propose it, or as the second person begin it' }],
  examples: [
    { command: 'drover evidence archive', what: 'see what is due' },
    { command: 'drover evidence archive --reason "yearly archive"', what: 'propose it, or as the second person begin it' },
  ],
  exits: ['refused'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const reason = context.option('reason')
    if (reason !== undefined) {
      const answer = await client.archiveEvidence({ reason })
      if (!answer.ok) return refused(answer)
      const { archiveId, promotions } = answer.value
      return done(
        answer.value,
        () => `Archive ${archiveId} has begun, with ${promotions.length} promotions; \`drover evidence archive\` says how far it is.\n`,
      )
    }
    const answer = await client.loadArchive()
    if (!answer.ok) return refused(answer)
    const { due, holds, running, last, folder } = answer.value
    return done(answer.value, (paint) => {
      const rows = due.map(({ promotionId, solution, version, keptUntil }) => [promotionId, `${solution} ${version}`, timeText(keptUntil)])
      const held = holds.map(({ subject, reason: why, by, at }) => [
        subject.kind === 'promotion' ? `promotion ${subject.promotionId}` : `solution ${subject.solution}`,
        why,
        `${by}, ${timeText(at)}`,
      ])
      return [
        `Archive: ${folder ?? 'none; drover.yaml names no `archive`'}${last === undefined ? '' : `; manifest ${last.number} is the newest (sha256 ${last.manifest})`}\n`,
        running === undefined ? '' : `Running: ${running.archiveId}, ${running.kept.length} kept, ${running.remaining.length} to go.\n`,
        table({ headings: ['DUE', 'WHAT', 'KEPT UNTIL'], rows, whenEmpty: 'Nothing is older than policy has it kept here.' }, paint),
        holds.length === 0 ? '' : table({ headings: ['LEGAL HOLD', 'REASON', 'PLACED'], rows: held, whenEmpty: '' }, paint),
      ].join('')
    })
  },
}
