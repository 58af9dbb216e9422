import { spawn } from 'node:child_process'
import { join } from 'node:path'

const bin = join(import.meta.dirname, '../../bin/drover.cjs')

export interface Ran {
  readonly code: number | string
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command line as a user does, in a folder. */
export function runDrover(args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd?: string): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bin, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd === undefined ? {} : { cwd }),
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.once('close', (code, signal) => resolve({ code: signal ?? code ?? -1, stdout, stderr }))
  })
}

/** A solution command as a machine reads it. */
export async function runSolution(...args: readonly string[]) {
  const ran = await runDrover(['solution', ...args, '--json'])
  const error =
    ran.stderr.trim() === '' ? undefined : (JSON.parse(ran.stderr) as { error: { code: string; message: string; hint: string } }).error
  return { code: ran.code, error, value: ran.stdout === '' ? undefined : JSON.parse(ran.stdout) }
}
