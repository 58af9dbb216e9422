import { spawn } from 'node:child_process'
import { DroverError, errorMessage } from '#domain/kernel'

/** Runs a program here, with what it needs in its environment, and gives its exit code. What it says goes to stderr, since stdout is the command's own. */
export function runProgram(
  command: readonly string[],
  { env, signal }: { readonly env: Readonly<Record<string, string | undefined>>; readonly signal: AbortSignal },
): Promise<number> {
  const [program = '', ...args] = command
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...env }, stdio: ['inherit', 2, 2], signal })
    child.on('error', (error) =>
      reject(
        new DroverError(
          signal.aborted ? 'cli.interrupted' : 'tests.not-run',
          signal.aborted ? 'The tests were stopped.' : `${program} cannot be run: ${errorMessage(error)}`,
          { hint: 'Write the command after --, as you would type it here.', cause: error },
        ),
      ),
    )
    child.on('close', (code) => resolve(code ?? 1))
  })
}
