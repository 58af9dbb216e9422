import { canonicalJson, ownMember } from '#domain/kernel'
import type { DemandChange, GateKind, PolicyChanges, PolicyValueChange } from '#domain/pipeline'
import { gateKinds } from '#domain/pipeline'
import type { Conditions } from './conditions.ts'
import { isSourced } from './list-leaves.ts'
import { findValueProblem } from './value-form.ts'
import type { Policy } from './policy.ts'
import type { Sourced } from './sourced.ts'

/** One thing that is wrong with a policy document, and where in its data. */
export interface PolicyFault {
  readonly path: readonly string[]
  readonly message: string
  /** The key itself is wrong, not its value. */
  readonly isAboutKey?: boolean
}

export interface PolicyReading {
  readonly changes: PolicyChanges
  readonly faults: readonly PolicyFault[]
}

interface Place {
  readonly shipped: Policy
  readonly path: readonly string[]
  /** The one reason for all that has none of its own. */
  readonly reason: string | undefined
  readonly values: PolicyValueChange[]
  readonly faults: PolicyFault[]
}

/**
 * Reads a policy document: the shape of the shipped policy, as much of it as is to be changed. A value stands by itself or as `{ value, reason }`;
 * what `drover policy show --yaml` prints is such a document too, and changes nothing. Without `check` conditions are read as they stand.
 */
export function readPolicyChanges(shipped: Policy, document: unknown, check?: Conditions['check']): PolicyReading {
  const values: PolicyValueChange[] = []
  const faults: PolicyFault[] = []
  if (!isMap(document)) {
    return { changes: { values, demands: [] }, faults: [{ path: [], message: 'this must be a map of keys and values.' }] }
  }
  const { reason, demands, version: _version, ...rest } = document
  const common = typeof reason === 'string' && reason.trim() !== '' ? reason : undefined
  if (reason !== undefined && common === undefined) faults.push({ path: ['reason'], message: 'this must say why the policy is changed.' })
  const { demands: _demands, version: _shippedVersion, ...parts } = shipped
  readPart(parts, rest, { shipped, path: [], reason: common, values, faults })
  const read = readDemands(demands, { shipped, reason: common, faults, check })
  return { changes: { values, demands: read }, faults }
}

function readPart(part: object, written: Readonly<Record<string, unknown>>, place: Place): void {
  for (const [key, value] of Object.entries(written)) {
    const path = [...place.path, key]
    const child: unknown = Object.hasOwn(part, key) ? Reflect.get(part, key) : undefined
    if (isSourced(child)) readLeaf(child, value, { ...place, path })
    else if (typeof child !== 'object' || child === null) readUnknown(part, { ...place, path }, value)
    else if (isMap(value)) readPart(child, value, { ...place, path })
    else place.faults.push({ path, message: 'this must be a map of keys and values.' })
  }
}

/** Words beside a value, such as the question of a position, may stand as they are shipped. */
function readUnknown(part: object, { path, faults }: Place, value: unknown): void {
  const key = path.at(-1) ?? ''
  if (Object.hasOwn(part, key) && canonicalJson(Reflect.get(part, key)) === canonicalJson(value)) return
  const known = Object.keys(part).slice(0, 20).join(', ')
  faults.push({ path, message: `"${key}" is not known here; known: ${known}.`, isAboutKey: true })
}

function readLeaf(shipped: Sourced<unknown>, written: unknown, { path, reason, values, faults, shipped: policy }: Place): void {
  const isLong = isMap(written) && 'value' in written
  const value: unknown = isLong ? written['value'] : written
  const own = isLong ? written['reason'] : undefined
  if (isLong) {
    for (const key of Object.keys(written).filter((each) => !['value', 'reason', 'source', 'status'].includes(each))) {
      faults.push({ path: [...path, key], message: `"${key}" is not known here; known: value, reason.`, isAboutKey: true })
    }
  }
  if (own !== undefined && (typeof own !== 'string' || own.trim() === '')) {
    faults.push({ path: [...path, 'reason'], message: 'this must say why the value is changed.' })
    return
  }
  const problem = findValueProblem({ policy, path: path.join('.'), shipped: shipped.value, value })
  if (problem !== undefined) {
    faults.push({ path: isLong ? [...path, 'value'] : path, message: problem })
    return
  }
  if (own === undefined && canonicalJson(shipped.value ?? null) === canonicalJson(value ?? null)) return
  // Checked to be a text above.
  const why = (own as string | undefined) ?? reason
  if (why === undefined)
    faults.push({
      path,
      message: 'this changes the shipped policy without a reason; write { value: …, reason: … }, or one `reason` for all.',
    })
  else values.push({ path: path.join('.'), value: value ?? null, reason: why })
}

