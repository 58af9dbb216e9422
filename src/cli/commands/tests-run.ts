import type { PromotionViewReply } from '#contract'
import { refuse, toId } from '#domain/kernel'
import type { CommandContext, CommandSpec } from '../command.ts'
import type { Outcome } from '../outcome.ts'
import { done, refused } from '../outcome.ts'
import { readFreshReports } from '../read-reports.ts'
import { promotionText } from '../render/promotion.ts'
import { runProgram } from '../run-program.ts'

export const testsRun: CommandSpec = {
  path: ['tests', 'run'],
  summary: 'run tests here and hand in their report',
  details:
    'Runs a command on this machine and hands in the report that it writes. The command finds in its environment where the artifact runs, in the stage before, and what it is: DROVER_ENVIRONMENT, DROVER_ENVIRONMENT_URL, DROVER_SOLUTION, DROVER_VERSION, DROVER_DIGEST, DROVER_PROMOTION. It gets no credentials. A command that fails although its report is green, or that writes none, opens nothing.',
  arguments: [
    { name: 'promotion', description: 'id of the promotion that waits' },
    { name: 'command', description: 'what to run, after --', isVariadic: true },
  ],
  options: [
    {
      flags: '--junit <file>',
      description: 'where the command writes its report; may be given more than once',
      isRequired: true,
      isList: true,
    },
    { flags: '--comment <text>', description: 'what is tested' },
  ],
  examples: [
    { command: 'drover tests run p-01JD3G --junit results.xml -- npm test', what: 'run the tests of this folder against the stage before' },
  ],
  exits: ['refused', 'notFound', 'interrupted'],
  needs: 'server',
  run: runTests,
}

async function runTests(context: CommandContext): Promise<Outcome> {
  const client = await context.client()
  const promotionId = toId<PromotionViewReply['promotion']['request']['promotionId']>(context.argument(0))
  const view = await client.loadPromotion({ promotionId })
  if (!view.ok) return refused(view)
  const command = context.rest(1)
  const begunAt = Date.now()
  const code = await runProgram(command, {
    env: { ...context.deps.env, DROVER_TOKEN: undefined, ...about(view.value) },
    signal: context.deps.signal,
  })
  const reports = await readFreshReports(context.list('junit'), begunAt)
  if (!reports.ok) return refused(reports)
  if (code !== 0 && !reports.value.some(({ xml }) => /<(?:\w+:)?(?:failure|error)\b/.test(xml)))
    return refused(
      refuse(
        'tests.command-failed',
        `${command.join(' ')} ended with code ${code}, and its report shows no failure; nothing was handed in.`,
        'Look at what the command said above.',
      ),
    )
  const answer = await client.reportTests({
    promotionId,
    reports: [...reports.value],
    command: command.join(' '),
    comment: context.option('comment') ?? '',
    // What these tests ran against is what was shown before they did.
    seen: view.value.seen,
  })
  if (!answer.ok) return refused(answer)
  return done(answer.value, (paint) => promotionText(answer.value, paint), answer.value.promotion.status.state === 'rejected' ? 3 : 0)
}

/** What the command is told; nothing of it is secret. */
function about({ promotion: { request }, previous }: PromotionViewReply): Readonly<Record<string, string>> {
  return {
    DROVER_PROMOTION: request.promotionId,
    DROVER_SOLUTION: request.solution,
    DROVER_VERSION: request.version,
    DROVER_DIGEST: request.boundTo.artifact,
    ...(previous === undefined ? {} : { DROVER_ENVIRONMENT: previous.environmentId, DROVER_ENVIRONMENT_URL: previous.url }),
  }
}
