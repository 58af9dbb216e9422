import type { DescribedComponent, Fact } from '#domain/difference'
import { contentTypesPath } from '../content-types.ts'
import type { SolutionPackage, XmlElement } from '../package.ts'
import { childText, child } from '../xml/tree.ts'
import { firstLabel } from '../kinds/identity.ts'
import { factsOfFile } from './describe-files.ts'
import { digestOfElement, digestOfPart } from './digest-of-part.ts'
import { flattenElement, type Flattening, type NameOf } from './flatten-xml.ts'
import { describeMissingDependency, describeRootComponent } from './manifest-items.ts'

/** The manifest and what stands around the sections, as the component `Solution`; and one component for all other files. */
export function manifestComponents(pkg: SolutionPackage, nameOf: NameOf): DescribedComponent[] {
  const manifest = child(pkg.manifest, 'SolutionManifest')
  const solution: DescribedComponent = {
    kind: 'Solution',
    // One comparison has one solution on each side, whatever it is called there.
    key: 'solution',
    displayName: firstLabel(manifest, 'LocalizedNames') ?? childText(manifest, 'UniqueName'),
    parent: undefined,
    digest: digestOfElement(pkg.manifest) + digestOfElement(pkg.skeleton),
    get facts() {
      return [
        ...factsOf(pkg.manifest, { path: '', nameOf }),
        ...factsOf(withoutEmptySections(pkg.skeleton), { path: 'customizations', nameOf }),
      ]
    },
  }
  const files = pkg.otherFiles.filter((file) => file.path.toLowerCase() !== contentTypesPath.toLowerCase())
  if (files.length === 0) return [solution]
  const others: DescribedComponent = {
    kind: 'Files',
    key: 'files',
    displayName: 'of no component',
    parent: undefined,
    digest: digestOfPart({ xml: undefined, files }),
    get facts() {
      return files.flatMap((file) => {
        const spot = { path: `file[${file.path}]`.replaceAll('/', '%2f'), words: file.path }
        const item: Fact = { ...spot, words: `file ${file.path}`, shape: 'item', value: '' }
        return [item, ...factsOfFile(file, { path: `${spot.path}/content`, words: file.path })]
      })
    },
  }
  return [solution, others]
}

const special: Flattening['special'] = new Map([
  ['RootComponent', describeRootComponent],
  ['MissingDependency', describeMissingDependency],
])

function factsOf(root: XmlElement, from: { path: string; nameOf: NameOf }): Fact[] {
  const facts: Fact[] = []
  const work: Flattening = { kind: 'Solution', facts, special, nameOf: from.nameOf, depth: 0 }
  flattenElement(work, root, { path: from.path, words: '' })
  return facts
}

/** A section without components says nothing, whether it is there or not. */
function withoutEmptySections(root: XmlElement): XmlElement {
  return { ...root, children: root.children.filter((node) => node.type !== 'element' || holdsSomething(node)) }
}

function holdsSomething(element: XmlElement): boolean {
  if (element.attributes.length > 0) return true
  return element.children.some((node) => (node.type === 'element' ? holdsSomething(node) : node.text.trim() !== ''))
}
