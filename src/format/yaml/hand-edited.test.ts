import { describe, expect, it } from 'vitest'
import { parse, stringify, type ToStringOptions } from 'yaml'
import { unorderedDifference } from '../../../test/golden/unordered-xml.ts'
import { filesOf, petShop, textsOf } from '../../../test/support/pet-shop.ts'
import { memoryTree } from '../file-tree.ts'
import type { XmlElement } from '../package.ts'
import type { PackWarning } from '../source/options.ts'
import { packSolution } from '../source/pack-solution.ts'
import { unpackSolution } from '../source/unpack-solution.ts'
import { parseXml } from '../xml/parse-xml.ts'

const fetch =
  '<fetchxml><fetch><entity name="pet_dog"><attribute name="a" /><order attribute="a" /><attribute name="b" /></entity></fetch></fetchxml>'
const zip = petShop({
  customizations: (xml) =>
    xml
      .replace('<CustomActions />', `<CustomActions><!-- ours --><Script>if (a &lt; b) {\n  go("it's")\n\n}</Script></CustomActions>`)
      .replace('<RolePrivileges />', '<RolePrivileges a="" b=" 1 " c="1.10">null</RolePrivileges>')
      .replace('</savedqueryid>', `</savedqueryid>${fetch}`),
})
const tree = await textsOf(unpackSolution(memoryTree(filesOf(zip)), { layout: 'yaml' }))
const untouched = await packed(tree)

const columnPath = 'entities/pet_dog/attributes/pet_age.yml'
const listingPath = 'solutions/Pets/solutioncomponents.yml'

describe('a YAML tree that an editor, a formatter or Git wrote anew', () => {
  it.for<readonly [string, (text: string) => string]>([
    ['line ends of Windows', (text) => text.replaceAll('\n', '\r\n')],
    ['a byte order mark', (text) => `\uFEFF${text}`],
    ['no line end at the end', (text) => text.trimEnd()],
    ['comments and blank lines', (text) => text.replaceAll(/^(?=\S)/gm, '# why\n\n') + '# end\n'],
    ['spaces behind keys and what needs no block', (text) => text.replaceAll(/^( *(?:- )?'?[@\w:]+'?:(?: \w+)?)$/gm, '$1  ')],
    ['a document mark at the top', (text) => `%YAML 1.2\n---\n${text}`],
    ['double quotes', anew({ defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'QUOTE_DOUBLE' })],
    ['single quotes and wide indentation', anew({ defaultStringType: 'QUOTE_SINGLE', indent: 7 })],
    ['folded text and short lines', anew({ defaultStringType: 'BLOCK_FOLDED', lineWidth: 20 })],
    ['literal blocks, lists flush with their key', anew({ defaultStringType: 'BLOCK_LITERAL', indentSeq: false })],
    ['flow style throughout', anew({ collectionStyle: 'flow' })],
    ['JSON', (text) => JSON.stringify(parse(text), undefined, 2)],
  ])('packs to the same bytes, without a warning: %s', async ([, rewrite]) => {
    const rewritten = new Map([...tree].map(([path, text]) => [path, path.endsWith('.yml') ? rewrite(text) : text]))
    expect(rewritten).not.toEqual(tree)
    expect(await packed(rewritten)).toEqual(untouched)
  })

  it('packs to the same solution when keys are sorted; only the order of unlike elements is then another', async () => {
    const sorted = new Map([...tree].map(([path, text]) => [path, path.endsWith('.yml') ? sortedKeys(text) : text]))
    const result = await packed(sorted)
    expect(result.warnings).toEqual([])
    for (const path of ['customizations.xml', 'solution.xml']) {
      const [actual, expected] = [xmlOf(result, path), xmlOf(untouched, path)]
      expect(unorderedDifference(actual, expected)).toBeUndefined()
    }
  })

  it('takes plain scalars as they are written, whatever a parser of YAML would make of them', async () => {
    const path = columnPath
    const words = ['0x1F', '1.10', 'yes', '2026-01-01', '1_000', '.5', '=', 'a\\nb', '12:30']
    const more = words.map((word, at) => `  T${at}: ${word}\n`).join('')
    const { files } = await packed(new Map([...tree, [path, `${tree.get(path)}${more}`]]))
    for (const [at, word] of words.entries()) expect(files.get('customizations.xml')).toContain(`<T${at}>${word}</T${at}>`)
  })

  it.for([
    ['a tab for indentation', (text: string) => text.replace('\n  ', '\n\t'), 'line 2'],
    ['a key twice', (text: string) => `${text}  LogicalName: again\n`, 'line 4'],
    ['a lost indentation', (text: string) => text.replace('\n  LogicalName', '\nLogicalName'), 'several keys'],
    ['a mark of a merge conflict', (text: string) => `<<<<<<< HEAD\n${text}`, 'line 1'],
  ] as const)('is refused with file and place: %s', async ([, edit, place]) => {
    const broken = new Map([...tree, [columnPath, edit(tree.get(columnPath) ?? '')]])
    await expect(packed(broken)).rejects.toMatchObject({
      code: 'solution.bad-yaml',
      message: expect.stringMatching(new RegExp(`${columnPath}.*${place}`, 's')),
    })
  })
})

