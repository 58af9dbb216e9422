import { ownMember } from '#domain/kernel'
import type { Fact } from '#domain/difference'
import { entriesOf, filledText, isRecord, valueAt } from '../json-value.ts'
import { conditionText } from './flow-expression.ts'
import { alwaysAdditive, alwaysBehavioural, dotted, factPath, leafFacts, textOf } from './json-leaves.ts'
import { isFlowNoise } from './flow-noise.ts'

/** A trigger or an action of a flow, with where it stands. */
export interface FlowStep {
  readonly kind: 'trigger' | 'action'
  readonly name: string
  /** The scope, branch or loop that it stands in; undefined for triggers. */
  readonly place: string | undefined
  readonly body: unknown
}

/** What to call the connection reference behind each name that the flow gives its connections. */
export type ConnectionAliases = ReadonlyMap<string, string>

/**
 * What is true of one trigger or action, without the actions inside it. Its own fact has the path `action/<name>`; everything
 * else lies under that path, so it can be left out where the whole action comes or goes.
 */
export function describeStep(step: FlowStep, aliases: ConnectionAliases): Fact[] {
  const at = factPath(step.kind, step.name)
  const words = `${step.kind} ${shownName(step.name)}`
  const { body } = step
  if (!isRecord(body)) return [item(at, words, textOf(body))]
  return [
    item(at, words, connectionWords(body['inputs'], aliases)),
    ...(step.place === undefined
      ? []
      : [{ path: `${at}/in`, words, shape: 'place' as const, value: step.place, classes: alwaysBehavioural }]),
    ...Object.entries(body)
      .filter(([name, part]) => name !== 'evaluatedRecurrence' || textOf(part) !== textOf(body['recurrence']))
      .flatMap(([name, part]) => describePart({ at, words }, name, part)),
  ]
}

/** A flow's step as the designer shows it: it writes spaces as underscores. */
export function shownName(name: string): string {
  return name.includes(' ') ? JSON.stringify(name) : name.replaceAll('_', ' ')
}

interface Subject {
  readonly at: string
  readonly words: string
}

function describePart(subject: Subject, name: string, part: unknown): Fact[] {
  const at = `${subject.at}/${factPath(name)}`
  const facts = (tell: (path: readonly string[]) => string): Fact[] =>
    leafFacts(part, { at, words: (path) => `${subject.words}: ${tell(path)}` })
  if (isFlowNoise('container', name) && isEmpty(part)) return []
  switch (name) {
    case 'runAfter':
      return isRecord(part) ? describeRunAfter(subject, part) : facts(() => 'runs after')
    case 'metadata':
      return isRecord(part) ? describeMetadata(subject, part) : facts(() => 'metadata')
    case 'inputs':
      return describeInputs(subject, part)
    case 'expression':
      return [value(at, `${subject.words}: condition`, conditionText(part))]
    case 'recurrence':
      return isRecord(part) ? describeRecurrence(subject, part) : facts(() => 'recurrence')
    case 'description':
      return [{ ...value(at, `${subject.words}: description`, textOf(part)), classes: alwaysAdditive }]
    case 'actions':
      return isRecord(part) ? [] : facts(() => 'actions')
    case 'else':
    case 'default':
      return describeBranch({ at, words: `${subject.words}: ${name}` }, part)
    case 'cases':
      return isRecord(part) ? Object.entries(part).flatMap(([label, one]) => describeCase(subject, label, one)) : facts(() => 'cases')
    default:
      return facts((path) => dotted([ownMember(partNames, name) ?? name, ...path]))
  }
}

const partNames: Readonly<Record<string, string>> = { foreach: 'goes through', splitOn: 'starts once for each of', limit: 'limit' }

/** Undefined and an empty object say nothing. */
function isEmpty(part: unknown): boolean {
  if (!isRecord(part)) return false
  const [only, ...more] = Object.entries(part)
  if (only === undefined) return true
  return more.length === 0 && only[0] === 'actions' && isRecord(only[1]) && Object.keys(only[1]).length === 0
}

// Names of run results: https://learn.microsoft.com/azure/logic-apps/error-exception-handling
const resultWords: Readonly<Record<string, string>> = { Succeeded: 'success', Failed: 'failure', Skipped: 'skip', TimedOut: 'time-out' }

