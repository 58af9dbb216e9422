import { appendFile } from 'node:fs/promises'
import { createAnchors } from '#adapters/anchor'
import { createSigning } from '#adapters/signing'
import { createStore } from '#adapters/store'
import { nodeHashing, randomIds } from '#adapters/world'
import { toId } from '#domain/kernel'
import { shippedPolicy } from '#domain/policy'
import type { WorkerDependencies } from '#engine'
import { anchorProjection } from '../../src/engine/evidence/anchor-stream.ts'
import { sweepAnchors } from '../../src/engine/evidence/sweep-anchors.ts'

// Without the rest of the engine: it is started often. A process of its own that anchors the ledger once, says so where it is told to stop, and stands there until it is killed.
const [url = '', keyFile = '', now = '', cut = ''] = process.argv.slice(2)
const clock = { now: () => toId<never>(now) }
const store = createStore({ url, projections: [anchorProjection], clock, hashing: nodeHashing })
const anchors = createAnchors()

async function stopAt(place: string): Promise<void> {
  if (place !== cut) return
  process.stdout.write('here\n')
  await new Promise((resolve) => setTimeout(resolve, 600_000))
}

const some: Partial<WorkerDependencies> = {
  ...{ readModel: store.readModel, hashing: nodeHashing, ids: randomIds, clock, policy: shippedPolicy },
  signing: createSigning({ keyFile }),
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  ledger: {
    ...store.ledger,
    async append(batch) {
      const appended = await store.ledger.append(batch)
      await stopAt(batch.events[0]?.type ?? '')
      return appended
    },
  },
  anchors: {
    async appendToFile(path, text) {
      if (cut === 'half written') await appendFile(path, text.slice(0, 60))
      await stopAt('half written')
      await anchors.appendToFile(path, text)
      await stopAt('written')
    },
    async post(address, anchor) {
      await anchors.post(address, anchor)
      await stopAt('posted')
    },
  },
}
await sweepAnchors(some as WorkerDependencies) // nothing else is used by this work
