import type { ControlApi } from '../admin/control-request.ts'
import type { SigningKey } from '../auth/signing-key.ts'
import type { ClientRegistration, PersonRegistration } from '../auth/registration.ts'
import type { Clock } from '../clock.ts'
import type { FaultList } from '../faults/fault-list.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Limiter } from '../limits/limiter.ts'
import type { EmulatorStore } from '../store/store.ts'
import type { Environments } from './environments.ts'
import type { VerifiedTokens } from './verified-tokens.ts'

/** Everything that answering a request needs. */
export interface Emulator {
  readonly store: EmulatorStore
  readonly environments: Environments
  readonly jobs: Jobs
  readonly faults: FaultList
  readonly limiter: Limiter
  readonly tokens: VerifiedTokens
  readonly clock: Clock
  readonly key: SigningKey
  readonly clients: readonly ClientRegistration[]
  readonly people: readonly PersonRegistration[]
  /** Seconds that a token lives which is issued now; each reading is for one token. */
  readonly tokenLifetimeSeconds: number
  readonly control: ControlApi | undefined
  now(): Date
  guid(): string
}
