import { canonicalJson } from '#domain/kernel'
import type { Plan, PlannedAccess, PlannedData, UnmanagedWork } from './plan.ts'
import type { PlannedComponent } from './planned-component.ts'

/** What of a plan an approval hangs on: what will be done, where, and to what. No words and no counts, which differ from one look to the next. */
export interface MaterialPart {
  readonly target: Plan['target']
  readonly mode: Plan['mode']
  readonly fromVersion: Plan['fromVersion']
  readonly toVersion: Plan['toVersion']
  readonly parameters: Plan['parameters']
  readonly flows: readonly Pick<Plan['flows'][number], 'id' | 'action' | 'desired'>[]
  /** In the order of their names, since the plan's own order may follow counts. */
  readonly content: readonly MaterialComponent[]
  readonly steps: Plan['steps']
  /** Codes, each once. */
  readonly blockers: readonly string[]
  /** Covers what the plan touches: two plans of equal words are not the same when somebody has edited what they touch. */
  readonly fingerprint: string
  /** Of unmanaged work: which bytes are sent, and what is deleted. */
  readonly unmanaged?: Pick<UnmanagedWork, 'sends' | 'leftOut' | 'removals'>
  /** Which configuration data, and which rows of the target's own it meets. */
  readonly data?: Pick<PlannedData, 'digest' | 'named'>
  readonly access?: PlannedAccess
}

export type MaterialComponent = Pick<PlannedComponent, 'kind' | 'key' | 'effect' | 'certainty' | 'winner'>

export function materialPart(plan: Plan): MaterialPart {
  const { target, mode, fromVersion, toVersion, parameters, fingerprint } = plan
  return {
    ...{ target, mode, fromVersion, toVersion, parameters, fingerprint },
    // A restore point changes nothing that anybody decides about, and whether the platform takes one may differ from one look to the next.
    steps: plan.steps.filter((step) => step !== 'restore-point'),
    flows: plan.flows.map(({ id, action, desired }) => ({ id, action, desired })),
    content: plan.content
      .map(({ kind, key, effect, certainty, winner }) => ({ kind, key, effect, certainty, winner }))
      .sort((a, b) => (subjectOf(a) < subjectOf(b) ? -1 : 1)),
    blockers: [...new Set(plan.blockers.map((blocker) => blocker.code))].sort(),
    ...unmanagedPart(plan),
    ...(plan.data === undefined ? {} : { data: dataPart(plan.data) }),
    ...(plan.access === undefined ? {} : { access: plan.access }),
  }
}

function dataPart({ digest, named }: PlannedData): Pick<PlannedData, 'digest' | 'named'> {
  return { digest, named: [...named].sort((a, b) => (`${a.table} ${a.id}` < `${b.table} ${b.id}` ? -1 : 1)) }
}

/** The way back is exported anew with each look, and its bytes differ though what is in them does not. */
function unmanagedPart({ unmanaged }: Plan): Pick<MaterialPart, 'unmanaged'> {
  if (unmanaged === undefined) return {}
  const { sends, leftOut, removals } = unmanaged
  return { unmanaged: { sends, leftOut, removals } }
}

/** What an approval is bound to: hex sha256 of the plan's material part. */
export function hashPlan(plan: Plan, hash: (text: string) => string): string {
  return hash(canonicalJson(materialPart(plan)))
}

/** Hex sha256 of the values and connections that go in, and of who gets access; secrets only by their references. */
export function hashSettings({ parameters, access }: Pick<Plan, 'parameters' | 'access'>, hash: (text: string) => string): string {
  return hash(canonicalJson(access === undefined ? parameters : { parameters, access }))
}

/** `kind:key`, and what happens to it: a component may be changed and hidden at once. */
function subjectOf({ kind, key, effect }: MaterialComponent): string {
  return `${kind}:${key}:${effect}`
}
