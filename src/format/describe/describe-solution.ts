import type { DescribedComponent, Fact } from '#domain/difference'
import type { ComponentPart, SolutionPackage } from '../package.ts'
import { fileFacts, filesOf } from './describe-files.ts'
import { manifestComponents } from './describe-manifest.ts'
import { digestOfPart } from './digest-of-part.ts'
import { flattenElement, type Flattening } from './flatten-xml.ts'
import { describeForm } from './forms.ts'
import { nounOfPart } from './nouns.ts'
import { describePrivilege } from './privileges.ts'
import { tablesOf } from './relationship-tables.ts'

/** Everything that a solution says, component by component, as facts that two solutions are compared by. */
export async function describeSolution(pkg: SolutionPackage): Promise<DescribedComponent[]> {
  const components = pkg.parts.map((part) => describedPart(part))
  return [...manifestComponents(pkg), ...(await Promise.all(components))]
}

const special: Flattening['special'] = new Map([
  ['form', describeForm],
  ['RolePrivilege', describePrivilege],
])

async function describedPart(part: ComponentPart): Promise<DescribedComponent> {
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
    isUnmodified: isUnmodified(part),
    digest: digestOfPart(part),
    // Made when asked for: a large solution has millions.
    get facts() {
      return [...xmlFacts(part, elements), ...fromFiles()]
    },
  }
}

function xmlFacts(part: ComponentPart, fileElements: Flattening['fileElements']): Fact[] {
  if (part.xml === undefined) return []
  const facts: Fact[] = []
  const work: Flattening = { kind: part.kind, facts, special, depth: 0, ...(fileElements === undefined ? {} : { fileElements }) }
  flattenElement(work, part.xml, { path: '', words: '' })
  return facts
}

function isUnmodified(part: ComponentPart): boolean {
  const marks = part.xml?.attributes.concat(part.xml.children.flatMap((node) => (node.type === 'element' ? node.attributes : []))) ?? []
  return marks.some(({ name, value }) => name === 'unmodified' && value === '1')
}
