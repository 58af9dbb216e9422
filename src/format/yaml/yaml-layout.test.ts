import { describe, expect, it } from 'vitest'
import { memoryTree } from '../file-tree.ts'
import type { PackageFile } from '../package.ts'
import type { PackWarning } from '../source/options.ts'
import { isYamlLayout, toXmlLayout, toYamlLayout } from './index.ts'

const xsi = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
const head = '\uFEFF<?xml version="1.0" encoding="utf-8"?>\n'

const solutionXml = `<ImportExportXml version="9.2" SolutionPackageVersion="9.2" languagecode="1033" generatedBy="CrmLive"${xsi}>
  <SolutionManifest>
    <UniqueName>Contoso</UniqueName>
    <Version>1.0.0.1</Version>
    <Managed>0</Managed>
    <Publisher>
      <UniqueName>contoso</UniqueName>
      <EMailAddress xsi:nil="true"></EMailAddress>
    </Publisher>
    <RootComponents>
      <RootComponent type="1" schemaName="contoso_permit" behavior="0" />
      <RootComponent type="92" id="{00000000-0000-0000-0000-000000000092}" behavior="0" />
    </RootComponents>
    <MissingDependencies />
  </SolutionManifest>
</ImportExportXml>`
const tableXml = `<Entity${xsi}>
  <Name LocalizedName="Permit" OriginalName="Permit">contoso_Permit</Name>
  <EntityInfo>
    <entity Name="contoso_Permit">
      <Descriptions />
      <attributes>
        <attribute PhysicalName="contoso_Comment">
          <LogicalName>contoso_comment</LogicalName>
          <MaxLength>100</MaxLength>
        </attribute>
        <attribute PhysicalName="contoso_Name">
          <LogicalName>contoso_name</LogicalName>
          <DisplayMask>PrimaryName</DisplayMask>
        </attribute>
      </attributes>
      <EntitySetName>contoso_permits</EntitySetName>
    </entity>
  </EntityInfo>
  <FormXml />
  <SavedQueries />
  <RibbonDiffXml />
  <CustomControlDefaultConfigs></CustomControlDefaultConfigs>
</Entity>`
const viewXml = `<savedqueries${xsi}>
  <savedquery>
    <savedqueryid>{00000000-0000-0000-0000-000000000026}</savedqueryid>
    <fetchxml>
      <fetch>
        <entity name="contoso_permit">
          <attribute name="contoso_name" />
          <order attribute="contoso_name" />
          <attribute name="contoso_comment" />
        </entity>
      </fetch>
    </fetchxml>
  </savedquery>
</savedqueries>`
const relationship = `  <EntityRelationship Name="contoso_permit_task">
    <EntityRelationshipType>OneToMany</EntityRelationshipType>
    <ReferencingEntityName>Task</ReferencingEntityName>
    <ReferencedEntityName>contoso_Permit</ReferencedEntityName>
  </EntityRelationship>`

const texts: Readonly<Record<string, string>> = {
  'Other/Solution.xml': head + solutionXml,
  'Other/Customizations.xml': `${head}<ImportExportXml${xsi}>\n  <Entities />\n  <Workflows />\n</ImportExportXml>`,
  'Other/Relationships.xml': `${head}<EntityRelationships${xsi}>\n  <EntityRelationship Name="contoso_permit_task" />\n</EntityRelationships>`,
  'Other/Relationships/contoso_Permit.xml': `${head}<EntityRelationships${xsi}>\n${relationship}\n</EntityRelationships>`,
  'Entities/contoso_Permit/Entity.xml': head + tableXml,
  'Entities/contoso_Permit/RibbonDiff.xml': `${head}<RibbonDiffXml${xsi}>\n  <CustomActions />\n</RibbonDiffXml>`,
  'Entities/contoso_Permit/FormXml/main/{1}.xml': `${head}<forms${xsi}>\n  <systemform>\n    <formid>{1}</formid>\n  </systemform>\n</forms>`,
  'Entities/contoso_Permit/FormXml/main/{1}_managed.xml': `${head}<forms${xsi}>\n  <systemform>\n    <formid>{1}</formid>\n    <form />\n  </systemform>\n</forms>`,
  'Entities/contoso_Permit/SavedQueries/{26}.xml': head + viewXml,
  'SdkMessageProcessingSteps/{92}.xml': `${head}<SdkMessageProcessingStep SdkMessageProcessingStepId="{00000000-0000-0000-0000-000000000092}"${xsi}>\n  <Stage>20</Stage>\n</SdkMessageProcessingStep>`,
  'WebResources/contoso_/main.js': 'alert(1)',
  'WebResources/contoso_/main.js.data.xml': `${head}<WebResource${xsi}>\n  <Name>contoso_/main.js</Name>\n  <FileName>/WebResources/contoso_mainjs00000000</FileName>\n</WebResource>`,
  'WebResources/contoso_/settings.yml': 'a: &b 1\nc: *b\n',
  'WebResources/contoso_/settings.yml.data.xml': `${head}<WebResource${xsi}>\n  <Name>contoso_/settings.yml</Name>\n</WebResource>`,
  'Workflows/Notify-1.json': '{}',
  'Workflows/Notify-1.json.data.xml': `${head}<Workflow WorkflowId="{1}"${xsi}>\n  <JsonFileName>/Workflows/Notify-1.json</JsonFileName>\n</Workflow>`,
  'AppModules/contoso_app/AppModule_managed.xml': `${head}<AppModule>\n  <UniqueName>contoso_app</UniqueName>\n</AppModule>`,
  'environmentvariabledefinitions/contoso_Url/environmentvariablevalues.json': '{}',
}

