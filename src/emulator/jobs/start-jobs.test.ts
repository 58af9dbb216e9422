import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createClock } from '../clock.ts'
import type { EnvironmentStore } from '../store/store.ts'
import { openStore } from '../store/store.ts'
import { createJobs } from './start-jobs.ts'

it('outlives a store that takes nothing more while a job runs, and the next start ends that job', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'drover-jobs-'))
  try {
    const first = await openStore(folder)
    await first.create('dev')
    const clock = createClock()
    const jobs = createJobs({ clock, guid: () => crypto.randomUUID() })
    const { asyncOperationId } = await jobs.start(publishing(first.environment('dev')))
    await first.close()
    await jobs.idle()
    expect(jobs.holder('dev')).toBeUndefined()
    const second = await openStore(folder)
    await jobs.recover(second.environment('dev'))
    const operation = second.environment('dev').read((tx) => tx.get('asyncoperation', asyncOperationId))
    expect(operation).toMatchObject({ statecode: 3, statuscode: 31, message: expect.stringContaining('Nothing of it was applied') })
    await second.close()
  } finally {
    await rm(folder, { recursive: true })
  }
})

function publishing(env: EnvironmentStore): Parameters<ReturnType<typeof createJobs>['start']>[0] {
  return {
    env,
    caller: { userId: crypto.randomUUID(), objectId: '', name: 'Tester', roles: [] },
    lock: 'PublishAll',
    messageName: 'PublishAllXmlAsync',
    operationName: 'PublishAllXml',
    operationType: 54,
    history: undefined,
    importJob: undefined,
    commit: () => ({ result: 'succeeded' }),
  }
}
