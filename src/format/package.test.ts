import { describe, expect, it } from 'vitest'
import type { Version } from '#domain/kernel'
import { emptySkeleton } from './compose-customizations.ts'
import { inspectSolution } from './inspect-solution.ts'
import { buildManifest, withManifest } from './manifest.ts'
import type { ComponentPart, PackageFile, SolutionPackage } from './package.ts'
import { readManifest } from './read-manifest.ts'
import { readModel } from './read-model.ts'
import { packageOfFiles } from './read-package.ts'
import { filesOfPackage } from './write-package.ts'
import { parseXml } from './xml/parse-xml.ts'
import { attributeOf, child, childElements, childrenNamed, descendant, element, textElement } from './xml/tree.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const decode = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)

describe('taking a solution apart', () => {
  it('makes a component of every table, column, form, view and flow, and leaves empty sections behind', () => {
    const pkg = sample()
    expect(pkg.parts.map((part) => `${part.kind}:${part.key}`)).toEqual([
      'Entity:pet_dog',
      'Attribute:pet_dog.pet_name',
      'Attribute:pet_dog.pet_age',
      'SystemForm:11111111-1111-1111-1111-111111111111',
      'RibbonDiff:pet_dog',
      'Workflow:22222222-2222-2222-2222-222222222222',
      'WebResource:pet_/bark.js',
      'connectionreference:pet_dataverse',
      'environmentvariabledefinition:pet_Url',
    ])
    expect(childElements(child(pkg.skeleton, 'Entities'))).toEqual([])
    const form = pkg.parts.find((part) => part.kind === 'SystemForm')
    expect(form).toMatchObject({ parent: 'Entity:pet_dog', section: ['Entities', 'Entity', 'FormXml', 'forms[type=main]'] })
    expect(child(descendant(pkg.parts[0]?.xml, 'EntityInfo', 'entity'), 'attributes')?.children).toEqual([])
  })

  it('gives each file to the component that names it', () => {
    const owner = (path: string): string | undefined => sample().parts.find((part) => part.files.some((file) => file.path === path))?.kind
    expect(owner('Workflows/Walk-2222.json')).toBe('Workflow')
    expect(owner('WebResources/pet_bark1111')).toBe('WebResource')
    expect(owner('environmentvariabledefinitions/pet_Url/environmentvariablevalues.json')).toBe('environmentvariabledefinition')
    expect(sample().otherFiles.map((file) => file.path)).toEqual(['Workflows/nobody.json', 'notes.txt'])
  })

  it('names a component of a folder by the same file, in whatever order the files come', () => {
    const other = {
      path: 'environmentvariabledefinitions/pet_Url/environmentvariabledefinition.copy.xml',
      bytes: encode('<environmentvariabledefinition />'),
    }
    for (const files of [(given: PackageFile[]) => [...given, other], (given: PackageFile[]) => [other, ...given]]) {
      const variable = sample(files).parts.find(({ key }) => key === 'pet_Url')
      expect(variable).toMatchObject({ kind: 'environmentvariabledefinition', displayName: 'Pet site' })
    }
  })

  it('reads a component though the file it names is absent, as in real exports', () => {
    const pkg = sample((files) => files.filter((file) => !file.path.startsWith('Workflows/')))
    expect(pkg.parts.find((part) => part.kind === 'Workflow')?.files).toEqual([])
    expect(readModel(pkg).flows).toMatchObject([{ name: 'Walk', definition: undefined, connectionReferences: [] }])
  })

  it('tells two forms with one id apart by their table', () => {
    const pkg = sample((files) => files, customizations.replace('</Entities>', `${table('Pet_Cat')}</Entities>`))
    const forms = pkg.parts.filter((part) => part.kind === 'SystemForm').map((part) => part.key)
    expect(forms).toEqual(['11111111-1111-1111-1111-111111111111', '11111111-1111-1111-1111-111111111111@pet_cat'])
  })

  it('is refused without solution.xml or customizations.xml, each by its own name', () => {
    const without = (name: string) => () => sample((files) => files.filter((file) => file.path !== name))
    expect(without('solution.xml')).toThrow(expect.objectContaining({ code: 'solution.no-manifest' }))
    expect(without('customizations.xml')).toThrow(expect.objectContaining({ code: 'solution.no-customizations' }))
  })
})

