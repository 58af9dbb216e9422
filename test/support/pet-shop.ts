import { memoryTree, type PackageFile, unpackSolution } from '#format'

/** A small solution of our own: a table with form, view and ribbon, a flow, a web resource, a choice, a role and what goes with them. */
export function petShop(some: PetShop = {}): Map<string, string> {
  const manifest = manifestXml.replace('<Managed>0<', `<Managed>${some.isManaged === true ? 1 : 0}<`)
  return new Map([
    ['customizations.xml', (some.customizations ?? ((xml: string) => xml))(customizationsXml)],
    ['solution.xml', (some.manifest ?? ((xml: string) => xml))(manifest)],
    ['Workflows/Walk-2222.json', '{"properties":{}}'],
    ['WebResources/pet_bark1111', 'alert("woof")'],
    ['environmentvariabledefinitions/pet_Url/environmentvariabledefinition.xml', '<environmentvariabledefinition schemaname="pet_Url" />'],
    ['[Content_Types].xml', '<Types />'],
  ])
}

export interface PetShop {
  readonly isManaged?: boolean
  readonly customizations?: (xml: string) => string
  readonly manifest?: (xml: string) => string
}

/** The source files that a zip of these texts is unpacked to, as texts. */
export async function unpacked(zip: ReadonlyMap<string, string>): Promise<Map<string, string>> {
  return textsOf(unpackSolution(memoryTree(filesOf(zip))))
}

export async function textsOf(files: AsyncIterable<PackageFile> | Iterable<PackageFile>): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  for await (const { path, bytes } of files) {
    if (texts.has(path)) throw new Error(`${path} came twice`)
    texts.set(path, new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes))
  }
  return texts
}

export function filesOf(texts: ReadonlyMap<string, string>): PackageFile[] {
  return [...texts].map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) }))
}

export function guid(digit: number): string {
  return '00000000-0000-0000-0000-000000000000'.replaceAll('0', String(digit))
}

function table(name: string): string {
  const attribute = (column: string): string =>
    `<attribute PhysicalName="${column}"><LogicalName>${column.toLowerCase()}</LogicalName></attribute>`
  const columns = `<attributes>${attribute('pet_Name')}${attribute('pet_Age')}</attributes>`
  const form = `<FormXml><forms type="main"><systemform><formid>{${guid(1)}}</formid></systemform></forms></FormXml>`
  const views = `<SavedQueries><savedqueries><savedquery><savedqueryid>{${guid(3)}}</savedqueryid></savedquery></savedqueries></SavedQueries>`
  return `<Entity><Name LocalizedName="Dog">${name}</Name><EntityInfo><entity Name="${name}">${columns}</entity></EntityInfo>${form}${views}<RibbonDiffXml><CustomActions /></RibbonDiffXml></Entity>`
}

const customizationsXml = [
  `<ImportExportXml xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Entities>${table('pet_Dog')}</Entities>`,
  `<Roles><Role id="{${guid(4)}}" name="Dog keeper"><RolePrivileges /></Role></Roles>`,
  `<Workflows><Workflow WorkflowId="{${guid(2)}}" Name="Walk"><JsonFileName>/Workflows/Walk-2222.json</JsonFileName><Category>5</Category></Workflow></Workflows>`,
  '<EntityRelationships></EntityRelationships>',
  '<optionsets><optionset Name="pet_size"><OptionSetType>picklist</OptionSetType></optionset></optionsets>',
  '<WebResources><WebResource><Name>pet_/bark.js</Name><WebResourceType>3</WebResourceType><FileName>/WebResources/pet_bark1111</FileName></WebResource></WebResources>',
  '<connectionreferences><connectionreference connectionreferencelogicalname="pet_dataverse" /></connectionreferences>',
  '<Languages><Language>1033</Language></Languages></ImportExportXml>',
].join('')

const manifestXml = [
  '<ImportExportXml version="9.2.1.2"><SolutionManifest><UniqueName>Pets</UniqueName><Version>1.0.0.1</Version><Managed>0</Managed>',
  '<Publisher><UniqueName>petshop</UniqueName><CustomizationPrefix>pet</CustomizationPrefix></Publisher>',
  `<RootComponents><RootComponent type="1" schemaName="pet_dog" behavior="0" /><RootComponent type="29" id="{${guid(2)}}" behavior="0" />`,
  `<RootComponent type="20" id="{${guid(4)}}" behavior="0" /><RootComponent type="9" schemaName="pet_size" behavior="0" />`,
  '<RootComponent type="61" schemaName="pet_/bark.js" behavior="0" /></RootComponents><MissingDependencies /></SolutionManifest></ImportExportXml>',
].join('')
