import type { CommandSpec } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { done } from '../outcome.ts'
import { table } from '../render/table.ts'

export const dataCheck: CommandSpec = {
  path: ['data', 'check'],
  summary: 'say what is in a package of configuration data, and whether it can be used',
  details:
    'Reads a package of the Configuration Migration tool, with a drover_data.json beside it or without: tables in the order of loading, rows, what is to be deleted, what it points to and does not hold, and what keeps it from being used. Needs no server and no environment; whether a target has what it points to, the plan of a promotion says.',
  arguments: [{ name: 'package', description: 'folder, or zip' }],
  examples: [{ command: 'drover data check data/permits', what: 'check it before it is committed; exit code 3 when it cannot be used' }],
  exits: ['refused', 'notFound'],
  exitMeanings: { refused: 'it cannot be used; the output says why' },
  needs: 'nothing',
  run: async (context) => {
    const checked = await context.deps.offline.checkConfigurationData(context.argument(0))
    const { tables, problems, notes, outside } = checked
    const rows = tables.map((each) => [each.table, String(each.rows), String(each.deletes), each.changedInTarget])
    const told = (title: string, lines: readonly string[]): string =>
      lines.length === 0 ? '' : `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`
    const say = (reasons: typeof problems): readonly string[] => reasons.map(({ subject, message }) => `${subject}: ${message}`)
    return done(
      checked,
      (paint) =>
        table({ headings: ['TABLE', 'ROWS', 'DELETES', 'CHANGED IN TARGET'], rows, whenEmpty: 'No tables.' }, paint) +
        told(
          paint.bold('Has to be in each target'),
          outside.map((one) => `${one.table} ${one.id}${one.key === undefined ? '' : `, found by ${one.key.join(', ')}`}`),
        ) +
        told(paint.bold('Is not brought'), say(notes)) +
        told(paint.red('Keeps it from being used'), say(problems)),
      problems.length > 0 ? exitCodes.refused.code : exitCodes.ok.code,
    )
  },
}
