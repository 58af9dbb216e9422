import { ownMember } from '#domain/kernel'
import type { Fact } from '#domain/difference'
import { entriesOf, filledText, isRecord, valueAt } from '../json-value.ts'
import { alwaysAdditive, alwaysBehavioural, distinctFacts, dotted, factPath, leafFacts, textOf } from './json-leaves.ts'
import { readJsonFile } from './json-text.ts'
import { isFlowNoise } from './flow-noise.ts'
import { describeStep, shownName, type ConnectionAliases, type FlowStep } from './flow-steps.ts'

/**
 * Everything that is true of a cloud flow, from the JSON of its file: triggers, actions at any depth, connection references, parameters, and
 * whatever else stands there. Facts lie under the path of what they are about (`action/Send_mail`, `action/Send_mail/inputs/…`); an action keeps
 * its path when it moves into another scope. Noise (`flowNoise`), key order and formatting make no facts.
 */
export function describeFlow(definition: unknown): Fact[] {
  const workflow = valueAt(definition, 'properties', 'definition')
  const references = valueAt(definition, 'properties', 'connectionReferences')
  const aliases = aliasesOf(references)
  return distinctFacts([
    ...entriesOf(references).flatMap(([alias, reference]) => describeReference(alias, reference, aliases)),
    ...stepsOf(workflow).flatMap((step) => describeStep(step, aliases)),
    ...entriesOf(valueAt(workflow, 'parameters')).flatMap(([name, parameter]) => describeParameter(name, parameter)),
    ...describeRest(definition),
  ])
}

/**
 * What is true of a flow's file. Nothing of it is silent: a file that is no JSON is one fact with its text, and what JSON readers drop (a name
 * that stands twice, digits that a number cannot keep) makes the text as it is written a fact beside the others.
 */
export function describeFlowFile(bytes: Uint8Array): Fact[] {
  const file = readJsonFile(bytes)
  if (file === undefined)
    return [
      { path: 'text', words: 'file that cannot be read as JSON', shape: 'value', value: plainText(bytes), classes: alwaysBehavioural },
    ]
  const asWritten: Fact[] =
    file.asWritten === undefined
      ? []
      : [{ path: 'text', words: 'file as it is written', shape: 'value', value: file.asWritten, classes: alwaysBehavioural }]
  return [...describeFlow(file.value), ...asWritten]
}

/** The bytes as text, different for different bytes. */
function plainText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return `not UTF-8: ${new TextDecoder('latin1').decode(bytes)}`
  }
}

/** Triggers and actions of a flow; in what each scope, branch and loop holds. */
function stepsOf(workflow: unknown): FlowStep[] {
  const steps: FlowStep[] = entriesOf(valueAt(workflow, 'triggers')).map(([name, body]) => ({
    kind: 'trigger',
    name,
    place: undefined,
    body,
  }))
  const waiting = [{ actions: valueAt(workflow, 'actions'), place: 'top level' }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const [name, body] of entriesOf(next.actions)) {
      steps.push({ kind: 'action', name, place: next.place, body })
      for (const branch of branchesOf(name, body)) waiting.push(branch)
    }
  }
  return steps
}

function branchesOf(name: string, body: unknown): { readonly actions: unknown; readonly place: string }[] {
  const shown = shownName(name)
  return [
    { actions: valueAt(body, 'actions'), place: innerPlace(shown, valueAt(body, 'type')) },
    { actions: valueAt(body, 'else', 'actions'), place: `condition ${shown}, if no` },
    { actions: valueAt(body, 'default', 'actions'), place: `switch ${shown}, otherwise` },
    ...entriesOf(valueAt(body, 'cases')).map(([label, one]) => ({
      actions: valueAt(one, 'actions'),
      place: `switch ${shown}, case ${shownName(label)}`,
    })),
  ]
}

function innerPlace(shown: string, type: unknown): string {
  if (type === 'If') return `condition ${shown}, if yes`
  return type === 'Foreach' || type === 'Until' ? `loop ${shown}` : `scope ${shown}`
}

