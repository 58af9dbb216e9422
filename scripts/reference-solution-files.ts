import type { ChangeClass, FactRule } from '#domain/difference'
import { componentRules, factRules, nounOf } from '#domain/difference'
import type { CanvasNoise, FlowNoise, ItemRule, NoiseRule } from '#format'
import { canvasNoise, canvasUpkeep, editorKeys, flowNoise, itemRules, layoutDeviations, noiseRules, yamlLayoutFacts } from '#format'
import type { Page } from './reference.ts'
import { code, table } from './reference-markdown.ts'

export const solutionLayoutPage: Page = {
  file: 'solution-layout.md',
  madeFrom: 'src/format/source/layout-deviations.ts and src/format/yaml/yaml-layout-facts.ts',
  render: () =>
    [
      '# Layouts of unpacked solutions',
      'How to use them is told in [solution files](../solution-files.md).',
      '## XML: where Drover does otherwise than SolutionPackager',
      'The XML layout is that of SolutionPackager: the same paths and, with LF line ends, the same bytes. It is compared with SolutionPackager 9.1.1.159. ' +
        'This table lists every deviation that is known.',
      table(
        ['What', 'SolutionPackager', 'Drover', 'Why'],
        layoutDeviations.map(({ what, solutionPackager, drover, reason }) => [what, solutionPackager, drover, reason]),
      ),
      '## YAML: what Drover follows, and what that rests on',
      "The YAML layout is that of Dataverse Git integration. Microsoft documents a part of it, and public repositories show more. *documented*: in Microsoft's " +
        '"Solution YAML source control format reference". *seen*: in so many public repositories. *inferred*: from those, or from the XML layout. *unverified*: without evidence, a choice of Drover\'s. ' +
        'Whether the platform takes in what Drover writes in this layout is unverified for all of it.',
      table(
        ['Subject', 'Rule', 'Evidence'],
        yamlLayoutFacts.map(({ subject, rule, evidence, repositories }) => [
          markup(subject),
          markup(rule),
          repositories === undefined ? evidence : `${evidence} (${repositories})`,
        ]),
      ),
    ].join('\n\n'),
}

export const differencePage: Page = {
  file: 'difference.md',
  madeFrom: 'src/domain/difference/class-rules.ts and the rules in src/format/describe',
  render: () =>
    [
      '# Differences of solutions',
      'What `drover solution diff` takes for the same thing, what it takes for no change, and what a change means.',
      ...classes(),
      ...noise(),
      ...identity(),
    ].join('\n\n'),
}

function classes(): string[] {
  return [
    '## What a change means',
    'What is new is *additive*; what goes or changes, and a value where there was none, is *behavioural*, unless one of these rules says otherwise. *Destructive* is what may lose data, or a right that somebody has, when the new version ' +
      'replaces the old one. Inside of flows and canvas apps every change is behavioural, since a new action or control acts, but for descriptions, metadata and editor settings, which are additive. A component ' +
      'takes the gravest class of its changes.',
    '### Components that come or go',
    table(
      ['Component', 'Change', 'Class', 'Why'],
      componentRules.map((rule) => [rule.kinds.map(nounOf).join(', '), rule.change, rule.class, rule.reason]),
    ),
    '### Facts of components',
    'The path is the one that `--json` gives, as a regular expression.',
    table(
      ['Component', 'Path', 'When', 'Class', 'Why'],
      factRules.map((rule) => [
        rule.kind === undefined ? 'any' : nounOf(rule.kind),
        code(rule.path.source),
        conditionOf(rule),
        rule.class satisfies ChangeClass,
        rule.reason,
      ]),
    ),
  ]
}

/** What the tests of rules ask, by their names. A new one has to be put into words here. */
const conditions: Readonly<Record<string, string>> = {
  changed: 'it changed',
  itemAdded: 'it is new',
  itemRemoved: 'it was removed',
  valueAdded: 'it was not there before',
  lowered: 'the number is smaller',
  narrowed: 'the reach is narrower',
}

function conditionOf(rule: FactRule): string {
  const words = conditions[rule.when.name]
  if (words === undefined) throw new Error(`The reference has no words for the test "${rule.when.name}" of a rule.`)
  return words
}

