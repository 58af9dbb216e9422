import { createClient } from '#contract'
import type { Engine } from '#engine'
import type { Log } from '#engine/ports'
import { accessScopes } from '#domain/people'
import type { OfflineCommands } from '../../src/cli/deps.ts'
import { runCli } from '../../src/cli/run.ts'
import { createServer } from '../../src/server/create-server.ts'
import { personId } from './domain-builders.ts'

/** The command line before a server of its own, in which each token is the id of whoever comes with it. */
export interface CommandLine {
  drover(who: string, line: string): Promise<{ readonly code: number; readonly out: string; readonly err: string }>
  close(): Promise<void>
}

export async function openCommandLine({
  engine,
  deps: { log },
}: {
  readonly engine: Engine
  readonly deps: { readonly log: Log }
}): Promise<CommandLine> {
  const verifyToken = async (token: string) => ({ personId: personId(token), tokenId: 't-1', scopes: accessScopes })
  const app = createServer({ engine: { ...engine, verifyToken }, log })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    async drover(who, line) {
      let [out, err] = ['', '']
      const code = await runCli(line.split(' '), {
        createClient,
        // No command here works without the server.
        offline: { loadWorkspace: async () => undefined } as unknown as OfflineCommands,
        stdout: { write: (text) => void (out += text), isTerminal: false },
        stderr: { write: (text) => void (err += text), isTerminal: false },
        env: { DROVER_SERVER: url, DROVER_TOKEN: who },
        version: '0.1.0',
        signal: new AbortController().signal,
      })
      return { code, out, err }
    },
    close: () => app.close(),
  }
}
