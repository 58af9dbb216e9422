import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Answer } from './organisation.ts'
import { deployer, errorOf, rowsOf, sampleSolution, send, tenantId } from './organisation.ts'

let dataDir: string
let processes: ChildProcess[]

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'drover-killed-'))
  processes = []
})
afterEach(() => {
  for (const child of processes) child.kill('SIGKILL')
  rmSync(dataDir, { recursive: true, force: true })
})

async function start(clockScale: number, port = 0): Promise<{ readonly port: number; kill(): Promise<void> }> {
  const script = fileURLToPath(new URL('./emulator-process.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', script, dataDir, String(port), String(clockScale)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  processes.push(child)
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return {
    port: Number(line.toString('utf8')),
    async kill() {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

describe('a local environment whose process is killed', () => {
  it('keeps what was done, ends what was running as failed with nothing of it applied, and still takes tokens from before', async () => {
    const slow = await start(0.02)
    const root = `http://127.0.0.1:${slow.port}`
    const form = {
      grant_type: 'client_credentials',
      client_id: deployer.clientId,
      client_secret: deployer.clientSecret,
      scope: `${root}/dev/.default`,
    }
    const token = await send(`${root}/${tenantId}/oauth2/v2.0/token`, { method: 'POST', form })
    const headers = { authorization: `Bearer ${String(token.json['access_token'])}` }
    const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
      send(`${root}/dev/api/data/v9.2/${path}`, { method, headers, ...(body === undefined ? {} : { body }) })
    expect((await call('POST', 'publishers', { uniquename: 'kept', customizationprefix: 'kept' })).status).toBe(204)
    const ImportJobId = crypto.randomUUID()
    const CustomizationFile = Buffer.from(await sampleSolution()).toString('base64')
    const order = { OverwriteUnmanagedCustomizations: false, PublishWorkflows: false, CustomizationFile, ImportJobId }
    const started = await call('POST', 'ImportSolutionAsync', order)
    expect(started.status, started.text).toBe(200)
    const operation = `asyncoperations(${String(started.json['AsyncOperationId'])})`
    while ((await call('GET', operation)).json['statecode'] !== 2) await wait(20)
    await slow.kill()

    const again = await start(10, slow.port)
    expect(rowsOf(await call('GET', "publishers?$filter=uniquename eq 'kept'"))).toHaveLength(1)
    expect((await call('GET', operation)).json).toMatchObject({
      statecode: 3,
      statuscode: 31,
      message: expect.stringContaining('interrupted'),
    })
    expect(rowsOf(await call('GET', "solutions?$filter=uniquename eq 'ContosoInspection'"))).toEqual([])
    expect(rowsOf(await call('GET', 'workflows'))).toEqual([])
    const repeated = await call('POST', 'ImportSolutionAsync', order)
    expect([repeated.status, errorOf(repeated).code]).toEqual([412, '0x80040237'])
    expect((await call('POST', 'ImportSolutionAsync', { ...order, ImportJobId: crypto.randomUUID() })).status).toBe(200)
    await again.kill()
  })
})
