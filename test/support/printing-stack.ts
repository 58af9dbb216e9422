import { fork } from 'node:child_process'
import { join } from 'node:path'
import { issueTokenIn, openWorkspace } from './product.ts'
import type { RunningDrover } from './product.ts'

export interface PrintingStack {
  readonly drover: RunningDrover
  /** A token of the workspace; one that lives for less than nothing is expired. */
  issueToken(person: string, expiresInSeconds: number): Promise<string>
  /** All that its processes wrote to standard output and standard error so far. */
  printed(): Buffer
  stop(): Promise<void>
}

const entry = join(import.meta.dirname, 'stack-process.mjs')
const tokenLifetimeSeconds = 3600

/** A stack whose every printed byte is kept; the processes that it starts inherit its streams. */
export async function startPrintingStack(folder: string, env: Readonly<Record<string, string>>): Promise<PrintingStack> {
  const { DATABASE_URL: _embeddedOnly, ...inherited } = process.env
  const child = fork(entry, [folder], {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: ['--disable-warning=DeprecationWarning'],
  })
  const chunks: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const urls = await new Promise<{ readonly url: string; readonly platformUrl: string }>((resolve, reject) => {
    // Sent by stack-process.mjs alone.
    child.once('message', (message) => resolve(message as { readonly url: string; readonly platformUrl: string }))
    void ended.then(() => reject(new Error(`The stack ended before it was ready: ${Buffer.concat(chunks).toString()}`)))
  })
  const workspace = await openWorkspace(folder)
  const issueToken = async (person: string, expiresInSeconds: number) =>
    (await issueTokenIn(folder, { person, hours: expiresInSeconds / 3600 })).token
  return {
    // Rehearsals use addresses, workspace and tokens; whatever else a stack has stays in its process.
    drover: { ...urls, workspace, issueToken: (person: string) => issueToken(person, tokenLifetimeSeconds) } as unknown as RunningDrover,
    issueToken,
    printed: () => Buffer.concat(chunks),
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