describe('composing a solution', () => {
  it('of what was taken apart gives the same files', () => {
    const files = filesOfPackage(sample())
    expect(decode(files.find((file) => file.path === 'customizations.xml')?.bytes).replaceAll(/\r\n\s*/g, '')).toBe(customizations)
    expect(files.map((file) => file.path)).toEqual(expect.arrayContaining([...original().map((file) => file.path), '[Content_Types].xml']))
  })

  it('puts a new column into its table and leaves a removed one out', () => {
    const pkg = sample()
    const added = part({ key: 'pet_dog.pet_owner', xml: element('attribute', { PhysicalName: 'pet_Owner' }) })
    const parts = [...pkg.parts.filter((one) => one.key !== 'pet_dog.pet_age'), added]
    expect(columnsOf({ ...pkg, parts }, 'pet_Dog')).toEqual(['pet_Name', 'pet_Owner'])
  })

  it('makes the table and the sections that are missing, in the order of the platform', () => {
    const pkg = sample()
    const step = part({
      kind: 'SdkMessageProcessingStep',
      key: '1',
      parent: undefined,
      section: ['SdkMessageProcessingSteps'],
      xml: element('SdkMessageProcessingStep'),
    })
    const row = part({ kind: 'pet_a_b', key: '1', parent: undefined, section: ['pet_a_bset'], xml: element('pet_a_b') })
    const root = customizationsOf({
      ...pkg,
      skeleton: emptySkeleton(1031),
      parts: [step, row, part({ key: 'account.pet_x', parent: 'Entity:account' })],
    })
    const names = childElements(root).map((section) => section.name)
    expect(names.slice(8)).toEqual([
      'optionsets',
      'CustomControls',
      'SdkMessageProcessingSteps',
      'EntityDataProviders',
      'pet_a_bset',
      'Languages',
    ])
    expect(columnsIn(root, 'account')).toEqual(['pet_X'])
  })

  it('refuses a component whose owner is not there', () => {
    const pkg = sample()
    const lost = part({ parent: 'Dashboard:none', section: ['Dashboards', 'Dashboard', 'parts'] })
    expect(() => filesOfPackage({ ...pkg, parts: [lost] })).toThrow(expect.objectContaining({ code: 'solution.orphan-part' }))
  })

  it('lists every file extension in [Content_Types].xml, and files without one by name', () => {
    const types = decode(filesOfPackage(sample()).at(-1)?.bytes)
    for (const text of ['Extension="xml"', 'Extension="json"', 'Extension="txt"', 'PartName="/WebResources/pet_bark1111"'])
      expect(types).toContain(text)
  })
})

describe('the manifest', () => {
  it('can be edited: version, managed and lists change, all else stays', () => {
    const missing = readManifest(sample().manifest).missingDependencies
    const edited = withManifest(sample(), {
      version: '2.0.0.1',
      isManaged: true,
      rootComponents: [{ type: '29', id: guid(2), schemaName: undefined, behavior: 0 }],
    })
    const manifest = readManifest(edited.manifest)
    expect(manifest).toMatchObject({ uniqueName: 'Pets', version: '2.0.0.1', isManaged: true, missingDependencies: missing })
    expect(manifest.rootComponents).toEqual([{ type: '29', kind: 'Workflow', id: guid(2), schemaName: undefined, behavior: 0 }])
  })

  it('made from scratch says what it was given', () => {
    const given = {
      ...readManifest(sample().manifest),
      missingDependencies: readManifest(sample().manifest).missingDependencies,
      patchOf: 'Kennel',
      platformVersion: '9.2.1.2',
    }
    const built = buildManifest(given)
    expect(readManifest(built)).toEqual(given)
    expect(attributeOf(built, 'generatedBy')).toBe('CrmLive')
  })

  it('without a name or with a malformed version is refused', () => {
    const broken = (from: string, to: string) => () => readManifest(parseXml(manifestXml.replace(from, to), 'solution.xml'))
    expect(broken('<UniqueName>Pets</UniqueName>', '')).toThrow(expect.objectContaining({ code: 'solution.bad-manifest' }))
    expect(broken('1.0.0.1', 'one')).toThrow(expect.objectContaining({ code: 'solution.bad-manifest' }))
  })
})

