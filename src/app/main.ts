import { runCli } from '#cli'
import { offlineCommands } from './offline-commands.ts'
import { productVersion } from './product-version.ts'

/** The command line: returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort())
  return runCli(argv, {
    createClient: async (options) => (await import('#contract')).createClient(options),
    offline: offlineCommands,
    stdout: { write: (text) => void process.stdout.write(text), isTerminal: process.stdout.isTTY === true },
    stderr: { write: (text) => void process.stderr.write(text), isTerminal: process.stderr.isTTY === true },
    env: process.env,
    version: productVersion,
    signal: stopping.signal,
  })
}
