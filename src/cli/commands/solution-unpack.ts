import { DroverError } from '#domain/kernel'
import type { CommandContext, CommandSpec } from '../command.ts'
import type { UnpackReport } from '../deps.ts'
import { maxSizeOption, readOptions } from '../read-options.ts'
import { done } from '../outcome.ts'
import type { Paint } from '../render/paint.ts'
import { packagingExit, packagingExits } from '../packaging-exits.ts'

export const solutionUnpack: CommandSpec = {
  path: ['solution', 'unpack'],
  summary: 'turn a solution zip into files that a person can compare',
  details:
    "Writes the solution as source files, in SolutionPackager's layout or in that of Dataverse Git integration. All of them are written or none: a target that was there stays as it was until the new one is complete. What the layout has no place for is kept in .drover/carried.json. Needs no server and no environment.",
  arguments: [{ name: 'zip', description: 'path of the solution zip' }],
  options: [
    { flags: '--out <dir>', description: 'folder to write, new or empty', isRequired: true },
    {
      flags: '--type <type>',
      description: 'what the zip must be (default: what it is); both: X.zip with X_managed.zip beside it',
      choices: ['unmanaged', 'managed', 'both'],
    },
    { flags: '--managed <zip>', description: 'the managed zip of `--type both`, when it is not beside the other' },
    {
      flags: '--layout <layout>',
      description: 'xml: that of SolutionPackager; yaml: that of Git integration',
      choices: ['xml', 'yaml'],
      default: 'xml',
    },
    { flags: '--clean', description: 'replace the unpacked solution that the folder holds' },
    { flags: '--canvas-sources', description: 'also copies of the screens and formulas of canvas apps, to review; they are never packed' },
    { flags: '--map <file>', description: 'SolutionPackager mapping file: files that live outside of the folder, which are not written' },
    maxSizeOption,
  ],
  examples: [
    { command: 'drover solution unpack ContosoExpenses_1_2_0_0.zip --out src', what: 'write its files into ./src' },
    {
      command: 'drover solution unpack ContosoExpenses.zip --out src --type both --clean',
      what: 'replace them by those of both zips of a version',
    },
  ],
  exits: ['refused', 'notFound', 'interrupted'],
  exitMeanings: packagingExits,
  exitOf: packagingExit,
  needs: 'nothing',
  run: async (context) => {
    const bar = context.progressBar('Unpacking')
    try {
      const report = await context.deps.offline.unpackSolution(requestOf(context), bar.tell)
      for (const { code, message } of report.warnings) context.progress(`warning: ${message} [${code}]`)
      return done(report, (paint) => reportText(report, paint))
    } finally {
      bar.end()
    }
  },
}

function requestOf(context: CommandContext) {
  return {
    zip: context.argument(0),
    out: context.requiredOption('out'),
    type: typeOf(context),
    managed: context.option('managed'),
    layout: context.requiredOption('layout') as 'xml' | 'yaml',
    isClean: context.flag('clean'),
    withCanvasSources: context.flag('canvas-sources'),
    map: context.option('map'),
    ...readOptions(context),
    signal: context.deps.signal,
  }
}

/** Who names the managed zip beside the other wants both. */
function typeOf(context: CommandContext): 'unmanaged' | 'managed' | 'both' | undefined {
  // commander has let these choices pass only.
  const type = context.option('type') as 'unmanaged' | 'managed' | 'both' | undefined
  if (context.option('managed') === undefined || type === 'both') return type
  if (type === undefined) return 'both'
  throw new DroverError('cli.usage', `--managed names the second zip of \`--type both\`, and --type is ${type}.`, {
    hint: 'Leave one of them out.',
  })
}

function reportText(report: UnpackReport, paint: Paint): string {
  const carried = report.isCarrying ? '  What the layout has no place for is in .drover/carried.json; keep it with the rest.\n' : ''
  return `${paint.green('✔')} ${report.solution} ${report.version} (${report.type}): ${report.files} files in ${report.folder}\n${carried}`
}
