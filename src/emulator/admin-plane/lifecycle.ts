import { ODataError } from '../errors.ts'
import type { Clock } from '../clock.ts'
import type { ReadTransaction, Transaction } from '../store/store.ts'
import type { KeptActor } from './actor.ts'

/** Minutes of the service's time that an operation takes. Copies and restores may take 8 hours there; these are shorter and unverified. */
const minutes = {
  Create: 3,
  Delete: 2,
  Edit: 1,
  Convert: 2,
  Copy: 20,
  Restore: 20,
  Backup: 12,
  EnableGovernanceConfiguration: 1,
  UpdateGovernanceConfiguration: 1,
  DisableGovernanceConfiguration: 1,
} as const

export type OperationType = keyof typeof minutes

/** One operation on an environment. What it changes is there when it is accepted; its stages pass with the clock. */
export interface LifecycleOperation {
  readonly id: string
  readonly type: OperationType
  /** Environment id. */
  readonly environmentId: string
  readonly requestedBy: KeptActor
  /** Milliseconds since 1970. */
  readonly startsAt: number
  readonly endsAt: number
}

export type OperationState = 'NotStarted' | 'Running' | 'Succeeded'

const table = 'lifecycleoperation'
/** Milliseconds of the service that an operation can be polled after its end: a week, unverified. */
const keptMs = 7 * 24 * 3_600_000
const stageNames = ['Validate', 'Prepare', 'Run', 'Finalize'] as const

export interface Asked {
  readonly type: OperationType
  readonly environmentId: string
  readonly requestedBy: KeptActor
}

export function startOperation(tenant: Transaction, asked: Asked, make: { readonly clock: Clock; guid(): string }): LifecycleOperation {
  const startsAt = make.clock.now().getTime()
  for (const old of listOperations(tenant)) if (old.endsAt + make.clock.scaled(keptMs) < startsAt) tenant.remove(table, old.id)
  const operation = { ...asked, id: make.guid(), startsAt, endsAt: startsAt + make.clock.scaled(minutes[asked.type] * 60_000) }
  tenant.put(table, operation.id, operation)
  return operation
}

export function findOperation(tenant: ReadTransaction, id: string): LifecycleOperation | undefined {
  return tenant.get(table, id.toLowerCase()) as unknown as LifecycleOperation | undefined
}

/** The operation that holds an environment now. */
export function activeOperation(tenant: ReadTransaction, environmentId: string, now: Date): LifecycleOperation | undefined {
  return listOperations(tenant).find((operation) => operation.environmentId === environmentId && now.getTime() < operation.endsAt)
}

function listOperations(tenant: ReadTransaction): readonly LifecycleOperation[] {
  // Rows of this table are written by startOperation only.
  return tenant.list(table) as readonly unknown[] as readonly LifecycleOperation[]
}

/** One operation at a time for each environment. Text: fixture of Microsoft's Terraform provider. */
export function requireIdle(tenant: ReadTransaction, environmentId: string, now: Date): void {
  if (activeOperation(tenant, environmentId, now) === undefined) return
  const text = `This operation cannot be performed because there is an active lifecycle operation on the environment ${environmentId}.`
  throw new ODataError(409, 'OperationNotStartable', text)
}

export interface Stage {
  readonly name: string
  readonly state: OperationState
  readonly startsAt: number
  readonly endsAt: number
}

export function stateOf(operation: LifecycleOperation, now: Date): OperationState {
  return stateBetween(operation, now.getTime())
}

/** Each stage takes the same part of the time. */
export function stagesOf(operation: LifecycleOperation, now: Date): readonly Stage[] {
  const part = (operation.endsAt - operation.startsAt) / stageNames.length
  return stageNames.map((name, index) => {
    const span = { startsAt: operation.startsAt + index * part, endsAt: operation.startsAt + (index + 1) * part }
    return { name, ...span, state: stateBetween(span, now.getTime()) }
  })
}

function stateBetween(span: { readonly startsAt: number; readonly endsAt: number }, at: number): OperationState {
  if (at < span.startsAt) return 'NotStarted'
  return at < span.endsAt ? 'Running' : 'Succeeded'
}
