import { describe, expect, it } from 'vitest'
import { filesOf, guid, petShop, textsOf } from '../../../test/support/pet-shop.ts'
import { unorderedDifference } from '../../../test/golden/unordered-xml.ts'
import { memoryTree } from '../file-tree.ts'
import { packageOfFiles } from '../read-package.ts'
import { parseXml } from '../xml/parse-xml.ts'
import { packSolution } from './pack-solution.ts'
import { unpackSolution } from './unpack-solution.ts'

const report = `Reports/1033/{${guid(8)}}/Dogs of the week.rdl`

describe('a report', () => {
  it('lies under its own name by language and id, though the zip has another name for its file', async () => {
    const folder = await unpacked('xml')
    expect([...folder.keys()].filter((path) => path.startsWith('Reports/'))).toEqual([
      'Reports/ReportSignatureIdMappings.xml',
      `${report}.data.xml`,
      'Reports/ReportLinks.xml',
      report,
    ])
    expect(folder.get(`${report}.data.xml`)).toContain('\n<Report>\n')
  })

  it('stands between what the section says of all reports when it is packed', async () => {
    const packed = await textsOf(packSolution(memoryTree(filesOf(await unpacked('xml')))))
    expect(packed.get('customizations.xml')).toMatch(/<Reports>\s*<ReportSignatureIdMappings>[^]*<Report>[^]*<ReportLinks>/)
    expect(packed.get('Reports/Dogsoftheweekrdl8.wdl')).toBe('<Report />')
  })
})

describe('a dialog', () => {
  it('lies in a file of its own', async () => {
    expect((await unpacked('xml')).get(`Dialogs/{${guid(9)}}.xml`)).toContain('<UniqueName>ask</UniqueName>')
  })

  it('is known by the id of its form, as root components name it', () => {
    const parts = packageOfFiles(filesOf(solution())).parts.filter(({ kind }) => kind === 'Dialog')
    expect(parts).toMatchObject([{ key: guid(9), displayName: 'Ask the owner' }])
  })
})

it.for(['xml', 'yaml'] as const)(
  'a solution with reports and dialogs comes back from the %s layout as it was, without a word',
  async (layout) => {
    const warnings: unknown[] = []
    const folder = await unpacked(layout)
    const packed = await textsOf(packSolution(memoryTree(filesOf(folder)), { onWarning: (one) => warnings.push(one) }))
    const before = solution()
    expect(warnings).toEqual([])
    expect([...packed.keys()].sort()).toEqual([...before.keys()].sort())
    for (const path of ['customizations.xml', 'solution.xml']) {
      const [a, b] = [before, packed].map((files) => parseXml(new TextEncoder().encode(files.get(path)), path))
      expect(a && b && unorderedDifference(a, b)).toBeUndefined()
    }
  },
)

async function unpacked(layout: 'xml' | 'yaml'): Promise<Map<string, string>> {
  return textsOf(unpackSolution(memoryTree(filesOf(solution())), { layout }))
}

function solution(): Map<string, string> {
  const mappings = `<ReportSignatureIdMappings><ReportSignatureIdMapping reportid="{${guid(8)}}" signaturelcid="0" /></ReportSignatureIdMappings>`
  const one = [
    '<Report><name>Dogs of the week</name><filename>Dogs of the week.rdl</filename><languagecode>1033</languagecode>',
    `<reportid>{${guid(8)}}</reportid><ExportedFileName>/Reports/Dogsoftheweekrdl8.wdl</ExportedFileName></Report>`,
  ].join('')
  const links = `<ReportLinks><ReportLink reportid="{${guid(8)}}" parentreportid="{${guid(7)}}" /></ReportLinks>`
  const names = '<LocalizedNames><LocalizedName description="Ask the owner" languagecode="1033" /></LocalizedNames>'
  const dialog = `<Dialog>${names}<FormId>{${guid(9)}}</FormId><UniqueName>ask</UniqueName></Dialog>`
  const sections = `<Reports>${mappings}${one}${links}</Reports><Dialogs>${dialog}</Dialogs>`
  const roots = `<RootComponent type="31" id="{${guid(8)}}" behavior="0" /><RootComponent type="60" id="{${guid(9)}}" behavior="0" />`
  return petShop({
    customizations: (xml) => xml.replace('<WebResources>', `${sections}<WebResources>`),
    manifest: (xml) => xml.replace('<RootComponents>', `<RootComponents>${roots}`),
  }).set('Reports/Dogsoftheweekrdl8.wdl', '<Report />')
}
