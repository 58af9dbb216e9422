import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { readTextFile, writeTextFile } from '../files.ts'
import { done, refused } from '../outcome.ts'
import { table } from '../render/table.ts'

export const dataExport: CommandSpec = {
  path: ['data', 'export'],
  summary: "read a solution's configuration data out of its development environment",
  details:
    'Reads the rows that a data_schema.xml of the Configuration Migration tool chooses and writes data_schema.xml and data.xml into a folder, sorted, so that equal rows give equal files. Columns that belong to one environment (owners, audit, base currency) are left out and named. A drover_data.json in the folder stays as it is: there you say which rows are deleted (deletes), which tables hold against what a target has changed (tables), and by which key rows outside of the package are found (outside). Commit the folder, and name it as configurationData of the solution in drover.yaml: each release then carries it. Never reads out of a pet.',
  arguments: [{ name: 'solution', description: 'unique name of the solution' }],
  options: [
    { flags: '--env <environment>', description: 'id of its development environment', isRequired: true },
    { flags: '--schema <file>', description: 'data_schema.xml that says which tables and columns', isRequired: true },
    { flags: '--out <folder>', description: 'folder to write', isRequired: true },
  ],
  examples: [
    {
      command: 'drover data export ContosoPermits --env dev --schema data_schema.xml --out data/permits',
      what: 'write the package; exit code 3 when it may not be read there',
    },
  ],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const schema = await readTextFile(context.requiredOption('schema'))
    const out = context.requiredOption('out')
    const answer = await client.exportConfigurationData({
      environmentId: toId(context.requiredOption('env')),
      solution: context.argument(0),
      schema,
    })
    if (!answer.ok) return refused(answer)
    const { files, tables, notes } = answer.value
    await mkdir(out, { recursive: true })
    // Names are those of the format; a server that says otherwise writes nowhere else.
    for (const { path, text } of files.filter((file) => /^[\w.]+$/.test(file.path))) await writeTextFile(join(out, path), text)
    const rows = tables.map((each) => [each.table, String(each.rows)])
    const left = notes.map(({ subject, message }) => `  ${subject}: ${message}\n`).join('')
    return done(
      { out, tables, notes },
      (paint) => `${paint.bold(out)}\n${table({ headings: ['TABLE', 'ROWS'], rows, whenEmpty: 'No tables.' }, paint)}${left}`,
    )
  },
}