function describeRunAfter(subject: Subject, runAfter: Readonly<Record<string, unknown>>): Fact[] {
  return Object.entries(runAfter).map(([before, results]) => {
    const known: readonly unknown[] = Array.isArray(results) ? results : []
    const isList = Array.isArray(results) && known.every((result) => typeof result === 'string')
    const told = isList
      ? [...new Set(known.map((result) => ownMember(resultWords, String(result)) ?? JSON.stringify(result)))].sort()
      : [textOf(results)]
    return item(
      `${subject.at}/${factPath('runAfter', before)}`,
      `${subject.words}: runs after ${shownName(before)}`,
      `on ${told.join(' or ')}`,
    )
  })
}

function describeMetadata(subject: Subject, metadata: Readonly<Record<string, unknown>>): Fact[] {
  return Object.entries(metadata)
    .filter(([name]) => !isFlowNoise('metadata', name))
    .flatMap(([name, part]) =>
      leafFacts(part, {
        at: `${subject.at}/${factPath('metadata', name)}`,
        words: (path) => `${subject.words}: design note ${dotted([name, ...path])}`,
        classes: alwaysAdditive,
      }),
    )
}

/** `every 1 Day` as one fact, and whatever else a schedule says. */
function describeRecurrence(subject: Subject, recurrence: Readonly<Record<string, unknown>>): Fact[] {
  const { frequency, interval } = recurrence
  const at = `${subject.at}/recurrence`
  const isWhole = frequency !== undefined && interval !== undefined
  const rest = isWhole ? omit(recurrence, ['frequency', 'interval']) : recurrence
  return [
    ...(isWhole ? [value(at, `${subject.words}: recurrence`, `every ${textOf(interval)} ${textOf(frequency)}`)] : []),
    ...Object.entries(rest).flatMap(([name, part]) =>
      leafFacts(part, { at: `${at}/${factPath(name)}`, words: (path) => `${subject.words}: recurrence ${dotted([name, ...path])}` }),
    ),
  ]
}

function describeInputs(subject: Subject, inputs: unknown): Fact[] {
  const at = `${subject.at}/inputs`
  const hasConnection = filledText(valueAt(inputs, 'host', 'connectionName')) !== undefined
  return leafFacts(inputs, { at, words: (path) => `${subject.words}: ${inputWords(path)}` }).filter(
    (fact) => !hasConnection || fact.path !== `${at}/host/connectionName`,
  )
}

const inputNames: Readonly<Record<string, string>> = {
  'host/operationId': 'operation',
  'host/apiId': 'connector',
  'host/workflowReferenceName': 'child flow',
}

function inputWords(path: readonly string[]): string {
  const known = ownMember(inputNames, path.join('/'))
  if (known !== undefined) return known
  const [first, ...rest] = path
  // Connectors name the fields of a body `emailMessage/To`, `item/name`.
  if (first === 'parameters') return `input ${dotted(rest.map((name, at) => (at === 0 ? (name.split('/').at(-1) ?? name) : name)))}`
  return path.length === 0 ? 'input' : `input ${dotted(path)}`
}

function connectionWords(inputs: unknown, aliases: ConnectionAliases): string {
  const alias = filledText(valueAt(inputs, 'host', 'connectionName'))
  if (alias === undefined) return ''
  const reference = aliases.get(alias)
  return reference === undefined ? `uses connection ${JSON.stringify(alias)}` : `uses connection reference ${reference}`
}

function describeCase(subject: Subject, label: string, one: unknown): Fact[] {
  const at = `${subject.at}/${factPath('case', label)}`
  const words = `${subject.words}: case ${shownName(label)}`
  const wanted = isRecord(one) ? one['case'] : one
  const rest = isRecord(one) ? omit(one, ['case']) : {}
  return [item(at, words, wanted === undefined ? '' : `for ${textOf(wanted)}`), ...describeBranch({ at: `${at}/branch`, words }, rest)]
}

/** What a branch says beside its actions. */
function describeBranch(subject: Subject, branch: unknown): Fact[] {
  if (!isRecord(branch)) return leafFacts(branch, { at: subject.at, words: () => subject.words })
  return entriesOf(branch).flatMap(([name, part]) =>
    name === 'actions' && isRecord(part)
      ? []
      : leafFacts(part, { at: `${subject.at}/${factPath(name)}`, words: (path) => `${subject.words} ${dotted([name, ...path])}` }),
  )
}

function omit(record: Readonly<Record<string, unknown>>, names: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)))
}

function item(path: string, words: string, detail: string): Fact {
  return { path, words, shape: 'item', value: detail, classes: alwaysBehavioural }
}

function value(path: string, words: string, text: string): Fact {
  return { path, words, shape: 'value', value: text, classes: alwaysBehavioural }
}
