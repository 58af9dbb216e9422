import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { diffSolutions, differenceText, type DescribedComponent } from '#domain/difference'
import {
  describeSolution,
  memoryTree,
  noiseRules,
  packageOfTree,
  parseXml,
  readZip,
  unpackSolution,
  type PackageFile,
  type XmlElement,
  type XmlNode,
} from '#format'
import { corpusSolutions, whyNoCorpus, type CorpusSolution } from '../support/corpus.ts'

const ownSolution = filesIn(join(import.meta.dirname, '../../samples/contoso-inspection/1.1.0.0'))
const ownEarlier = filesIn(join(import.meta.dirname, '../../samples/contoso-inspection/1.0.0.0'))

describe('two solutions that say the same', () => {
  it('do not differ: our own against itself, and no two facts of a component share a path', async () => {
    await expectSameSaid(ownSolution)
  })

  it('do not differ: our own against what it was unpacked to', async () => {
    expect(await difference(ownSolution, await sourceOf(ownSolution))).toEqual([])
  })

  it('do not differ when one is re-ordered and re-formatted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat()), async (dice) => {
        const next = (): number => Number(dice.next().value)
        expect(
          await difference(
            ownSolution,
            rewritten(ownSolution, (root) => shuffled(root, next)),
          ),
        ).toEqual([])
      }),
      { numRuns: 12 },
    )
  })

  describe('in the corpus', () => {
    if (corpusSolutions.length === 0) it.skip(`every solution: ${whyNoCorpus}`, () => undefined)

    it.for(corpusSolutions.map((solution) => [solution.name, solution] as const))('%s', async ([, solution]) => {
      const bytes = solution.read()
      const files = await readZip(bytes)
      const said = await expectSameSaid(files)
      // The largest take long, and have nothing that the others lack.
      if (bytes.length > 200_000) return
      expect(linesBetween(said, await described(await sourceOf(files))), 'against what it was unpacked to').toEqual([])
      let seed = 1
      const next = (): number => (seed = (seed * 48271) % 2147483647)
      const other = rewritten(files, (root) => shuffled(root, next))
      expect(linesBetween(said, await described(other)), 're-ordered and re-formatted').toEqual([])
    })
  })
})

