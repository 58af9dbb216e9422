import { parseArgs } from 'node:util'
import type { PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Environments } from '#engine/ports'
import { observeEnvironment } from '../../src/engine/observation/observe-environment.ts'
import { openObserver } from './observer.ts'

// A process of its own that observes an environment, and ends itself after the layers of so many web resources were read and kept.
const { values } = parseArgs({ options: { world: { type: 'string', default: '{}' }, after: { type: 'string', default: '0' } } })
const { deps, close } = openObserver(JSON.parse(values.world))
let left = Number(values.after)
const environments: Environments = {
  open(environment) {
    const target = deps.environments.open(environment)
    return {
      ...target,
      fetchLayers: (components, onRead) =>
        target.fetchLayers(components, async (component, layers) => {
          await onRead(component, layers)
          if (component.kind === 'WebResource' && --left === 0) process.kill(process.pid, 'SIGKILL')
        }),
    }
  },
}
await observeEnvironment({ ...deps, environments }, { environmentId: toId('prod'), actor: toId<PersonId>('olga') })
await close()