describe('columns of a YAML tree', () => {
  const dueDate = "attribute:\n  '@PhysicalName': pet_Due\n  LogicalName: pet_due\n"
  const duePath = 'entities/pet_dog/attributes/pet_due.yml'

  it('keep the order that they had; new ones stand behind them', async () => {
    expect(columnsOf(untouched.files)).toEqual(['pet_Name', 'pet_Age'])
    const another = dueDate.replaceAll(/due/gi, 'aaa')
    const { files, warnings } = await packed(new Map([['entities/pet_dog/attributes/z.yml', another], ...tree, [duePath, dueDate]]))
    expect(columnsOf(files)).toEqual(['pet_Name', 'pet_Age', 'pet_aaa', 'pet_Due'])
    expect(warnings).toEqual([])
  })

  it('may be added as a file alone: the entry of their table includes them', async () => {
    const { files, warnings } = await packed(new Map([...tree, [duePath, dueDate]]))
    expect(columnsOf(files)).toEqual(['pet_Name', 'pet_Age', 'pet_Due'])
    expect(warnings).toEqual([])
  })

  it('may have entries of their own beside that of their table', async () => {
    const { files } = await packed(new Map([...withEntry(duePath), [duePath, dueDate]]))
    expect(columnsOf(files)).toEqual(['pet_Name', 'pet_Age', 'pet_Due'])
  })

  it('leave the solution with their file', async () => {
    const without = new Map(tree)
    without.delete(columnPath)
    const { files, warnings } = await packed(without)
    expect(columnsOf(files)).toEqual(['pet_Name'])
    expect(warnings).toEqual([])
  })

  it('are missed when they are listed and their file is not there', async () => {
    await expect(packed(withEntry(duePath))).rejects.toMatchObject({
      code: 'solution.file-missing',
      message: expect.stringContaining(duePath),
      hint: expect.stringContaining('take its line out of the listing'),
    })
  })

  it('are refused when only files are listed, and theirs is not', async () => {
    const listing = tree.get(listingPath) ?? ''
    const byFile = ['Entity.yml', 'RibbonDiff.yml', 'attributes/pet_age.yml']
    const entries = byFile.map((file) => `    - '@path': entities/pet_dog/${file}\n`).join('')
    const edited = listing.replace("    - '@path': entities/pet_dog\n", entries)
    await expect(packed(new Map([...tree, [listingPath, edited]]))).rejects.toMatchObject({
      code: 'solution.not-listed',
      message: expect.stringContaining('entities/pet_dog/attributes/pet_name.yml'),
    })
  })

  it('are refused without the table that they are columns of', async () => {
    const without = new Map(tree)
    without.delete('entities/pet_dog/Entity.yml')
    await expect(packed(without)).rejects.toMatchObject({ code: 'solution.file-missing', message: expect.stringContaining('Entity.yml') })
  })

  it('are refused when a copied file says the same column again', async () => {
    const copied = new Map([...tree, ['entities/pet_dog/attributes/pet_age (copy).yml', tree.get(columnPath) ?? '']])
    await expect(packed(copied)).rejects.toMatchObject({
      code: 'solution.path-conflict',
      message: expect.stringContaining('pet_age (copy)'),
    })
  })

  it('are refused without a name', async () => {
    const nameless = new Map([...tree, [duePath, 'attribute:\n  MaxLength: 1\n']])
    await expect(packed(nameless)).rejects.toMatchObject({ code: 'solution.bad-yaml', message: expect.stringContaining(duePath) })
  })

  function withEntry(path: string): Map<string, string> {
    return new Map([...tree, [listingPath, `${tree.get(listingPath)}    - '@path': ${path}\n`]])
  }
})

interface Packed {
  readonly files: ReadonlyMap<string, string>
  readonly warnings: readonly PackWarning[]
}

async function packed(files: ReadonlyMap<string, string>): Promise<Packed> {
  const warnings: PackWarning[] = []
  return { files: await textsOf(packSolution(memoryTree(filesOf(files)), { onWarning: (warning) => warnings.push(warning) })), warnings }
}

/** As the general library writes what it reads. */
function anew(options: ToStringOptions): (text: string) => string {
  return (text) => stringify(parse(text), { nullStr: '~', ...options })
}

function sortedKeys(text: string): string {
  return stringify(parse(text), { sortMapEntries: true, nullStr: '' })
}

function xmlOf({ files }: Packed, path: string): XmlElement {
  return parseXml(new TextEncoder().encode(files.get(path)), path)
}

function columnsOf(files: ReadonlyMap<string, string>): string[] {
  return [...(files.get('customizations.xml') ?? '').matchAll(/PhysicalName="(\w+)"/g)].map(([, name = '']) => name)
}