interface DemandPlace {
  readonly shipped: Policy
  readonly reason: string | undefined
  readonly faults: PolicyFault[]
  readonly check: Conditions['check'] | undefined
}

function readDemands(written: unknown, place: DemandPlace): DemandChange[] {
  if (written === undefined) return []
  if (!Array.isArray(written)) {
    place.faults.push({ path: ['demands'], message: 'this must be a list.' })
    return []
  }
  const ids: string[] = []
  return written.flatMap((demand: unknown, index) => {
    const path = ['demands', String(index)]
    if (!isMap(demand)) {
      place.faults.push({ path, message: 'this must be a map of keys and values.' })
      return []
    }
    const { id } = demand
    if (typeof id === 'string' && ids.includes(id)) place.faults.push({ path: [...path, 'id'], message: `"${id}" is taken already.` })
    if (typeof id === 'string') ids.push(id)
    return readDemand(demand, path, place)
  })
}

function readDemand(written: Readonly<Record<string, unknown>>, path: readonly string[], place: DemandPlace): DemandChange[] {
  const { id, when, gates, reason = place.reason, source, status, ...rest } = written
  const faults: PolicyFault[] = Object.keys(rest).map((key) => ({
    path: [...path, key],
    message: `"${key}" is not known here; known: id, when, gates, reason, source.`,
    isAboutKey: true,
  }))
  if (typeof id !== 'string' || !/^[a-z0-9][a-z0-9-]{0,59}$/.test(id))
    faults.push({ path: [...path, 'id'], message: 'an id is 1 to 60 small letters, digits and dashes.' })
  const condition = conditionProblem(when, place.check)
  if (condition !== undefined) faults.push({ path: [...path, 'when'], message: condition })
  if (!Array.isArray(gates)) faults.push({ path: [...path, 'gates'], message: 'this must be a list of gates; none lets the demand go.' })
  else {
    gates.forEach((gate: unknown, index) => {
      if (!gateKinds.some((kind) => kind === gate))
        faults.push({ path: [...path, 'gates', String(index)], message: `no such gate; known: ${gateKinds.join(', ')}.` })
    })
  }
  if (source !== undefined && typeof source !== 'string') faults.push({ path: [...path, 'source'], message: 'this must be a text.' })
  const shipped = typeof id === 'string' ? ownMember(place.shipped.demands, id) : undefined
  const isAsShipped = status !== undefined && shipped !== undefined && canonicalJson(shipped.value) === canonicalJson({ when, gates })
  if (!isAsShipped && (typeof reason !== 'string' || reason.trim() === '')) faults.push({ path, message: 'a demand has its reason.' })
  place.faults.push(...faults)
  if (faults.length > 0 || isAsShipped) return []
  // Each was checked above.
  const demand = { id: id as string, when: when as string, gates: gates as GateKind[], reason: reason as string }
  return [{ ...demand, ...(typeof source === 'string' && status === undefined ? { source } : {}) }]
}

function conditionProblem(when: unknown, check: Conditions['check'] | undefined): string | undefined {
  if (typeof when !== 'string' || when.trim() === '')
    return 'this must be a condition in CEL, for example tier >= 3 && change.size == "major".'
  return check?.(when)
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The changes as a file says them; reading that gives the same changes. */
export function writePolicyChanges(changes: PolicyChanges): Readonly<Record<string, unknown>> {
  const document: Record<string, unknown> = {}
  for (const { path, value, reason } of changes.values) setIn(document, path.split('.'), { value, reason })
  if (changes.demands.length > 0) document['demands'] = changes.demands
  return document
}

function setIn(target: Record<string, unknown>, [key, ...rest]: readonly string[], value: unknown): void {
  if (key === undefined) return
  if (rest.length === 0) {
    target[key] = value
    return
  }
  const below = ownMember(target, key)
  const child: Record<string, unknown> = isMap(below) ? below : {}
  target[key] = child
  setIn(child, rest, value)
}
