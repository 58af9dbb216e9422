import type { DescribedComponent, Fact } from '#domain/difference'
import { giveWay } from '../give-way.ts'
import type { ComponentPart, SolutionPackage, XmlElement } from '../package.ts'
import { attributeOf, childElements, childText, descendant } from '../xml/tree.ts'
import { activityTables, isMadeWithActivityTable, withPartyListsMarked } from './activity-tables.ts'
import { studioFact, withUpkeep } from './canvas-app-upkeep.ts'
import { fileFacts, filesOf } from './describe-files.ts'
import { manifestComponents } from './describe-manifest.ts'
import { digestOfPart } from './digest-of-part.ts'
import { flattenAttributes, flattenContent, flattenElement, type Flattening, type NameOf, type SpecialDescriber } from './flatten-xml.ts'
import { describeFormEvent } from './form-events.ts'
import { describeForm } from './forms.ts'
import { describeAppComponent } from './manifest-items.ts'
import { nounOfPart } from './nouns.ts'
import { describePrivilege } from './privileges.ts'
import type { Spot } from './spot.ts'
import { termOf, valueInWords } from './terms.ts'
import { tablesOf } from './relationship-tables.ts'

/** Everything that a solution says, component by component, as facts that two solutions are compared by. */
export async function describeSolution(pkg: SolutionPackage): Promise<DescribedComponent[]> {
  const names = new Map(pkg.parts.map((part) => [`${part.kind}:${part.key}`, { name: part.displayName, noun: nounOfPart(part) }]))
  const nameOf: NameOf = (id) => names.get(id)
  const components = manifestComponents(pkg, nameOf)
  const activities = activityTables(pkg.parts)
  // One after the other: opened canvas apps take memory.
  for (const [at, part] of pkg.parts.entries()) {
    if (at % partsAtOnce === partsAtOnce - 1) await giveWay()
    components.push(await describedPart(part, { nameOf, activities }))
  }
  return components
}

/** A few milliseconds of work. */
const partsAtOnce = 250

const special: Flattening['special'] = new Map<string, SpecialDescriber>([
  ['FormXml', describeFormLists],
  ['form', describeForm],
  ['AppModuleComponent', describeAppComponent],
  ['RolePrivilege', describePrivilege],
])

// Triggers of processes have an `event`, too, which is a text.
const specialOfForms: Flattening['special'] = new Map([...special, ['event', describeFormEvent]])
const kindsWithForms: ReadonlySet<string> = new Set(['SystemForm', 'Dashboard', 'InteractionCentricDashboard', 'Dialog'])

interface Around {
  readonly nameOf: NameOf
  /** Tables of activities, `Entity:<name>`. */
  readonly activities: ReadonlySet<string>
}

/** Main, quick, card …: the list that the form stands in says it. */
function formTypeOf(part: ComponentPart): string | undefined {
  return part.kind === 'SystemForm' ? /forms\[type=([^\]]*)\]/.exec(part.section.join('/'))?.[1] : undefined
}

/** The lists of a table's forms, by type: forms are components of their own, and a list without them says nothing. */
function describeFormLists(work: Flattening, element: XmlElement, spot: Spot): void {
  const isEmptyList = ({ attributes, children }: XmlElement): boolean =>
    children.length === 0 && attributes.every(({ name }) => name === 'type')
  if (element.attributes.length === 0 && childElements(element).every(isEmptyList)) return
  flattenAttributes(work, element, { spot, except: new Set() })
  flattenContent(work, element, { spot, except: new Set() })
}

async function describedPart(part: ComponentPart, { nameOf, activities }: Around): Promise<DescribedComponent> {
  const { elements, named } = filesOf(part)
  const fromFiles = await fileFacts(part, named)
  const noun = nounOfPart(part)
  const tables = tablesOf(part)
  return {
    kind: part.kind,
    key: part.key,
    displayName: part.displayName,
    parent: part.parent ?? tables[0],
    ...(noun === undefined ? {} : { noun }),
    ...(tables.length > 1 ? { goesWith: tables.slice(1) } : {}),
    ...(part.kind === 'Attribute' ? { detail: valueInWords(termOf('Attribute', 'Type'), childText(part.xml, 'Type') ?? '') } : {}),
    isUnmodified: isUnmodified(part),
    isLeftOutOfManaged: isMadeWithActivityTable(part, activities),
    isDelta: isDelta(part.xml),
    digest: `${digestOfPart(part)} ${formTypeOf(part) ?? ''}`,
    // Made when asked for: a large solution has millions.
    get facts() {
      const own = [...xmlFacts(part, elements, nameOf), ...fromFiles()]
      return part.kind === 'CanvasApp' ? appFacts(part, own) : withPartyListsMarked(part, own)
    },
  }
}

function appFacts(part: ComponentPart, facts: readonly Fact[]): Fact[] {
  const studio = childText(part.xml, 'CreatedByClientVersion')
  return [...withUpkeep(facts), ...(studio === undefined ? [] : [studioFact(studio)])]
}

function xmlFacts(part: ComponentPart, fileElements: ReadonlySet<XmlElement>, nameOf: NameOf): Fact[] {
  if (part.xml === undefined) return []
  const facts: Fact[] = []
  const table = part.parent?.startsWith('Entity:') === true ? { table: part.parent.slice('Entity:'.length) } : {}
  const own = kindsWithForms.has(part.kind) ? specialOfForms : special
  const work: Flattening = { kind: part.kind, facts, special: own, fileElements, nameOf, ...table, depth: 0 }
  flattenElement(work, part.xml, { path: '', words: '' })
  const formType = formTypeOf(part)
  if (formType !== undefined) facts.push({ path: '#type', words: 'type of form', shape: 'value', value: formType })
  return facts
}

/** Any mark of what was done (`solutionaction="Added"`) makes the whole a list of changes. */
function isDelta(root: XmlElement | undefined): boolean {
  const open = root === undefined ? [] : [root]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at.attributes.some(({ name }) => name === 'solutionaction')) return true
    for (const node of at.children) if (node.type === 'element') open.push(node)
  }
  return false
}

/** The mark stands on the component's own element; that of a table inside it. */
function isUnmodified(part: ComponentPart): boolean {
  return [part.xml, descendant(part.xml, 'EntityInfo', 'entity')].some((element) => attributeOf(element, 'unmodified') === '1')
}
