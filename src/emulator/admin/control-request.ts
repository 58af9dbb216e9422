import type { Clock } from '../clock.ts'
import { ODataError } from '../errors.ts'
import type { FaultList } from '../faults/fault-list.ts'
import type { Environments } from '../http/environments.ts'
import type { JobRunner } from '../jobs/jobs.ts'
import type { Limiter } from '../limits/limiter.ts'
import type { EmulatorStore, EnvironmentStore } from '../store/store.ts'

/** What the control address works on. */
export interface ControlApi {
  readonly store: EmulatorStore
  readonly environments: Environments
  readonly jobs: JobRunner
  readonly clock: Clock
  readonly faults: FaultList
  readonly limiter: Limiter
  readonly secret: string
  now(): Date
  guid(): string
  mountSolution(env: EnvironmentStore, solution: { readonly uniqueName: string; readonly version: string }): Promise<void>
}

export interface ControlRequest {
  readonly method: string
  /** Segments behind `/_emulator/`. */
  readonly segments: readonly string[]
  readonly authorization: string | undefined
  readText(): Promise<string>
  readBytes(limit: number): Promise<Buffer>
}

/** Bytes are a file; an object is JSON. */
export interface ControlReply {
  readonly status: number
  readonly body?: object
}

export type Body = Readonly<Record<string, unknown>>

export const done: ControlReply = { status: 204 }

export async function readBody(request: ControlRequest): Promise<Body> {
  try {
    const value: unknown = JSON.parse(await request.readText())
    if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value))
  } catch {
    // Falls through: both faults have the same answer.
  }
  throw badRequest('The body must be a JSON object.')
}

export function text(body: Body, name: string): string {
  const value = body[name]
  if (typeof value === 'string' && value !== '') return value
  throw badRequest(`The member '${name}' must be a text.`)
}

export function optionalText(body: Body, name: string): string | undefined {
  return body[name] === undefined ? undefined : text(body, name)
}

export function number(body: Body, name: string): number {
  const value = body[name]
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw badRequest(`The member '${name}' must be a number.`)
}

export function flag(body: Body, name: string): boolean {
  const value = body[name]
  if (typeof value === 'boolean') return value
  throw badRequest(`The member '${name}' must be true or false.`)
}

/** A list of objects. */
export function objects(body: Body, name: string): readonly Body[] {
  const value = body[name]
  if (Array.isArray(value) && value.every((each) => typeof each === 'object' && each !== null)) return value as readonly Body[]
  throw badRequest(`The member '${name}' must be a list of objects.`)
}

export function badRequest(message: string): ODataError {
  return new ODataError(400, 'emulator.bad-request', message)
}

export function notFound(message: string): ODataError {
  return new ODataError(404, 'emulator.not-found', message)
}
