import type { CommandContext, CommandSpec } from '../command.ts'
import type { PackReport } from '../deps.ts'
import { maxSizeOption, readOptions, solutionOption } from '../read-options.ts'
import { done } from '../outcome.ts'
import { packagingExit, packagingExits } from '../packaging-exits.ts'
import type { Paint } from '../render/paint.ts'

export const solutionPack: CommandSpec = {
  path: ['solution', 'pack'],
  summary: 'make a solution zip of source files',
  details:
    'Reads an unpacked solution, in either layout, and writes the zip that can be imported. The same files give the same bytes, whatever the clock or the machine. An existing zip is replaced only by a finished one. Needs no server and no environment.',
  arguments: [{ name: 'dir', description: 'folder of the unpacked solution' }],
  options: [
    { flags: '--out <zip>', description: 'zip to write', isRequired: true },
    {
      flags: '--type <type>',
      description: 'which zip (default: what the folder holds; unmanaged when it holds both); both: X.zip and X_managed.zip',
      choices: ['unmanaged', 'managed', 'both'],
    },
    { flags: '--version <version>', description: 'version to give the solution, for example 1.2.3.4' },
    solutionOption,
    { flags: '--map <file>', description: 'SolutionPackager mapping file: files that live outside of the folder, and where' },
    maxSizeOption,
  ],
  examples: [
    { command: 'drover solution pack src --out ContosoExpenses.zip', what: 'pack ./src' },
    {
      command: 'drover solution pack src --out ContosoExpenses.zip --type both --version 1.3.0.0',
      what: 'the unmanaged and the managed zip of a new version',
    },
  ],
  exits: ['refused', 'notFound', 'interrupted'],
  exitMeanings: packagingExits,
  exitOf: packagingExit,
  needs: 'nothing',
  run: async (context) => {
    const bar = context.progressBar('Packing')
    try {
      const report = await context.deps.offline.packSolution(requestOf(context), bar.tell)
      for (const { code, message } of report.warnings) context.progress(`warning: ${message} [${code}]`)
      if (report.warnings.length > 0) context.progress(`${report.warnings.length} warnings encountered`)
      return done(report, (paint) => reportText(report, paint))
    } finally {
      bar.end()
    }
  },
}

function requestOf(context: CommandContext) {
  return {
    folder: context.argument(0),
    out: context.requiredOption('out'),
    // commander has let these choices pass only.
    type: context.option('type') as 'unmanaged' | 'managed' | 'both' | undefined,
    version: context.option('version'),
    map: context.option('map'),
    ...readOptions(context),
    signal: context.deps.signal,
  }
}

function reportText(report: PackReport, paint: Paint): string {
  return report.zips
    .map(({ path, type, files, bytes }) => `${paint.green('✔')} ${completed[type]} ${path}: ${files} files, ${bytes} bytes\n`)
    .join('')
}

/** SolutionPackager's words. */
const completed = { unmanaged: 'Unmanaged Pack complete.', managed: 'Managed Pack complete.' }
