import { parseArgs } from 'node:util'
import { createHash } from 'node:crypto'
import type { Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { createStore } from './store.ts'

// A process of its own that appends; with --die it ends itself in the middle of the append, after the rows were written.
const { values } = parseArgs({
  options: {
    database: { type: 'string', default: '' },
    stream: { type: 'string', default: '' },
    count: { type: 'string', default: '1' },
    die: { type: 'boolean' },
  },
})
const store = createStore({
  url: values.database,
  projections: [
    {
      kind: 'promotion',
      id: () => 'any',
      fold: (document) => {
        if (values.die) process.kill(process.pid, 'SIGKILL')
        return document ?? {}
      },
    },
  ],
  clock: { now: () => toId<Instant>(new Date().toISOString()) },
  hashing: { sha256: (data) => createHash('sha256').update(data).digest('hex') },
})
for (let i = 0; i < Number(values.count); i++) {
  await store.ledger.append({ stream: values.stream, expectedVersion: undefined, actor: 'ann', events: [{ type: 'Noted', data: { i } }] })
}
await store.close()
