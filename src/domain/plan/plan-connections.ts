import type { ObservedConnection, ObservedState } from '#domain/environment'
import type { Reason, Refusal } from '#domain/kernel'
import { refuse } from '#domain/kernel'
import type { SettingsTemplate } from '#domain/settings'
import { isSameName, valueOf } from '#domain/settings'
import { connectorName } from '#domain/solution'
import type { ComponentParameters, PlanLine } from './plan.ts'
import type { PlanFacts, PlanPart } from './plan-facts.ts'
import { findInstalled } from './plan-facts.ts'

type Reference = SettingsTemplate['connectionReferences'][number]
type ConnectionFault =
  | 'connection.absent'
  | 'connection.wrong-connector'
  | 'connection.not-connected'
  | 'connection.not-shared'
  | 'connection.unknown'

/**
 * Which connection each reference is bound to, and whether the identity that will own the flows may use it. The platform itself asks the same
 * before it binds, and fails the import with ConnectionNotFound for a connection that the importing identity may not see.
 */
export function planConnections({ release, stageSettings, observed }: PlanFacts): PlanPart & {
  readonly connectionReferences: ComponentParameters['connectionReferences']
} {
  const isInstalled = findInstalled(observed, release.solution) !== undefined
  const bound = release.settingsTemplate.connectionReferences.flatMap((reference) => {
    const connectionId = valueOf(stageSettings.connectionReferences, reference.logicalName)?.trim()
    if (connectionId === undefined || connectionId === '') return []
    const binding = evaluateBinding(reference, connectionId, observed)
    const isNew = isInstalled && !observed.bindings.some(({ logicalName }) => isSameName(logicalName, reference.logicalName))
    if (!isNew || binding.line === undefined) return [binding]
    return [{ ...binding, line: { ...binding.line, message: `${binding.line.message} It is new with this release.` } }]
  })
  const faults = bound.flatMap((binding) => binding.fault ?? [])
  return {
    connectionReferences: bound.flatMap((binding) => binding.parameter ?? []),
    lines: bound.flatMap((binding) => binding.line ?? []),
    blockers: [...new Set(faults.map((fault) => fault.code))].map((code) =>
      describeFaults(
        code,
        faults.filter((fault) => fault.code === code),
      ),
    ),
  }
}

interface Fault {
  readonly code: ConnectionFault
  readonly reason: Reason
}

interface Binding {
  readonly fault?: Fault
  readonly line?: PlanLine
  readonly parameter?: ComponentParameters['connectionReferences'][number]
}

function evaluateBinding(reference: Reference, connectionId: string, observed: ObservedState): Binding {
  const connection = observed.connections.find((candidate) => candidate.id.toLowerCase() === connectionId.toLowerCase())
  if (connection === undefined) {
    return fault(
      'connection.absent',
      reference,
      `Connection ${connectionId} was not found in the target, or ${identityOf(observed)} may not see it.`,
    )
  }
  const match = matchConnector(reference.connectorId, connection.connectorId)
  if (match === 'no') {
    const message = `Connection ${describe(connection)} is of ${connectorName(connection.connectorId)}; the reference needs ${connectorName(reference.connectorId ?? '')}.`
    return fault('connection.wrong-connector', reference, message)
  }
  const unusable = findUseFault(reference, connection, observed)
  if (unusable !== undefined) return { fault: unusable }
  return {
    line: {
      subject: reference.logicalName,
      effect: 'bind',
      message: `Is bound to connection ${describe(connection)}${match === 'likely' ? '; the connectors look alike but are not named alike' : ''}.`,
      certainty: match === 'likely' ? 'assumed' : 'known',
    },
    parameter: {
      logicalName: reference.logicalName,
      displayName: reference.displayName,
      connectorId: connection.connectorId,
      connectionId: connection.id,
    },
  }
}

function findUseFault(reference: Reference, connection: ObservedConnection, observed: ObservedState): Fault | undefined {
  const owner = connection.owner ?? 'its owner'
  if (connection.mayUse === 'no') {
    const message = `${owner} must share connection ${describe(connection)} with ${identityOf(observed)} ("Can use"); it is needed by ${reference.logicalName}${usedBy(reference)}.`
    return fault('connection.not-shared', reference, message).fault
  }
  if (connection.status === 'error') {
    return fault(
      'connection.not-connected',
      reference,
      `Connection ${describe(connection)} is broken; ${owner} has to sign in to it again.`,
    ).fault
  }
  if (connection.mayUse === 'unknown') {
    return fault(
      'connection.unknown',
      reference,
      `Nobody can tell whether ${identityOf(observed)} may use connection ${describe(connection)}.`,
    ).fault
  }
  if (connection.status === 'unknown') {
    return fault('connection.unknown', reference, `Nobody can tell whether connection ${describe(connection)} works.`).fault
  }
  return undefined
}

const faultTexts: Readonly<Record<ConnectionFault, readonly [message: string, hint: string]>> = {
  'connection.absent': [
    'A bound connection is not in the target.',
    'Create the named connections in the target and share them, or correct their ids in the settings.',
  ],
  'connection.wrong-connector': [
    'A bound connection is of another connector than its reference.',
    'Name a connection of the right connector in the settings.',
  ],
  'connection.not-connected': ['A bound connection is broken.', 'Have the owner repair the named connections.'],
  'connection.not-shared': [
    'The identity that will own the flows may not use a bound connection.',
    'Have each named owner share the connection with the named identity as "Can use".',
  ],
  'connection.unknown': [
    'It cannot be told whether a bound connection can be used.',
    'Give the identity of Drover the right to read the named connections, then ask again.',
  ],
}

function describeFaults(code: ConnectionFault, faults: readonly Fault[]): Refusal {
  const [message, hint] = faultTexts[code]
  return refuse(
    code,
    message,
    hint,
    faults.map((fault) => fault.reason),
  ).refusal
}

function fault(code: ConnectionFault, reference: Reference, message: string): { readonly fault: Fault } {
  return { fault: { code, reason: { subject: reference.logicalName, message } } }
}

/**
 * Connector ids differ in their letter case and in being given as path or name. A custom connector (its name carries encoded dashes, `-5f`) gets
 * another last part in each environment, so there only the rest can be compared.
 */
function matchConnector(wanted: string | undefined, found: string): 'yes' | 'likely' | 'no' {
  if (wanted === undefined) return 'likely'
  const [a, b] = [nameOf(wanted), nameOf(found)]
  if (a === b) return 'yes'
  const [stemA, stemB] = [customStem(a), customStem(b)]
  return stemA !== undefined && stemA === stemB ? 'likely' : 'no'
}

function nameOf(connectorId: string): string {
  return (connectorName(connectorId) ?? '').toLowerCase()
}

function customStem(name: string): string | undefined {
  return /^(shared_.+)-5f[0-9a-f]{8,}$/.exec(name)?.[1]
}

function identityOf(observed: ObservedState): string {
  return observed.identity.objectId === undefined
    ? `the identity with user id ${observed.identity.userId}`
    : `the identity ${observed.identity.objectId}`
}

function describe(connection: ObservedConnection): string {
  return connection.displayName === undefined ? connection.id : `"${connection.displayName}" (${connection.id})`
}

function usedBy(reference: Reference): string {
  return reference.usedBy.length === 0 ? '' : `, used by ${reference.usedBy.join(', ')}`
}
