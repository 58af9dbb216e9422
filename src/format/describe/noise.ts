import { knownEmpty } from './empty-elements.ts'

/** Something in a solution file that says nothing about the solution. */
export interface NoiseRule {
  readonly id: string
  /** Kinds of component that it holds for; all when undefined. `Solution` is the manifest and what stands around the sections. */
  readonly kinds?: readonly string[]
  /** Names of elements that are skipped with all that is in them. */
  readonly elements?: readonly string[]
  /** Names of attributes that are skipped; with `of`, on elements of these names only. */
  readonly attributes?: readonly string[]
  readonly of?: readonly string[]
  /** Names of JSON members that are skipped with all that is in them. */
  readonly members?: readonly string[]
  /** Elements or attributes (`@name`) that say nothing when they hold this value: it is what holds when they are absent. */
  readonly defaults?: Readonly<Record<string, string>>
  /** Elements that the platform writes or leaves out as it likes: another value is a change, their coming or going is none. */
  readonly optional?: readonly string[]
  /** What it holds for, where names do not say it. */
  readonly what?: string
  readonly reason: string
  /** What shows it. */
  readonly evidence: string
}

/** Everything that never shows as a difference, beside order, white space between elements and the spelling of XML and JSON. */
export const noiseRules: readonly NoiseRule[] = [
  {
    id: 'platform-stamp',
    kinds: ['Solution'],
    attributes: [
      'version',
      'SolutionPackageVersion',
      'generatedBy',
      'OrganizationVersion',
      'OrganizationSchemaType',
      'CRMServerServiceabilityVersion',
    ],
    of: ['ImportExportXml'],
    reason: 'Says which platform wrote the file, not what is in it.',
    evidence: 'Observed: every export of an unchanged solution from a newer platform carries other stamps.',
  },
  {
    id: 'schema-declaration',
    attributes: ['xmlns:xsi', 'xmlns:xsd'],
    reason: 'Declares a prefix; SolutionPackager appends it to the root of every file that it splits out.',
    evidence: 'Observed in all listings of SolutionPackager that were compared.',
  },
  {
    id: 'nil',
    defaults: { '@xsi:nil': 'true' },
    reason: 'An element marked nil is empty, as an element without content is.',
    evidence: 'Observed: empty fields of publishers are written with and without it.',
  },
  {
    id: 'label-id',
    attributes: ['labelid'],
    reason: 'A generated id of the row that holds a label; the label itself is compared.',
    evidence: 'Observed on cells, sections and tabs of forms, in newer exports only.',
  },
  {
    id: 'cell-id',
    kinds: ['SystemForm', 'Dashboard', 'InteractionCentricDashboard', 'Dialog'],
    attributes: ['id'],
    of: ['cell'],
    reason: 'A generated id of the place that a control stands in; the control is known by its own id.',
    evidence: 'Observed: the designer makes a new one when a field is taken off a form and put back.',
  },
  {
    id: 'control-unique-id',
    kinds: ['SystemForm', 'Dashboard', 'InteractionCentricDashboard', 'Dialog'],
    attributes: ['uniqueid'],
    of: ['control'],
    reason: 'A generated id by which settings of the control name it; they are compared under the control itself.',
    evidence: 'Observed: the designer adds one to every control of a form that it saves.',
  },
  {
    id: 'empty',
    what: `Elements without content and attributes that are columns of rows or settings (in ${inCode([...knownEmpty.rows, ...knownEmpty.settings])}, and in files of rows of solution-aware tables) or lists (${inCode(knownEmpty.lists)}); labels without text. Any other element shows by being there.`,
    reason: 'They say no more than their absence does.',
    evidence: 'Observed: sections, lists and labels are written empty by some versions of the platform and left out by others.',
  },
  {
    id: 'comment',
    what: 'Comments and processing instructions of XML, also in definitions of processes (XAML).',
    reason: 'They are for readers of the file; nothing acts on them.',
    evidence:
      'Documented: XML 1.0, section 2.5: comments are no part of the character data of a document, and a processor need not hand them on.',
  },
  {
    id: 'handler-id',
    attributes: ['handlerUniqueId', 'libraryUniqueId'],
    reason: 'A generated id of a line in a list; the library and function that it names are compared.',
    evidence: 'Observed: no other part of a file refers to it.',
  },
  {
    id: 'introduced-version',
    elements: ['IntroducedVersion', 'introducedversion'],
    attributes: ['IntroducedVersion'],
    reason: 'The version of the solution in which the platform first saw the component: history, not content.',
    evidence: 'Observed: written by the platform on every component.',
  },
  {
    id: 'default',
    defaults: {
      IsMSTeamsIntegrationEnabled: '0',
      LookupStyle: 'single',
      ImeMode: 'auto',
      ValidForCreateApi: '1',
      ValidForUpdateApi: '1',
      AppDefaultValue: '-1',
      '@ExternalValue': '',
    },
    reason: 'The value that holds when nothing is written; some versions of the platform write it and others do not.',
    evidence:
      'Observed between versions of real solutions, where the other version had none: the first five 60, 1, 4, 5 and 1 times. ExternalValue is an attribute of choices: empty on all 4,049 that have it. AppDefaultValue: observed with this value where a choice has no default.',
  },
  {
    id: 'written-by-newer-platforms',
    kinds: ['Attribute', 'Entity', 'SavedQuery', 'SystemForm'],
    optional: ['CanChangeDateTimeBehavior', 'CanBeDeleted'],
    reason: 'A managed property that newer platforms write for every component, with a value that follows from the rest.',
    evidence: 'Observed between versions of real solutions: 122 columns and 157 views, with nothing else changed in most.',
  },
  {
    id: 'dependency-number',
    kinds: ['Solution'],
    attributes: ['key'],
    of: ['Required', 'Dependent'],
    reason: 'A running number in the list of missing dependencies.',
    evidence: 'Observed: numbers go from 0 up in document order and repeat with the component that they number.',
  },
  {
    id: 'canvas-app-stamp',
    kinds: ['CanvasApp'],
    elements: ['AppVersion', 'CreatedByClientVersion', 'MinClientVersion', 'Tags'],
    reason: 'When, and by which version of the designer, the app was last published; what it does is compared in the app itself.',
    evidence: 'Observed: all four change with every publication of an app.',
  },
  {
    id: 'flow-run-name',
    kinds: ['CanvasApp'],
    members: ['workflowName'],
    reason: 'The id under which one environment runs a flow; the flow itself is named beside it.',
    evidence: 'Observed: differs between the managed and the unmanaged export of one version, next to an equal workflowEntityId.',
  },
  {
    id: 'control-config-id',
    kinds: ['Entity'],
    elements: ['CustomControlDefaultConfigId'],
    reason: 'A generated id of the row that holds the default controls of a table; they are compared themselves.',
    evidence: 'Observed: differs between the managed and the unmanaged export of one version.',
  },
  {
    id: 'object-type-code',
    kinds: ['Entity'],
    elements: ['ObjectTypeCode'],
    reason: 'A number that each environment gives to a custom table.',
    evidence: 'Documented: object type codes of custom tables differ between environments.',
  },
]

