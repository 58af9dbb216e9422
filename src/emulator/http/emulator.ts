import type { ControlApi } from '../admin/control-api.ts'
import type { SigningKey } from '../auth/signing-key.ts'
import type { ClientRegistration, PersonRegistration } from '../auth/registration.ts'
import type { Clock } from '../clock.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { EmulatorStore } from '../store/store.ts'

/** Everything that answering a request needs. */
export interface Emulator {
  readonly store: EmulatorStore
  readonly jobs: Jobs
  readonly clock: Clock
  readonly key: SigningKey
  readonly clients: readonly ClientRegistration[]
  readonly people: readonly PersonRegistration[]
  readonly tokenLifetimeSeconds: number
  readonly control: ControlApi | undefined
  now(): Date
  guid(): string
}