function noise(): string[] {
  return [
    '## What never shows',
    'The order of what has no order, white space between elements, how XML, JSON and YAML are written, and what these rules name.',
    table(
      ['What', 'In', 'Why', 'What shows it'],
      noiseRules.map((rule) => [whatOf(rule), placesOf(rule), rule.reason, rule.evidence]),
    ),
    '### In flows',
    table(['What', 'Where', 'Why'], grouped(flowNoise, flowKey, flowCells)),
    '### In canvas apps',
    table(['What', 'In', 'Why', 'What shows it'], grouped(canvasNoise, canvasKey, canvasCells)),
    `What only the editor reads is told as one change of an app, not one by one: ${editorKeys.map(code).join(', ')}.`,
    '### What Studio keeps in canvas apps by itself',
    'No noise, but told in one line.',
    table(
      ['What', 'Why', 'What shows it'],
      canvasUpkeep.map(({ what, reason, evidence }) => [what, reason, evidence]),
    ),
    '### Between the managed and the unmanaged form of a solution',
    'Export to managed changes more than the package type. When one side is managed and the other is not, managed properties that one side lacks, labels that one side leaves blank, and ' +
      'components that one side only mentions (`unmodified`) are no differences. Forms and apps that the managed side writes as changes of another solution are told as such, not piece by piece.',
  ]
}

function whatOf(rule: NoiseRule): string {
  const attributes = rule.attributes?.map((name) => code(`@${name}`)) ?? []
  const names = [...(rule.elements?.map((name) => code(`<${name}>`)) ?? []), ...attributes, ...(rule.members?.map(code) ?? [])]
  const defaults = Object.entries(rule.defaults ?? {}).map(([name, value]) => `${code(`${name} = ${value}`)}`)
  const optional = (rule.optional ?? []).map((name) => `the coming or going of ${code(`<${name}>`)}`)
  return rule.what ?? [...names, ...defaults, ...optional].join(', ')
}

function placesOf(rule: NoiseRule): string {
  const kinds = rule.kinds?.map(nounOf).join(', ') ?? 'all'
  return rule.of === undefined ? kinds : `${kinds}, on ${rule.of.map((name) => code(`<${name}>`)).join(', ')}`
}

const flowPlaces: Readonly<Record<FlowNoise['within'], string>> = {
  metadata: 'metadata of a trigger or an action',
  definition: 'the definition',
  container: 'anywhere, when it is empty',
  trigger: 'a trigger, where it says the same',
}

function flowKey({ within, reason }: FlowNoise): string {
  return `${within} ${reason}`
}

function flowCells(same: readonly FlowNoise[], { within, reason }: FlowNoise): string[] {
  return [same.map(({ name }) => code(name)).join(', '), flowPlaces[within], reason]
}

function canvasKey({ what, within, value, reason }: CanvasNoise): string {
  return [what, within?.source, value, reason].join(' ')
}

function canvasCells(same: readonly CanvasNoise[], { what, within, value, reason, evidence }: CanvasNoise): string[] {
  const names = same.map(({ name }) => code(value === undefined ? name : `${name} = ${String(value)}`)).join(', ')
  return [names, what === 'file' ? 'the app' : filesOf(within), reason, evidence]
}

/** The files that a pattern of paths fits: these patterns are lists of names of files and folders. */
function filesOf(pattern: RegExp | undefined): string {
  const names = (pattern?.source ?? '').replace(/\^|\$|\(\?:|\)|\\/g, '').split('|')
  return names.map((name) => code(name.replace(/\/$/, ''))).join(', ')
}

/** One row for all rules that differ by their name only. */
function grouped<T>(rules: readonly T[], keyOf: (rule: T) => string, cellsOf: (same: readonly T[], first: T) => string[]): string[][] {
  const groups = new Map<string, T[]>()
  for (const rule of rules) groups.set(keyOf(rule), [...(groups.get(keyOf(rule)) ?? []), rule])
  return [...groups.values()].flatMap((same) => same.slice(0, 1).map((first) => cellsOf(same, first)))
}

function identity(): string[] {
  return [
    '## What is the same thing in two versions',
    'Components are known by what is stable between environments: tables and columns by name, forms, views, flows and roles by id. ' +
      'Inside of them, an entry of a list is known by this (`@` is an attribute, `#` the text). What no rule names is known by the first of id, unique name, ' +
      'schema name, logical name, name, key, language and value that every entry of the list has, and else by all that it says. Where order has a meaning, a new order is a change.',
    table(['Entry', 'What it is called', 'Known by', 'Has an order'], itemRules.map(identityCells)),
  ]
}

function identityCells(rule: ItemRule): string[] {
  const within = rule.within === undefined ? '' : ` in ${rule.within.map((name) => code(`<${name}>`)).join(', ')}`
  const known = rule.by.length === 0 ? 'it is the only one' : rule.by.map(code).join(', ')
  return [`${code(`<${rule.item}>`)}${within}`, rule.noun, known, rule.ordered === true ? 'yes' : '']
}

/** Names of files and placeholders, which Markdown would take for HTML, as code. */
function markup(text: string): string {
  return text.replace(/<[^>]*>(?:<\/[^>]*>)?/g, (tag) => code(tag)).replace(/`` ?/g, '')
}