describe('the model of a solution', () => {
  it('knows of each flow its connections, its child flows and whether it is on', () => {
    expect(readModel(sample()).flows).toMatchObject([
      {
        id: guid(2),
        name: 'Walk',
        isOn: true,
        connectionReferences: ['pet_dataverse'],
        embeddedConnections: [{ connector: 'shared_office365', connection: 'shared-office365-123' }],
        childFlows: [guid(9)],
      },
    ])
  })

  it('knows environment variables with the value that travels along', () => {
    expect(readModel(sample()).environmentVariables).toEqual([
      {
        schemaName: 'pet_Url',
        displayName: 'Pet site',
        type: 'string',
        defaultValue: 'https://a.example',
        isRequired: true,
        packagedValue: 'https://b.example',
      },
    ])
  })

  it('splits what is missing into solution and version, and knows Active', () => {
    const [first, second] = readModel(sample()).manifest.missingDependencies
    expect(first?.required).toMatchObject({
      kind: 'WebResource',
      schemaName: 'msdyn_/x.png',
      solution: 'AppBase',
      minimumVersion: '2.5' as Version,
    })
    expect(second?.required).toMatchObject({
      kind: 'SettingDefinition',
      schemaName: 'AppChannel',
      solution: 'Active',
      minimumVersion: undefined,
    })
  })

  it('holds the texts that checks scan, web resources under their own names', () => {
    const texts = new Map(readModel(sample()).texts.map((text) => [text.path, text.text]))
    expect(texts.get('WebResources/pet_/bark.js')).toBe('alert("woof")')
    expect([...texts.keys()]).toContain('Workflows/Walk-2222.json')
  })

  it('is summed up by kind', () => {
    const summary = inspectSolution(readModel(sample()))
    expect(summary.rootComponents).toEqual([
      { kind: 'Entity', count: 1 },
      { kind: 'Workflow', count: 1 },
    ])
    expect(summary.components[0]).toEqual({ kind: 'Attribute', count: 2 })
    expect(summary.manifest).toMatchObject({ uniqueName: 'Pets', publisher: { prefix: 'pet', optionValuePrefix: 10000 } })
  })
})

function guid(digit: number): string {
  return '00000000-0000-0000-0000-000000000000'.replaceAll('0', String(digit))
}

function table(name: string): string {
  const attribute = (column: string): string =>
    `<attribute PhysicalName="${column}"><LogicalName>${column.toLowerCase()}</LogicalName></attribute>`
  const columns = `<attributes>${attribute('pet_Name')}${attribute('pet_Age')}</attributes>`
  const form = `<FormXml><forms type="main"><systemform><formid>{${guid(1)}}</formid></systemform></forms></FormXml>`
  return `<Entity><Name LocalizedName="Dog">${name}</Name><EntityInfo><entity Name="${name}">${columns}</entity></EntityInfo>${form}<RibbonDiffXml><CustomActions /></RibbonDiffXml></Entity>`
}

const customizations = [
  `<ImportExportXml><Entities>${table('pet_Dog')}</Entities>`,
  `<Workflows><Workflow WorkflowId="{${guid(2)}}" Name="Walk"><JsonFileName>/Workflows/Walk-2222.json</JsonFileName><Category>5</Category><StateCode>1</StateCode></Workflow></Workflows>`,
  '<WebResources><WebResource><Name>pet_/bark.js</Name><WebResourceType>3</WebResourceType><FileName>/WebResources/pet_bark1111</FileName></WebResource></WebResources>',
  '<connectionreferences><connectionreference connectionreferencelogicalname="pet_dataverse"><connectorid>/providers/x</connectorid></connectionreference></connectionreferences>',
  '<Languages><Language>1033</Language></Languages></ImportExportXml>',
].join('')

