import type { Clock } from '../clock.ts'
import { ODataError } from '../errors.ts'
import type { EnvironmentStore } from '../store/store.ts'
import type { FaultOf } from './fault.ts'
import type { FaultList } from './fault-list.ts'
import { matchesPattern } from './fault-list.ts'

/** Ends the connection of a request without an answer. */
export class DroppedConnection extends Error {
  constructor() {
    super('The connection was dropped on purpose: a fault is in force.')
    this.name = 'DroppedConnection'
  }
}

/** A request to the Web API of one environment, as faults look at it. */
export interface FaultyRequest {
  readonly environment: string
  readonly method: string
  /** What stands behind `/api/data/v9.x/`, decoded. */
  readonly path: string
}

/** What the faults in force do to a request before it is looked at: it may move the clock, and throw in the place of an answer. */
export function strikeBefore(faults: FaultList, clock: Clock, request: FaultyRequest): void {
  const jump = faults.strike('clock-jump', (fault) => isAimedAt(fault, request))
  if (jump !== undefined) clock.jump(jump.seconds * 1000)
  if (isDropped(faults, request, 'before')) throw new DroppedConnection()
  const broken = faults.strike('server-error', (fault) => isAimedAt(fault, request))
  if (broken !== undefined) throw new ODataError(broken.status, broken.code, broken.message)
}

/** A limit that this request is said to hit. */
export function strikeLimit(faults: FaultList, request: FaultyRequest): FaultOf<'throttle'> | undefined {
  return faults.strike('throttle', (fault) => isAimedAt(fault, request))
}

/** Throws in the place of the answer to what is done. */
export function strikeAfter(faults: FaultList, request: FaultyRequest): void {
  if (isDropped(faults, request, 'after')) throw new DroppedConnection()
}

/** True when a token that is this many seconds old is refused, whatever it says. */
export function refusesToken(faults: FaultList, environment: string, ageSeconds: number): boolean {
  const meets = (fault: FaultOf<'expiring-token'>): boolean =>
    isIn(fault, environment) && fault.rejectAfterSeconds !== undefined && ageSeconds > fault.rejectAfterSeconds
  return faults.strike('expiring-token', meets) !== undefined
}

/** Seconds that a token issued now lives. */
export function tokenLife(faults: FaultList, usual: number): number {
  return faults.strike('expiring-token', (fault) => fault.lifeSeconds !== undefined)?.lifeSeconds ?? usual
}

/** Throws 404 for a job record that is younger than a fault wants. */
export function hideYoungRecord(
  faults: FaultList,
  clock: Clock,
  record: { readonly env: EnvironmentStore; readonly set: string; readonly id: string },
): void {
  const { env, set, id } = record
  if (set !== 'asyncoperations' && set !== 'importjobs') return
  const table = set === 'asyncoperations' ? 'asyncoperation' : 'importjob'
  const created = env.read((tx) => tx.get(table, id.toLowerCase()))?.['createdon']
  if (typeof created !== 'string') return
  const age = clock.now().getTime() - Date.parse(created)
  const hidden = faults.strike(
    'missing-job-record',
    (fault) => isIn(fault, env.name) && fault.tables.includes(set) && age < clock.scaled(fault.seconds * 1000),
  )
  if (hidden !== undefined) throw new ODataError(404, '0x80040217', `Entity '${table}' With Id = ${id} Does Not Exist`)
}

function isDropped(faults: FaultList, request: FaultyRequest, when: 'before' | 'after'): boolean {
  return faults.strike('drop-connection', (fault) => fault.when === when && isAimedAt(fault, request)) !== undefined
}

interface Aim {
  readonly environment?: string | undefined
  readonly method?: string | undefined
  readonly path?: string | undefined
}

function isAimedAt(fault: Aim, request: FaultyRequest): boolean {
  return (
    isIn(fault, request.environment) &&
    (fault.method === undefined || fault.method === request.method) &&
    matchesPattern(fault.path, request.path)
  )
}

function isIn(fault: { readonly environment?: string | undefined }, environment: string): boolean {
  return fault.environment === undefined || fault.environment === environment
}
