import type { CheckReport } from '#domain/check'
import { DroverError } from '#domain/kernel'
import type { Tier } from '#domain/solution'
import type { CommandContext, CommandSpec } from '../command.ts'
import { readTextFile, writeTextFile } from '../files.ts'
import { maxSizeOption, readOptions, solutionOption } from '../read-options.ts'
import { done, refused } from '../outcome.ts'
import type { Paint } from '../render/paint.ts'
import { table } from '../render/table.ts'
import { stateText } from '../render/words.ts'

export const solutionCheck: CommandSpec = {
  path: ['solution', 'check'],
  summary: 'run the quality rules of Drover on a solution',
  details:
    "Runs Drover's own rules and says pass or fail for the tier. They are not Microsoft's solution checker and do not replace it. Needs no server and no environment, and so knows no policy in force: name the drover.yaml, or what `drover policy show --yaml` printed.",
  arguments: [{ name: 'solution', description: 'zip, or folder of an unpacked solution in either layout' }],
  options: [
    { flags: '--tier <tier>', description: 'how strictly: 1 personal to 4 enterprise', choices: ['1', '2', '3', '4'], default: '2' },
    {
      flags: '--policy <file>',
      description: 'a drover.yaml or policy document by which findings block (default: the policy as it is shipped)',
    },
    { flags: '--sarif <file>', description: 'also write the findings as SARIF 2.1.0, for code scanning' },
    solutionOption,
    maxSizeOption,
  ],
  examples: [
    {
      command: 'drover solution check ContosoExpenses_1_2_0_0.zip --tier 3',
      what: 'check it as a Tier 3 solution; exit code 3 when it fails',
    },
    { command: 'drover solution check ContosoExpenses_1_2_0_0.zip --sarif findings.sarif', what: 'write a SARIF file as well' },
  ],
  exits: ['refused', 'notFound'],
  exitMeanings: {
    ok: 'checked, and the verdict is pass',
    refused: 'the verdict is fail, or what was named cannot be read as a solution; the output says which',
  },
  needs: 'nothing',
  run: async (context) => {
    const policyFile = context.option('policy')
    const policy = policyFile === undefined ? undefined : await readTextFile(policyFile)
    const checked = await context.deps.offline.checkSolution(context.argument(0), readTier(context), { ...readOptions(context), policy })
    if (!checked.ok) return refused(checked)
    const { report, sarif } = checked.value
    const sarifFile = context.option('sarif')
    if (sarifFile !== undefined) await writeTextFile(sarifFile, `${JSON.stringify(sarif, null, 2)}\n`)
    return done(report, (paint) => reportText(report, paint), report.verdict === 'pass' ? 0 : 3)
  },
}

function readTier(context: CommandContext): Tier {
  const tier = context.numberOption('tier')
  if (tier === 1 || tier === 2 || tier === 3 || tier === 4) return tier
  throw new DroverError('cli.usage', '--tier takes 1, 2, 3 or 4.', { hint: 'Run it with --help to see what it takes.' })
}

function reportText(report: CheckReport, paint: Paint): string {
  const rows = report.findings.map((finding) => [finding.severity, finding.ruleId, finding.subject, finding.message])
  const fails = report.failsFrom === undefined ? 'nothing fails it at this tier' : `${report.failsFrom} findings and above fail it`
  return `${paint.bold(`${report.solution} ${report.version}`)}  ${stateText(report.verdict, paint)}  (${report.rules.length} rules; ${fails})\n${table({ headings: ['SEVERITY', 'RULE', 'WHERE', 'WHAT'], rows, whenEmpty: 'No findings.' }, paint)}`
}
