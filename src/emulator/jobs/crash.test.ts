import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openTestEnvironments, solutionFile, table } from '../../../test/support/emulated-environment.ts'

const support = join(import.meta.dirname, '../../../test/support/emulated-environment.ts')

/** Imports Acknowledged to its end, starts InFlight slowly, says so, and lives until it is killed. */
const program = `
const { openTestEnvironments } = await import(${JSON.stringify(support)})
const [dataDir, acknowledged, inFlight] = process.argv.slice(1)
const environments = await openTestEnvironments(dataDir, 0.02)
const dev = await environments.open('dev')
const order = { OverwriteUnmanagedCustomizations: false, PublishWorkflows: false }
await dev.finish('ImportSolutionAsync', { ...order, CustomizationFile: acknowledged })
console.log('acknowledged')
const reply = await dev.call('ImportSolutionAsync', { ...order, CustomizationFile: inFlight })
while (dev.rows('importjob').length < 2) await new Promise((resolve) => setTimeout(resolve, 10))
console.log('running ' + reply.AsyncOperationId)
`

it('keeps what was acknowledged and nothing of an import in flight when the process is killed with -9', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'drover-emulator-'))
  const file = (name: string, key: string): Promise<string> =>
    solutionFile({ name, isManaged: true, parts: [table(key)], roots: [{ type: '1', schemaName: key, behavior: 0 }] })
  try {
    const operationId = await runUntilKilled(dataDir, [await file('Acknowledged', 'con_one'), await file('InFlight', 'con_two')])
    const environments = await openTestEnvironments(dataDir)
    const dev = await environments.open('dev')
    expect(dev.row('solution', 'uniquename', 'Acknowledged')).toBeDefined()
    expect(dev.row('entity', 'logicalname', 'con_one')).toBeDefined()
    expect(dev.row('solution', 'uniquename', 'InFlight')).toBeUndefined()
    expect(dev.row('entity', 'logicalname', 'con_two')).toBeUndefined()
    expect(dev.row('asyncoperation', 'asyncoperationid', operationId)).toMatchObject({ statecode: 3, statuscode: 31 })
    expect(dev.rows('msdyn_solutionhistory').map((row) => row.msdyn_status)).toEqual([1, 1])
    const again = await dev.finish('ImportSolutionAsync', {
      OverwriteUnmanagedCustomizations: false,
      PublishWorkflows: false,
      CustomizationFile: await file('InFlight', 'con_two'),
    })
    expect(again.operation).toMatchObject({ statuscode: 30 })
    await environments.close()
  } finally {
    await rm(dataDir, { recursive: true })
  }
})

/** Resolves with the id of the operation that was running when the process died. */
function runUntilKilled(dataDir: string, files: readonly string[]): Promise<string> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--conditions=source', '--input-type=module', '-e', program, dataDir, ...files],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  return new Promise((resolve, reject) => {
    let output = ''
    let errors = ''
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString()
    })
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes('running ')) child.kill('SIGKILL')
    })
    child.on('exit', () => {
      const id = /running (\S+)/.exec(output)?.[1]
      if (id === undefined) reject(new Error(`The child ended early: ${output} ${errors}`))
      else resolve(id)
    })
  })
}