const elementRules = index((rule) => rule.elements)
const attributeRules = index((rule) => rule.attributes)

/** The rule by which an element says nothing, or undefined. */
export function noiseElement(kind: string, name: string): NoiseRule | undefined {
  return elementRules.get(name)?.find((rule) => rule.kinds === undefined || rule.kinds.includes(kind))
}

/** The rule by which an attribute says nothing, or undefined. */
export function noiseAttribute(kind: string, element: string, name: string): NoiseRule | undefined {
  return attributeRules
    .get(name)
    ?.find((rule) => (rule.kinds === undefined || rule.kinds.includes(kind)) && (rule.of === undefined || rule.of.includes(element)))
}

const defaults = new Map(noiseRules.flatMap((rule) => Object.entries(rule.defaults ?? {})))

/** Whether the value says no more than its absence would. `name` is an element's, or an attribute's with `@`. */
export function isDefault(name: string, value: string): boolean {
  return defaults.get(name) === value
}

/** Whether a JSON member says nothing. */
export function isNoiseMember(kind: string, name: string): boolean {
  return noiseRules.some((rule) => rule.members?.includes(name) === true && (rule.kinds === undefined || rule.kinds.includes(kind)))
}

/** Whether the coming or going of an element says nothing. */
export function isOptional(kind: string, name: string): boolean {
  return noiseRules.some((rule) => rule.optional?.includes(name) === true && (rule.kinds === undefined || rule.kinds.includes(kind)))
}

function index(namesOf: (rule: NoiseRule) => readonly string[] | undefined): Map<string, NoiseRule[]> {
  const rules = new Map<string, NoiseRule[]>()
  for (const rule of noiseRules) {
    for (const name of namesOf(rule) ?? []) rules.set(name, [...(rules.get(name) ?? []), rule])
  }
  return rules
}

function inCode(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ')
}
