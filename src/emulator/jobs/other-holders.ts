import type { Clock } from '../clock.ts'
import type { EnvironmentStore } from '../store/store.ts'
import type { JobRows } from './job-rows.ts'
import { putEnded, putStarted } from './job-rows.ts'
import type { JobRequest, LockName, OtherHolder } from './jobs.ts'
import { putInFlight, removeInFlight } from './run-job.ts'

/** msdyn_operation of the solution history (web-api B.4) by what holds the place. */
const historyOperations: Readonly<Record<LockName, number>> = {
  Import: 0,
  DeleteAndPromote: 0,
  Uninstall: 1,
  Publish: 3,
  PublishAll: 4,
  WorkflowSetState: 8,
  EntityCustomization: 9,
}

const systemUser = { userId: '00000000-0000-0000-0000-000000000001', objectId: '', name: 'SYSTEM', roles: [] }

/** Shows in the solution history that somebody else is at work, and that it has ended. */
export class OtherHolders {
  readonly #clock: Clock
  readonly #guid: () => string
  readonly #ends = new Map<NodeJS.Timeout, () => Promise<void>>()

  constructor(clock: Clock, guid: () => string) {
    this.#clock = clock
    this.#guid = guid
  }

  async begin(env: EnvironmentStore, other: OtherHolder): Promise<void> {
    const id = this.#guid()
    const rows: JobRows = { asyncOperationId: undefined, importJobId: undefined, historyId: id }
    await env.write((tx) => {
      putInFlight(tx, id, rows)
      putStarted(tx, requestOf(env, other), rows, this.#clock.now().toISOString())
    })
    const end = async (): Promise<void> => {
      this.#ends.delete(timer)
      clearTimeout(timer)
      await env.write((tx) => {
        // The environment may have been emptied meanwhile.
        if (tx.get('msdyn_solutionhistory', id) === undefined) return
        putEnded(tx, rows, { outcome: { result: 'succeeded' }, at: this.#clock.now().toISOString() })
        removeInFlight(tx, id)
      })
    }
    const timer = setTimeout(() => void end(), this.#clock.scaled(other.ms))
    timer.unref()
    this.#ends.set(timer, end)
  }

  async endAll(): Promise<void> {
    for (const end of [...this.#ends.values()]) await end()
  }
}

function requestOf(env: EnvironmentStore, other: OtherHolder): JobRequest {
  return {
    env,
    caller: systemUser,
    lock: other.holder,
    messageName: other.holder,
    operationName: other.holder,
    operationType: 0,
    history: {
      solution: other.solution,
      version: '',
      publisher: 'MicrosoftCorporation',
      isManaged: true,
      isPatch: false,
      isOverwrite: false,
      operation: historyOperations[other.holder],
      suboperation: 0,
    },
    importJob: undefined,
    commit: () => ({ result: 'succeeded' }),
  }
}