describe('two solutions that differ', () => {
  it('are told apart, and backwards with added and removed exchanged', async () => {
    const lines = await difference(ownEarlier, ownSolution)
    expect(lines).toContain('solution: version 1.0.0.0 → 1.1.0.0')
    expect((await difference(ownSolution, ownEarlier)).length).toBe(lines.length)
  })

  it('are told apart by any one change that is no noise: our own', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), async (at, how) => {
        const edited = oneEdit(ownSolution, at, how)
        if (edited === undefined) return
        expect(await difference(ownSolution, edited.files), edited.what).not.toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  const small = corpusSolutions.filter((solution) => solution.read().length < 300_000)
  it.for(small.map((solution) => [solution.name, solution] as const))('are told apart by any one change: %s', async ([, solution]) => {
    const files = await readZip(solution.read())
    const before = await described(files)
    for (let run = 0; run < 4; run++) {
      const edited = oneEdit(files, 7919 * (run + 1) * 31, run)
      if (edited === undefined) continue
      const lines = differenceText(diffSolutions(before, await described(edited.files)))
      expect(lines, `${run} ${edited.what}`).not.toEqual([])
    }
  })
})

describe('versions of real solutions', () => {
  let chains: (readonly [CorpusSolution, CorpusSolution])[] = []
  beforeAll(() => {
    chains = corpusSolutions.flatMap((one, at) => {
      const next = corpusSolutions[at + 1]
      return next?.solution === one.solution && one.read().length < 300_000 ? [[one, next] as const] : []
    })
  })

  it.skipIf(corpusSolutions.length === 0)('differ in the same places forwards and backwards', async () => {
    for (const [a, b] of chains) {
      const [before, after] = [await described(await readZip(a.read())), await described(await readZip(b.read()))]
      const forwards = diffSolutions(before, after).components
      const backwards = diffSolutions(after, before).components
      const told = (list: typeof forwards, added: 'added' | 'removed'): string[] =>
        list
          .map((one) => `${one.change === 'changed' ? 'changed' : String(one.change === added)} ${one.kind}:${one.key} ${one.facts.length}`)
          .sort()
      expect(told(forwards, 'added'), `${a.name} → ${b.name}`).toEqual(told(backwards, 'removed'))
    }
  })
})

async function expectSameSaid(files: readonly PackageFile[]): Promise<DescribedComponent[]> {
  // Without digests, so that facts are compared and not skipped.
  const said = await described(files)
  const components = said.map(withoutDigest)
  for (const one of components) {
    const paths = one.facts.map(({ path }) => path)
    const seen = new Set<string>()
    const twice = paths.filter((path) => seen.size === seen.add(path).size)
    expect(twice, `${one.kind} ${one.key}`).toEqual([])
  }
  expect(diffSolutions(components, components).components).toEqual([])
  return said
}

function linesBetween(before: readonly DescribedComponent[], after: readonly DescribedComponent[]): string[] {
  return differenceText(diffSolutions(before, after))
}

function withoutDigest(component: DescribedComponent): DescribedComponent {
  const { digest: _digest, ...rest } = component
  return rest
}

async function difference(before: readonly PackageFile[], after: readonly PackageFile[]): Promise<string[]> {
  return linesBetween(await described(before), await described(after))
}

async function described(files: readonly PackageFile[]): Promise<DescribedComponent[]> {
  return describeSolution(await packageOfTree(memoryTree(files)))
}

async function sourceOf(files: readonly PackageFile[]): Promise<PackageFile[]> {
  const source: PackageFile[] = []
  for await (const file of unpackSolution(memoryTree(files))) source.push(file)
  return source
}

function filesIn(folder: string): PackageFile[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return entries.map((entry) => {
    const path = join(entry.parentPath, entry.name)
    return { path: relative(folder, path).replaceAll('\\', '/'), bytes: new Uint8Array(readFileSync(path)) }
  })
}

const xmlPaths: ReadonlySet<string> = new Set(['solution.xml', 'customizations.xml'])

function rewritten(files: readonly PackageFile[], change: (root: XmlElement) => XmlElement): PackageFile[] {
  return files.map((file) =>
    xmlPaths.has(file.path)
      ? { path: file.path, bytes: new TextEncoder().encode(formatted(change(parseXml(file.bytes, file.path)), '')) }
      : file,
  )
}

/** Indented by tabs, with CRLF, `<a></a>` for `<a/>`, and CDATA as text. */
function formatted(element: XmlElement, indent: string): string {
  const attributes = element.attributes.map(({ name, value }) => ` ${name}='${escape(value).replaceAll("'", '&apos;')}'`).join('\r\n ')
  const isText = element.children.some((node) => node.type === 'text' || node.type === 'cdata')
  const inner = element.children.map((node) => {
    if (node.type === 'element') return isText ? formatted(node, '') : `\r\n${indent}\t${formatted(node, `${indent}\t`)}`
    if (node.type === 'comment') return `<!--${node.text}-->`
    return node.type === 'instruction' ? `<?${node.text}?>` : escape(node.text)
  })
  const end = isText || element.children.length === 0 ? '' : `\r\n${indent}`
  return `<${element.name}${attributes}>${inner.join('')}${end}</${element.name}>`
}

function escape(text: string): string {
  const marks: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    '\r': '&#xD;',
    '\n': '&#xA;',
    '\t': '&#x9;',
  }
  return text.replace(/[&<>"\r\n\t]/g, (mark) => marks[mark] ?? mark)
}

// Order has meaning among these, and in what is written by position: forms, embedded documents.
const ordered: ReadonlySet<string> = new Set([
  ...[
    'options',
    'statuses',
    'states',
    'row',
    'rows',
    'tabs',
    'columns',
    'column',
    'sections',
    'section',
    'entity',
    'Handlers',
    'InternalHandlers',
  ],
  ...['formLibraries', 'SiteMap', 'Area', 'Group', 'fetch', 'link-entity', 'forms', 'Entities', 'Entity'],
])

/** Children in another order where order says nothing. */
function shuffled(element: XmlElement, next: () => number): XmlElement {
  const children = element.children.map((node) => (node.type === 'element' ? shuffled(node, next) : node))
  if (ordered.has(element.name) || children.some((node) => node.type !== 'element')) return { ...element, children }
  const keyed = children.map((node, at) => ({ node, at: next(), natural: at }))
  return { ...element, children: keyed.sort((a, b) => a.at - b.at || a.natural - b.natural).map(({ node }) => node) }
}

const noiseNames = new Set(
  noiseRules.flatMap((rule) => [
    ...(rule.elements ?? []),
    ...(rule.attributes ?? []),
    ...(rule.optional ?? []),
    ...Object.keys(rule.defaults ?? {}).map((name) => name.replace('@', '')),
  ]),
)

interface Edit {
  readonly what: string
  readonly files: PackageFile[]
}

/** One place of the two documents, or of one file, changed; undefined where the place is noise by its name. */
function oneEdit(files: readonly PackageFile[], at: number, how: number): Edit | undefined {
  const path = at % 5 === 0 ? 'solution.xml' : 'customizations.xml'
  const file = files.find((one) => one.path === path)
  if (file === undefined) return undefined
  const root = parseXml(file.bytes, path)
  const places: { above: readonly XmlElement[]; element: XmlElement }[] = []
  collect(root, [], places)
  const place = places[(at * 2654435761) % places.length]
  if (place === undefined) return undefined
  const names = [...place.above, place.element].map(({ name }) => name)
  if (names.some((name) => noiseNames.has(name))) return undefined
  const changed = edited(place.element, how)
  if (changed === undefined) return undefined
  const rebuilt = replaced(root, place.element, changed.element)
  const bytes = new TextEncoder().encode(formatted(rebuilt, ''))
  return { what: `${names.join('/')}: ${changed.what}`, files: files.map((one) => (one === file ? { path, bytes } : one)) }
}

function collect(element: XmlElement, above: readonly XmlElement[], places: { above: readonly XmlElement[]; element: XmlElement }[]): void {
  places.push({ above, element })
  for (const node of element.children) if (node.type === 'element') collect(node, [...above, element], places)
}

function edited(element: XmlElement, how: number): { what: string; element: XmlElement } | undefined {
  // A label without text says nothing, in any language.
  if (element.attributes.some(({ name, value }) => /^(description|Text|Title)$/.test(name) && value === '')) return undefined
  const attribute = element.attributes[how % Math.max(1, element.attributes.length)]
  if (attribute !== undefined && how % 3 !== 2) {
    if (noiseNames.has(attribute.name)) return undefined
    const attributes = element.attributes.map((one) => (one === attribute ? { name: one.name, value: `${one.value}x` } : one))
    return { what: `attribute ${attribute.name}`, element: { ...element, attributes } }
  }
  const text = element.children.find((node) => node.type === 'text')
  if (text !== undefined) {
    const children = element.children.map((node): XmlNode => (node === text ? { type: 'text', text: `${text.text}x` } : node))
    return { what: 'text', element: { ...element, children } }
  }
  const added: XmlElement = { type: 'element', name: 'added', attributes: [], children: [{ type: 'text', text: 'x' }], isSelfClosed: false }
  return { what: 'new child', element: { ...element, children: [...element.children, added], isSelfClosed: false } }
}

function replaced(root: XmlElement, old: XmlElement, now: XmlElement): XmlElement {
  if (root === old) return now
  return { ...root, children: root.children.map((node) => (node.type === 'element' ? replaced(node, old, now) : node)) }
}