/**
 * The designer numbers the names that a flow gives its connections; what counts is the connection reference behind each. Where two names stand
 * for one reference they are kept apart by their own names, since each may be used in its own way.
 */
function aliasesOf(references: unknown): ConnectionAliases {
  const byName = new Map<string, string[]>()
  for (const [alias, reference] of entriesOf(references)) {
    const logicalName = filledText(valueAt(reference, 'connection', 'connectionReferenceLogicalName'))
    if (logicalName !== undefined) byName.set(logicalName, [...(byName.get(logicalName) ?? []), alias])
  }
  return new Map(
    [...byName].flatMap(([name, aliases]) =>
      aliases.map((alias): [string, string] => [alias, aliases.length === 1 ? name : `${name} (as ${alias})`]),
    ),
  )
}

function describeReference(alias: string, reference: unknown, aliases: ConnectionAliases): Fact[] {
  const name = aliases.get(alias)
  const at = factPath('connection', name ?? `(own) ${alias}`)
  const words = name === undefined ? `connection ${alias}` : `connection reference ${name}`
  const connector = filledText(valueAt(reference, 'api', 'name'))
  const leaves = leafFacts(reference, { at, words: (path) => `${words}: ${dotted(path)}` })
  const told = [
    ...(name === undefined ? [] : ['connection/connectionReferenceLogicalName']),
    ...(connector === undefined ? [] : ['api/name']),
  ]
  return [
    { path: at, words, shape: 'item', value: connector ?? (isRecord(reference) ? '' : textOf(reference)), classes: alwaysBehavioural },
    ...leaves.filter((fact) => fact.path !== at && !told.includes(fact.path.slice(at.length + 1))),
  ]
}

function describeParameter(name: string, parameter: unknown): Fact[] {
  const at = factPath('parameter', name)
  const words = `parameter ${name}`
  if (!isRecord(parameter)) return leafFacts(parameter, { at, words: () => words })
  return [
    { path: at, words, shape: 'item', value: '' },
    ...Object.entries(parameter).flatMap(([key, part]) =>
      leafFacts(part, {
        at: `${at}/${factPath(key)}`,
        words: (path) => `${words}: ${dotted([key === 'defaultValue' ? 'default value' : key, ...path])}`,
        ...(key === 'metadata' ? { classes: alwaysAdditive } : {}),
      }),
    ),
  ]
}

/** What the file says beside what has facts of its own, whatever it is: nothing of it is silent. */
function describeRest(definition: unknown): Fact[] {
  const properties = valueAt(definition, 'properties')
  const workflow = valueAt(properties, 'definition')
  if (!isRecord(definition)) return leafFacts(definition, { at: 'file', words: (path) => dotted(['definition', ...path]) })
  return [
    ...restOf(definition, 'file', (name) => name === 'properties' && isRecord(properties)),
    ...restOf(properties, 'flow', (name, part) => (name === 'definition' || name === 'connectionReferences') && isRecord(part)),
    ...restOf(workflow, 'definition', (name, part) => (isFlowNoise('definition', name) && !isRecord(part)) || hasOwnFacts(name, part)),
  ]
}

function hasOwnFacts(name: string, part: unknown): boolean {
  return ['triggers', 'actions', 'parameters'].includes(name) && isRecord(part)
}

function restOf(value: unknown, label: string, isTold: (name: string, part: unknown) => boolean): Fact[] {
  return entriesOf(value)
    .filter(([name, part]) => !isTold(name, part) && !(isFlowNoise('container', name) && isRecord(part) && Object.keys(part).length === 0))
    .flatMap(([name, part]) =>
      leafFacts(part, { at: factPath(label, name), words: (path) => dotted([ownMember(shownParts, name) ?? name, ...path]) }),
    )
}

const shownParts: Readonly<Record<string, string>> = {
  outputs: 'output',
  contentVersion: 'content version',
  templateName: 'made from template',
}
