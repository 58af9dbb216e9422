import { createMessenger } from '#adapters/notify'
import { createStore } from '#adapters/store'
import { nodeHashing, systemClock } from '#adapters/world'
import { shippedPolicy } from '#domain/policy'
import { createNotifier, projections } from '#engine'

// A process of its own that tells people until it is killed.
const [url = ''] = process.argv.slice(2)
const { ledger, readModel, directory, tokenUses, notifications } = createStore({
  ...{ url, projections, clock: systemClock, hashing: nodeHashing },
})
const messenger = createMessenger({ secrets: { resolve: async () => 'secret' } })
const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
const round = createNotifier({
  ...{ ledger, readModel, directory, tokenUses, notifications, messenger, log },
  ...{ clock: systemClock, hashing: nodeHashing, policy: shippedPolicy },
})
while (process.exitCode === undefined) await round()
