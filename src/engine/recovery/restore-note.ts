import { errorMessage } from '#domain/kernel'
import type { OpenEnvironment, Row } from '#engine/ports'
import type { RecoveryRun } from './sandbox-run.ts'

/**
 * Leaves a note among the rows of a sandbox before its restore is sent. A restore replaces all rows, so where its answer is lost the note tells
 * what the name that came with it cannot: gone, the restore ran; still there, it did not. Gives its id, or null where none could be left.
 */
export async function leaveNote({ ctx, deps, workId }: RecoveryRun, sandbox: OpenEnvironment): Promise<string | null> {
  const id = await ctx.id()
  return ctx.step('restore-note', async () => {
    async function* note(): AsyncIterable<readonly Row[]> {
      yield [{ annotationid: id, subject: `Drover restores over this (${workId})` }]
    }
    try {
      await sandbox.writeRows({ table, columns: undefined, part: 'values', rows: note() })
      return (await isThere(sandbox, id)) ? id : null
    } catch (error) {
      // A sandbox that does not answer may be restored all the same; only a lost answer leaves a person to look then.
      deps.log.info('No note could be left in a sandbox before its restore.', { workId, why: errorMessage(error) })
      return null
    }
  })
}

/** Throws where the sandbox does not answer. */
export async function isThere(sandbox: OpenEnvironment, noteId: string): Promise<boolean> {
  return (await sandbox.readRowsById({ table, columns: ['subject'], ids: [noteId] })).length > 0
}

const table = 'annotation'
