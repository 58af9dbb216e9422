import type { PromotionId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { readReports } from '../read-reports.ts'
import { promotionText } from '../render/promotion.ts'

export const testsReport: CommandSpec = {
  path: ['tests', 'report'],
  summary: 'hand in a report of tests that opens the gate of tests',
  details:
    "Hands in one or more reports in JUnit's XML form, of tests that ran where this very artifact is: the stage before. No failure is the yes of whoever the gate names, and any failure the no, which ends the promotion. A report without a test that ran, one that cannot be read, or one that is older than the artifact is refused.",
  arguments: [{ name: 'promotion', description: 'id of the promotion that waits' }],
  options: [
    {
      flags: '--junit <file>',
      description: 'the report; may be given more than once for several of one run',
      isRequired: true,
      isList: true,
    },
    { flags: '--comment <text>', description: 'what was tested' },
  ],
  examples: [
    { command: 'drover tests report p-01JD3G --junit results.xml', what: 'hand in what a test run in the Test environment wrote' },
    {
      command: 'drover tests report p-01JD3G --junit api.xml --junit screens.xml --comment "Nightly run 812"',
      what: 'hand in two reports of one run',
    },
  ],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const reports = await readReports(context.list('junit'))
    const client = await context.client()
    const promotionId = toId<PromotionId>(context.argument(0))
    // A report is of an artifact: what else the promotion shows now, its waivers among it, is named for it.
    const view = await client.loadPromotion({ promotionId })
    if (!view.ok) return refused(view)
    const answer = await client.reportTests({
      promotionId,
      reports: [...reports],
      seen: view.value.seen,
      comment: context.option('comment') ?? '',
    })
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) => promotionText(answer.value, paint), answer.value.promotion.status.state === 'rejected' ? 3 : 0)
  },
}
