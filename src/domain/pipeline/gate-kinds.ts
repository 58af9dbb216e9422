import type { ConditionKind, GateDefinition, GateKind, PeopleGateKind } from './pipeline.ts'

export type PeopleGate = Extract<GateDefinition, { readonly people: unknown }>

const peopleGateNames: Readonly<Record<PeopleGateKind, string>> = {
  approval: 'approval',
  review: 'review by another person',
  'automated-tests': 'automated tests',
  uat: 'user acceptance',
  'test-lead': 'test lead sign-off',
  security: 'security sign-off',
  cab: 'change advisory board (CAB) approval',
  emergency: 'word of a second person for the emergency',
}

/** Every kind of gate that people open. */
// An object of a known type has these keys and no others.
export const peopleGateKinds = Object.keys(peopleGateNames) as readonly PeopleGateKind[]

const machineGateNames = {
  checks: 'checks',
  settings: 'settings complete',
  preflight: 'pre-flight on the target',
  'previous-stage': 'previous stage',
  'version-rises': 'version rises',
  'source-control': 'source control',
  'review-window': 'review window',
  losses: 'data that goes is acknowledged',
  'change-window': 'change window',
  recovery: 'the way back is known',
  soak: 'time in the previous stage',
  validation: 'validation and watch after deployment',
  tier: 'tier is decided',
  train: 'releases before it in the train',
  'in-force': 'request still in force',
} as const

/** Every kind of gate. */
// The same, without the condition that is no gate.
export const gateKinds = [...Object.keys(machineGateNames), ...peopleGateKinds].filter((kind) => kind !== 'in-force') as readonly GateKind[]

export function isPeopleGateKind(kind: ConditionKind): kind is PeopleGateKind {
  return kind in peopleGateNames
}

export function isPeopleGate(gate: GateDefinition): gate is PeopleGate {
  return 'people' in gate
}

/** A gate, or the condition beside them, in words, for messages. */
export function gateName(kind: ConditionKind): string {
  return isPeopleGateKind(kind) ? peopleGateNames[kind] : machineGateNames[kind]
}