describe('a solution in the YAML layout', () => {
  it('has a file a component, named and nested as SolutionPackager names them for this layout', () => {
    expect(toYamlLayout(files(texts)).map(({ path }) => path)).toEqual([
      '.drover/carried.json',
      'appmodules/contoso_app/appmodule_managed.yml',
      'entities/contoso_permit/Entity.yml',
      'entities/contoso_permit/FormXml/main/{1}.yml',
      'entities/contoso_permit/FormXml/main/{1}_managed.yml',
      'entities/contoso_permit/RibbonDiff.yml',
      'entities/contoso_permit/SavedQueries/{26}.yml',
      'entities/contoso_permit/attributes/contoso_comment.yml',
      'entities/contoso_permit/attributes/contoso_name.yml',
      'entityrelationships/contoso_permit_task.yml',
      'environmentvariabledefinitions/contoso_Url/environment_variable_values.json',
      'modernflows/Notify-1.json',
      'modernflows/Notify-1.json.data.yml',
      'other/Customizations.yml',
      'publishers/contoso/publisher.yml',
      'sdkmessageprocessingsteps/{92}.yml',
      'solutions/Contoso/missingdependencies.yml',
      'solutions/Contoso/rootcomponents.yml',
      'solutions/Contoso/solution.yml',
      'solutions/Contoso/solutioncomponents.yml',
      'webresources/contoso_/main.js',
      'webresources/contoso_/main.js.data.yml',
      'webresources/contoso_/settings.yml',
      'webresources/contoso_/settings.yml.data.yml',
    ])
  })

  it('says attributes with an @, repeated elements as lists, <a /> as nothing and <a></a> as empty text', () => {
    const yaml = textsOf(toYamlLayout(files(texts)))
    expect(yaml['solutions/Contoso/rootcomponents.yml']).toBe(
      "RootComponents:\n  RootComponent:\n    - '@type': '1'\n      '@schemaName': contoso_permit\n      '@behavior': '0'\n" +
        "    - '@type': '92'\n      '@id': '{00000000-0000-0000-0000-000000000092}'\n      '@behavior': '0'\n",
    )
    expect(yaml['entities/contoso_permit/Entity.yml']).toBe(
      "Entity:\n  Name:\n    '@LocalizedName': Permit\n    '@OriginalName': Permit\n    '#text': contoso_Permit\n" +
        "  EntityInfo:\n    entity:\n      '@Name': contoso_Permit\n      Descriptions:\n      EntitySetName: contoso_permits\n" +
        "  CustomControlDefaultConfigs: ''\n",
    )
    expect(yaml['publishers/contoso/publisher.yml']).toContain(
      "'@xsi:nil': 'true'\n    '@xmlns:xsi': http://www.w3.org/2001/XMLSchema-instance\n",
    )
  })

  it('becomes the same XML layout again, byte for byte, and from that the same YAML', async () => {
    const yaml = toYamlLayout(files(texts))
    const xml = await toXmlLayout(memoryTree(yaml))
    expect(textsOf(xml)).toEqual(texts)
    expect(textsOf(toYamlLayout(xml))).toEqual(textsOf(yaml))
  })

  it('loses nothing of files that are written otherwise than SolutionPackager writes them', async () => {
    const odd = {
      ...texts,
      'Roles/Clerk.xml': "<!-- why -->\n<Role name='Clerk'><!-- a --><RolePrivileges/>\n\n</Role>\n",
      'Roles/Judge.xml': `${head}<Role name="Judge"${xsi}>\n  <x>1</x>\n</Role>`.replaceAll('\n', '\r\n'),
      'Roles/Broken.xml': '<Role',
      'OptionSets/contoso_mixed.xml': `${head}<optionset Name="contoso_mixed"${xsi}>a<b>1</b><!--c--> d<![CDATA[<e>]]><b xsi:nil="true" /></optionset>`,
      'other/readme.yml': 'a: b',
      constructor: 'a file may be called anything',
      '.hidden/notes.txt': 'and lie anywhere',
      '.drover/carried.json': '{"format": 1, "both": {"x": 1}}',
    }
    expect(textsOf(await toXmlLayout(memoryTree(toYamlLayout(files(odd)))))).toEqual(odd)
  })

  it.for([
    ['<FormXml />', 'forms of the other package type lie beside it'],
    ['<SavedQueries />', 'views lie beside it'],
  ])('keeps a table without %s as it is, where %s', async ([list = '']) => {
    const path = 'Entities/contoso_Permit/Entity.xml'
    const without = { ...texts, [path]: (texts[path] ?? '').replace(`  ${list}\n`, '') }
    const warnings: PackWarning[] = []
    const tree = memoryTree(toYamlLayout(files(without)))
    expect(textsOf(await toXmlLayout(tree, { onWarning: (warning) => warnings.push(warning) }))).toEqual(without)
    expect(warnings).toEqual([])
  })

  it('is known by its manifest', () => {
    expect(isYamlLayout(['solutions/Contoso/solution.yml'])).toBe(true)
    expect(isYamlLayout(['solution.yml', 'Other/Solution.xml'])).toBe(false)
  })
})

