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
    attributes: ['xsi:nil'],
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
    kinds: ['SystemForm', 'Dashboard', 'InteractionCentricDashboard'],
    attributes: ['id'],
    of: ['cell'],
    reason: 'A generated id of the place that a control stands in; the control is known by its own id.',
    evidence: 'Observed: the designer makes a new one when a field is taken off a form and put back.',
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

function index(namesOf: (rule: NoiseRule) => readonly string[] | undefined): Map<string, NoiseRule[]> {
  const rules = new Map<string, NoiseRule[]>()
  for (const rule of noiseRules) {
    for (const name of namesOf(rule) ?? []) rules.set(name, [...(rules.get(name) ?? []), rule])
  }
  return rules
}
