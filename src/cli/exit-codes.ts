import { DroverError } from '#domain/kernel'

/** What the process answers; stable, so that pipelines can decide on it. */
export const exitCodes = {
  ok: { code: 0, meaning: 'done' },
  unexpected: { code: 1, meaning: 'something broke; the message says what' },
  usage: { code: 2, meaning: 'the command line was wrong' },
  refused: { code: 3, meaning: 'a rule said no; the reasons are listed' },
  notFound: { code: 4, meaning: 'what was named does not exist' },
  unreachable: { code: 5, meaning: 'no server answers, or the token is not accepted' },
  undecided: { code: 6, meaning: 'not finished in time, or nobody can tell yet (indeterminate)' },
  attention: { code: 7, meaning: 'done, and what it shows needs a word of somebody (only with --exit-code)' },
  interrupted: { code: 130, meaning: 'stopped by Ctrl-C; nothing was changed' },
} as const

/** The exit code for something that was thrown. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof DroverError)) return exitCodes.unexpected.code
  if (error.code === 'cli.usage') return exitCodes.usage.code
  if (error.code === 'file.absent') return exitCodes.notFound.code
  // A file that is not a solution is a "no" to the file, not a fault of Drover.
  if (error.code.startsWith('solution.')) return exitCodes.refused.code
  if (error.code === 'cli.interrupted') return exitCodes.interrupted.code
  if (error.code === 'cli.timeout') return exitCodes.undecided.code
  if (error.code === 'api.unreachable' || error.code === 'api.unauthorised' || error.code === 'cli.no-token')
    return exitCodes.unreachable.code
  return exitCodes.unexpected.code
}