describe('a YAML tree that somebody edits', () => {
  it('says what the edit says, in the order that was there, and nothing else changes', async () => {
    const xml = textsOf(
      await toXmlLayout(edited('entities/contoso_permit/attributes/contoso_comment.yml', "MaxLength: '100'", 'MaxLength: 2000')),
    )
    expect(xml).toEqual({ ...texts, 'Entities/contoso_Permit/Entity.xml': (head + tableXml).replace('>100<', '>2000<') })
  })

  it('falls back to the order of the document where a noted order no longer fits, and says so', async () => {
    const warnings: PackWarning[] = []
    const addition = "'@name': contoso_name\n          - '@name': contoso_new"
    const tree = edited('entities/contoso_permit/SavedQueries/{26}.yml', "'@name': contoso_name", addition)
    const xml = textsOf(await toXmlLayout(tree, { onWarning: (warning) => warnings.push(warning) }))
    expect(xml['Entities/contoso_Permit/SavedQueries/{26}.xml']?.match(/contoso_(?:name|new|comment)" \/>/g)).toHaveLength(4)
    expect(warnings).toEqual([
      expect.objectContaining({ code: 'solution.stale-note', path: 'Entities/contoso_Permit/SavedQueries/{26}.xml' }),
    ])
  })

  it('may add a column as a file of its own', async () => {
    const path = 'entities/contoso_permit/attributes/contoso_due.yml'
    const tree = treeWith({ [path]: "attribute:\n  '@PhysicalName': contoso_Due\n  LogicalName: contoso_due\n" })
    expect(textsOf(await toXmlLayout(tree))['Entities/contoso_Permit/Entity.xml']).toMatch(/contoso_Comment[^]*contoso_Due[^]*contoso_Name/)
  })

  it('gets its columns in the order of their physical names, whatever their files are called', async () => {
    const tree = treeWith({ 'entities/contoso_permit/attributes/a.yml': "attribute:\n  '@PhysicalName': contoso_Zone\n" })
    expect(textsOf(await toXmlLayout(tree))['Entities/contoso_Permit/Entity.xml']).toMatch(
      /contoso_Comment[^]*contoso_Name[^]*contoso_Zone/,
    )
  })

  it('is refused when files belong to no solution, with every one of them and what to add', async () => {
    const strays = { 'canvasapps/a.meta.yml': 'CanvasApp:\n  Name: a\n', 'canvasapps/a_DocumentUri.msapp': '', 'roles/b.yml': 'Role:\n' }
    await expect(toXmlLayout(treeWith(strays))).rejects.toMatchObject({
      code: 'solution.not-listed',
      message: expect.stringMatching(/3 files.*canvasapps\/a\.meta\.yml.*a_DocumentUri\.msapp.*roles\/b\.yml/s),
      hint: expect.stringMatching(/solutions\/Contoso\/solutioncomponents\.yml:\n {4}- '@path': canvasapps\n {4}- '@path': roles/),
    })
  })

  it('is refused when views or forms have no entry of their own: the entry of their table does not include them', async () => {
    const tree = edited('solutions/Contoso/solutioncomponents.yml', "    - '@path': entities/contoso_permit/SavedQueries\n", '')
    await expect(toXmlLayout(tree)).rejects.toMatchObject({
      code: 'solution.not-listed',
      message: expect.stringContaining('SavedQueries/{26}.yml'),
    })
  })

  it('is refused when listed paths are not there, all at once', async () => {
    const listing = "'@path': appmodules/contoso_app"
    const tree = edited('solutions/Contoso/solutioncomponents.yml', listing, `${listing}\n    - '@path': reports\n    - '@path': roles`)
    await expect(toXmlLayout(tree)).rejects.toMatchObject({
      code: 'solution.file-missing',
      message: expect.stringMatching(/ {2}reports\n {2}roles/),
    })
  })

  it('is refused when a plug-in step of the root components has no file', async () => {
    const tree = edited('sdkmessageprocessingsteps/{92}.yml', '000000000092}', '000000000093}')
    await expect(toXmlLayout(tree)).rejects.toMatchObject({
      code: 'solution.no-source',
      message: expect.stringContaining('plug-in step {00000000-'),
    })
  })

  it('is refused when it holds several solutions and none is named; with a name, that one is taken', async () => {
    const other = {
      'solutions/Other/solution.yml':
        'ImportExportXml:\n  SolutionManifest:\n    UniqueName: Other\n    Publisher:\n      UniqueName: contoso\n',
      'solutions/Other/solutioncomponents.yml': "SolutionComponents:\n  Component:\n    '@path': /roles\n",
      'roles/Clerk.yml': "Role:\n  '@name': Clerk\n",
    }
    await expect(toXmlLayout(treeWith(other))).rejects.toMatchObject({ code: 'solution.several-solutions' })
    await expect(toXmlLayout(treeWith(other), { solution: 'nobody' })).rejects.toMatchObject({ code: 'solution.not-in-source' })
    const taken = await toXmlLayout(treeWith(other), { solution: 'other' })
    expect(taken.map(({ path }) => path)).toEqual(['Other/Customizations.xml', 'Other/Solution.xml', 'Roles/Clerk.xml'])
  })

  it('cannot write outside of the solution by a name', async () => {
    const tree = edited('entities/contoso_permit/Entity.yml', "'#text': contoso_Permit", "'#text': ../../x")
    await expect(toXmlLayout(tree)).rejects.toMatchObject({ code: 'solution.unsafe-path' })
  })

  it('is refused when two files say one component, or one says none that is known', async () => {
    const twice = {
      'sdkmessageprocessingsteps/again/step.yml':
        texts['SdkMessageProcessingSteps/{92}.xml'] === undefined
          ? ''
          : "SdkMessageProcessingStep:\n  '@SdkMessageProcessingStepId': '{92}'\n",
    }
    await expect(toXmlLayout(treeWith(twice))).rejects.toMatchObject({ code: 'solution.path-conflict' })
    await expect(toXmlLayout(treeWith({ 'entities/contoso_permit/odd.yml': 'Odd:\n' }))).rejects.toMatchObject({
      code: 'solution.bad-yaml',
    })
  })
})

describe('a YAML tree as Dataverse commits it', () => {
  const nil = "'@xsi:nil': true\n    '@xmlns:xsi': http://www.w3.org/2001/XMLSchema-instance"
  const committed: Readonly<Record<string, string>> = {
    'solutions/Contoso/solution.yml':
      'ImportExportXml:\n  SolutionManifest:\n    UniqueName: Contoso\n    Publisher:\n      UniqueName: contoso\n',
    'solutions/Contoso/solutioncomponents.yml': `SolutionComponents:\n  Component:\n${[
      '/canvasapps/contoso_app',
      '/entities/contoso_permit',
      '/entities/contoso_permit/attributes/contoso_name.yml',
      '/entities/contoso_permit/formxml/main/1',
      '/entities/contoso_permit/ribbondiffs',
      '/entities/contoso_permit/savedqueries/26',
      '/entityrelationships/contoso_permit_task',
      '/webresources/61',
      '/publishers/contoso',
    ]
      .map((path) => `  - '@path': ${path}\n`)
      .join('')}`,
    'publishers/contoso/publisher.yml': `Publisher:\n  UniqueName: contoso\n  EMailAddress:\n    ${nil}\n`,
    'entities/contoso_permit/entity.yml':
      "Entity:\n  Name:\n    '#text': contoso_Permit\n  EntityInfo:\n    entity:\n      '@Name': contoso_Permit\n",
    'entities/contoso_permit/attributes/contoso_name.yml': "attribute:\n  '@PhysicalName': contoso_Name\n  IntroducedVersion: 1.0\n",
    'entities/contoso_permit/formxml/main/1/systemform.yml': "systemform:\n  formid: '{1}'\n",
    'entities/contoso_permit/ribbondiffs/ribbondiff.yml': 'RibbonDiffXml:\n  CustomActions:\n',
    'entities/contoso_permit/savedqueries/26/savedquery.yml': "savedquery:\n  savedqueryid: '{26}'\n",
    'entityrelationships/contoso_permit_task/entityrelationship.yml':
      "EntityRelationship:\n  '@Name': contoso_permit_task\n  ReferencedEntityName: contoso_Permit\n",
    'webresources/61/webresource.yml': 'WebResource:\n  Name: contoso_/main.js\n  FileName: /webresources/61/contoso_mainjs61\n',
    'webresources/61/contoso_mainjs61': 'alert(1)',
    'canvasapps/contoso_app/canvasapp.yml': `CanvasApp:\n  Name: contoso_app\n  Description:\n    ${nil}\n  DocumentUri: /canvasapps/contoso_app/contoso_app_DocumentUri.msapp\n  AdditionalUris:\n    AdditionalUri: /canvasapps/contoso_app/contoso_app_identity.json\n`,
    'canvasapps/contoso_app/contoso_app_identity.json': '{}',
    'canvasapps/contoso_app/contoso_app_DocumentUri/Header.json': '{}',
  }

  it('is put into the XML layout by what its files say', async () => {
    const xml = textsOf(await toXmlLayout(memoryTree(files(committed))))
    expect(Object.keys(xml)).toEqual([
      'CanvasApps/contoso_app.meta.xml',
      'CanvasApps/contoso_app_DocumentUri.msapp',
      'CanvasApps/contoso_app_identity.json',
      'Entities/contoso_Permit/Entity.xml',
      'Entities/contoso_Permit/FormXml/main/{1}.xml',
      'Entities/contoso_Permit/RibbonDiff.xml',
      'Entities/contoso_Permit/SavedQueries/{26}.xml',
      'Other/Customizations.xml',
      'Other/Relationships.xml',
      'Other/Relationships/contoso_Permit.xml',
      'Other/Solution.xml',
      'WebResources/contoso_/main.js',
      'WebResources/contoso_/main.js.data.xml',
    ])
    expect(xml['Entities/contoso_Permit/Entity.xml']).toContain('<IntroducedVersion>1.0</IntroducedVersion>')
    expect(xml['Entities/contoso_Permit/Entity.xml']).toContain('<FormXml />\n  <SavedQueries />\n  <RibbonDiffXml />')
    expect(xml['CanvasApps/contoso_app.meta.xml']).toContain('<Description xsi:nil="true" />')
    expect(xml['CanvasApps/contoso_app.meta.xml']).toContain('/CanvasApps/contoso_app_DocumentUri.msapp')
  })

  it('becomes one and the same tree in our form, however often it is converted', async () => {
    const first = toYamlLayout(await toXmlLayout(memoryTree(files(committed))))
    const second = toYamlLayout(await toXmlLayout(memoryTree(first)))
    expect(textsOf(second)).toEqual(textsOf(first))
  })
})

function files(from: Readonly<Record<string, string>>): PackageFile[] {
  return Object.entries(from).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) }))
}

function textsOf(from: readonly PackageFile[]): Record<string, string> {
  return Object.fromEntries(from.map(({ path, bytes }) => [path, new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)]))
}

function treeWith(more: Readonly<Record<string, string>>) {
  return memoryTree(files({ ...textsOf(toYamlLayout(files(texts))), ...more }))
}

function edited(path: string, before: string, after: string) {
  const text = textsOf(toYamlLayout(files(texts)))[path]
  if (text?.includes(before) !== true) throw new Error(`${path} does not say ${before}`)
  return treeWith({ [path]: text.replace(before, after) })
}