const manifestXml = [
  '<ImportExportXml version="9.2.1.2"><SolutionManifest><UniqueName>Pets</UniqueName><LocalizedNames><LocalizedName description="All pets" languagecode="1033" /></LocalizedNames>',
  '<Version>1.0.0.1</Version><Managed>0</Managed><Publisher><UniqueName>petshop</UniqueName><LocalizedNames><LocalizedName description="Pet Shop" languagecode="1033" /></LocalizedNames>',
  '<CustomizationPrefix>pet</CustomizationPrefix><CustomizationOptionValuePrefix>10000</CustomizationOptionValuePrefix></Publisher>',
  `<RootComponents><RootComponent type="1" schemaName="pet_dog" behavior="0" /><RootComponent type="29" id="{${guid(2)}}" behavior="0" /></RootComponents>`,
  '<MissingDependencies><MissingDependency><Required type="61" schemaName="msdyn_/x.png" displayName="x" solution="AppBase (2.5)" /><Dependent type="80" schemaName="pet_app" /></MissingDependency>',
  '<MissingDependency><Required type="SettingDefinition" id.uniquename="AppChannel" solution="Active" /><Dependent type="80" schemaName="pet_app" /></MissingDependency></MissingDependencies>',
  '</SolutionManifest></ImportExportXml>',
].join('')

const flow = {
  properties: {
    connectionReferences: {
      a: { connection: { connectionReferenceLogicalName: 'pet_dataverse' }, api: { name: 'shared_commondataserviceforapps' } },
      b: { connectionName: 'shared-office365-123', source: 'Embedded', api: { name: 'shared_office365' } },
      c: { runtimeSource: 'invoker', connection: {}, api: { name: 'shared_teams' } },
    },
    definition: {
      actions: { If: { actions: { Call: { type: 'Workflow', inputs: { host: { workflowReferenceName: `{${guid(9)}}` } } } } } },
    },
  },
}

function original(): PackageFile[] {
  const variable = 'environmentvariabledefinitions/pet_Url'
  const definition =
    '<environmentvariabledefinition schemaname="pet_Url"><defaultvalue>https://a.example</defaultvalue><displayname default="Pet site" /><isrequired>1</isrequired><type>100000000</type></environmentvariabledefinition>'
  const value = { environmentvariablevalues: { environmentvariablevalue: { value: 'https://b.example' } } }
  const texts: [string, string][] = [
    ['customizations.xml', customizations],
    ['solution.xml', manifestXml],
    ['Workflows/Walk-2222.json', JSON.stringify(flow)],
    ['Workflows/nobody.json', '{}'],
    ['WebResources/pet_bark1111', 'alert("woof")'],
    [`${variable}/environmentvariabledefinition.xml`, definition],
    [`${variable}/environmentvariablevalues.json`, JSON.stringify(value)],
    ['notes.txt', 'keep me'],
  ]
  return texts.map(([path, text]) => ({ path, bytes: encode(text) }))
}

function sample(change: (files: PackageFile[]) => PackageFile[] = (files) => files, xml = customizations): SolutionPackage {
  const files = original().map((file) => (file.path === 'customizations.xml' ? { ...file, bytes: encode(xml) } : file))
  return packageOfFiles(change(files))
}

function part(some: Partial<ComponentPart>): ComponentPart {
  return {
    kind: 'Attribute',
    key: 'account.pet_x',
    displayName: undefined,
    parent: 'Entity:pet_dog',
    section: ['Entities', 'Entity', 'EntityInfo', 'entity', 'attributes'],
    xml: element('attribute', { PhysicalName: 'pet_X' }, [textElement('LogicalName', 'pet_x')]),
    files: [],
    ...some,
  }
}

function customizationsOf(pkg: SolutionPackage): ReturnType<typeof parseXml> {
  return parseXml(filesOfPackage(pkg).find((file) => file.path === 'customizations.xml')?.bytes ?? '', 'customizations.xml')
}

function columnsOf(pkg: SolutionPackage, tableName: string): (string | undefined)[] {
  return columnsIn(customizationsOf(pkg), tableName)
}

function columnsIn(root: ReturnType<typeof parseXml>, tableName: string): (string | undefined)[] {
  const infos = childrenNamed(child(root, 'Entities'), 'Entity').map((one) => descendant(one, 'EntityInfo', 'entity'))
  const columns = child(
    infos.find((info) => attributeOf(info, 'Name') === tableName),
    'attributes',
  )
  return childElements(columns).map((column) => attributeOf(column, 'PhysicalName'))
}
