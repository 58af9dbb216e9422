import type { CommandSpec } from '../command.ts'
import { followRestore } from '../follow-restore.ts'
import { done, refused } from '../outcome.ts'
import { placesText, rescueText } from '../render/rescue.ts'

export const rescueRestore: CommandSpec = {
  path: ['rescue', 'restore'],
  summary: 'write rescued rows and values back into their environment',
  details:
    'Writes rows under their own ids, then what points from one to another. The tables and columns must be there again: bring a version that has them first. Rows keep id, values, lookups, owner, state and creation date; who created them, versions, audit history, shares, notes and files do not come back. Nothing that is there is overwritten: a row that never went and a value that people have entered since stay, and are counted. Plug-ins and flows that listen to these tables run as rows are written; switch off those that must not. What the environment refuses is listed by id and code. It may be done again. For data owners of the environment, and for platform-admins who give a reason.',
  arguments: [{ name: 'rescue', description: 'id of the rescue' }],
  options: [
    { flags: '--table <table>', description: 'only this table, by its logical name' },
    { flags: '--reason <text>', description: 'why; needed of who is no data owner' },
    { flags: '--dry-run', description: 'say what would be written, and write nothing' },
    { flags: '--wait', description: 'wait until it has ended' },
    { flags: '--timeout <seconds>', description: 'how long to wait', default: '3600' },
  ],
  examples: [
    { command: 'drover rescue restore rescue-01JD3H --dry-run', what: 'see whether everything has a place again' },
    { command: 'drover rescue restore rescue-01JD3H --wait', what: 'write it back, and show what could not be written' },
  ],
  exits: ['refused', 'notFound', 'undecided'],
  exitMeanings: { undecided: 'not finished in time, or some rows were refused' },
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const rescueId = context.argument(0)
    const isDryRun = context.flag('dry-run')
    const table = context.option('table')
    const answer = await client.restoreRescue({
      ...{ rescueId, reason: context.option('reason') ?? '', dryRun: isDryRun },
      ...(table === undefined ? {} : { table }),
    })
    if (!answer.ok) return refused(answer)
    const { value } = answer
    if (isDryRun) return done(value, (paint) => placesText(value, paint))
    if (!context.flag('wait')) return done(value, () => `${rescueId} is being restored. Follow it with: drover rescue show ${rescueId}\n`)
    const { record, exitCode } = await followRestore(context, client, { rescueId, restoreId: value.restoreId ?? '' })
    return done(record, (paint) => rescueText(record, paint), exitCode)
  },
}
