import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import { readTextFile } from './files.ts'

/** Largest report of tests that is read, in bytes; what the server takes. */
const largestReport = 10_000_000

export interface ReportFile {
  readonly name: string
  readonly xml: string
}

export async function readReports(paths: readonly string[]): Promise<readonly ReportFile[]> {
  return Promise.all(paths.map(async (path) => ({ name: basename(path), xml: await readTextFile(path, largestReport) })))
}

/** Reports that a run has just written: one that is absent, or older than the run, tells of another. */
export async function readFreshReports(paths: readonly string[], begunAt: number): Promise<Result<readonly ReportFile[]>> {
  for (const path of paths) {
    const written = await stat(path).catch(() => undefined)
    // Whole seconds are all that some file systems keep.
    if (written !== undefined && written.mtimeMs >= Math.floor(begunAt / 1000) * 1000) continue
    return refuse(
      'tests.no-report',
      written === undefined ? `The command wrote no report to ${path}.` : `The report ${path} is older than the command that was run.`,
      'Name the file that the tests write their report to, and let them write it each time.',
    )
  }
  return accept(await readReports(paths))
}
