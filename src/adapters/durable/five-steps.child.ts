import { appendFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { DroverError } from '#domain/kernel'
import type { DurableDefinition } from '#engine/ports'
import { createFence } from './fence.ts'
import { startWorker } from './worker.ts'

// A worker of its own process, for tests that kill it: it writes what it does to a file and can kill itself in a step.
const { values } = parseArgs({
  options: {
    database: { type: 'string', default: '' },
    executor: { type: 'string', default: '' },
    journal: { type: 'string', default: '' },
    applicationVersion: { type: 'string', default: '' },
    killIn: { type: 'string', default: '' },
  },
})
const note = (text: string): void => appendFileSync(values.journal, `${text}\n`)

const fiveSteps: DurableDefinition<{ readonly label: string }> = {
  name: 'five-steps',
  run: async (ctx, { label }) => {
    const id = await ctx.id()
    const at = await ctx.now()
    for (const step of ['one', 'two', 'three', 'four', 'five']) {
      await ctx.step(step, async () => {
        note(`${label} ${step} by ${values.executor} ${id} ${at}`)
        return { step }
      })
    }
    await ctx.step('end', async () => note(`${label} end by ${values.executor} ${id} ${at}`))
  },
}

/** Takes so long in every worker, or in the one that is named, which a test ends in the middle of it. */
const slow: DurableDefinition<{ readonly label: string; readonly ms: number; readonly worker?: string }> = {
  name: 'slow',
  run: async (ctx, { label, ms, worker }) => {
    await ctx.step('work', async () => {
      note(`begin ${label}`)
      if (worker === undefined || worker === values.executor) await delay(ms)
      note(`finish ${label}`)
    })
  },
}

/** As an attempt does: the lease is taken in the step, and looked at before acting. */
const fenced: DurableDefinition<{ readonly label: string; readonly key: string }> = {
  name: 'fenced',
  run: async (ctx, { label, key }) => {
    await ctx.step('work', () =>
      createFence(values.database).hold(key, values.executor, async (lease) => {
        await lease.check()
        note(`acted ${label} by ${values.executor}`)
      }),
    )
  },
}

const failing: DurableDefinition<unknown> = {
  name: 'failing',
  run: async (ctx) => {
    try {
      await ctx.step('fail', async () => {
        note('failed')
        throw new DroverError('dataverse.unreachable', 'gone', { hint: 'try later', isRetryable: true })
      })
    } catch (error) {
      if (error instanceof DroverError) note(`caught ${error.code} ${error.isRetryable} ${error.hint} by ${values.executor}`)
    }
    await ctx.step('after-failure', async () => undefined)
  },
}

const silent = { info: () => undefined, warn: () => undefined, error: (message: string) => note(`error ${message}`) }
const running = await startWorker({
  databaseUrl: values.database,
  definitions: [fiveSteps, slow, fenced, failing],
  executorId: values.executor,
  applicationVersion: values.applicationVersion,
  log: silent,
  onStep: (name, phase) => {
    if (`${name}/${phase}` === values.killIn) process.kill(process.pid, 'SIGKILL')
  },
})
process.once('SIGTERM', () => void running.stop().then(() => process.exit(0)))
process.stdout.write('ready\n')
