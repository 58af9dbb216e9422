import { describe, expect, it } from 'vitest'
import type { ComponentPart } from '#format'
import { parseXml } from '#format'
import { otherNamesOf, referencesOf } from './references.ts'

function part(kind: string, xml: string, more: Partial<ComponentPart> = {}): ComponentPart {
  return { kind, key: 'self', displayName: undefined, parent: undefined, section: [], xml: parseXml(xml, kind), files: [], ...more }
}

const file = (path: string, text: string): ComponentPart['files'][number] => ({ path, bytes: Buffer.from(text) })
const guid = 'AAAAAAAA-1111-4111-8111-111111111111'
const bare = guid.toLowerCase()

describe('what a component needs', () => {
  it('form: columns, scripts, pages, views, charts, quick forms, custom controls, relationships and roles', () => {
    const form = part(
      'SystemForm',
      `<systemform><form><formLibraries><Library name="con_/a.js" /></formLibraries><events><event><Handlers><Handler libraryName="con_/b.js" /></Handlers></event></events>
       <tabs><tab><cell><control datafieldname="con_Code"><parameters><ViewId>{${guid}}</ViewId><VisualizationId>${guid}</VisualizationId>
       <TargetEntityType>con_line</TargetEntityType><RelationshipName>con_order_lines</RelationshipName><Url>$webresource:con_/page.htm</Url>
       <QuickForms>&lt;QuickFormIds&gt;&lt;QuickFormId entityname="account"&gt;${guid}&lt;/QuickFormId&gt;&lt;/QuickFormIds&gt;</QuickForms></parameters></control></cell></tab></tabs>
       <controlDescriptions><controlDescription><customControl name="con_Control" /></controlDescription></controlDescriptions>
       <DisplayConditions><Role Id="{${guid}}" /></DisplayConditions></form></systemform>`,
      { parent: 'Entity:con_order' },
    )
    expect(new Set(referencesOf(form))).toEqual(
      new Set([
        'Entity:con_order',
        'Attribute:con_order.con_code',
        'WebResource:con_/a.js',
        'WebResource:con_/b.js',
        'WebResource:con_/page.htm',
        `SavedQuery:${bare}`,
        `SavedQueryVisualization:${bare}`,
        'Entity:con_line',
        'EntityRelationship:con_order_lines',
        'CustomControl:con_Control',
        `Role:${bare}`,
        `SystemForm:${bare}`,
        'Entity:account',
      ]),
    )
  })

  it('view: tables, columns of the query and of its links, and columns of the layout', () => {
    const view = part(
      'SavedQuery',
      `<savedquery><layoutxml><grid><row><cell name="con_shown" /><cell name="link.con_city" /></row></grid></layoutxml>
       <fetchxml><fetch><entity name="con_order"><attribute name="con_code" /><order attribute="con_date" /><filter><filter><condition attribute="con_state" /><condition entityname="link" attribute="x" /></filter></filter>
       <link-entity name="account" from="accountid" to="con_customer" alias="link"><attribute name="con_city" /></link-entity></entity></fetch></fetchxml></savedquery>`,
    )
    const columns = ['con_shown', 'con_code', 'con_date', 'con_state', 'con_customer'].map((name) => `Attribute:con_order.${name}`)
    const linked = ['Entity:account', 'Attribute:account.accountid', 'Attribute:account.con_city']
    expect(new Set(referencesOf(view))).toEqual(new Set(['Entity:con_order', ...columns, ...linked]))
  })

  it('flow: connection references, variables and child flows', () => {
    const definition = JSON.stringify({
      properties: {
        connectionReferences: { shared_x: { connection: { connectionReferenceLogicalName: 'con_sharedX' }, api: { name: 'shared_x' } } },
        definition: {
          parameters: { 'A (con_A)': { metadata: { schemaName: 'con_A' } } },
          actions: { c: { inputs: { host: { workflowReferenceName: bare } } } },
        },
      },
    })
    const flow = part('Workflow', '<Workflow><PrimaryEntity>none</PrimaryEntity></Workflow>', {
      files: [file('Workflows/f.json', definition)],
    })
    expect(referencesOf(flow)).toEqual(['connectionreference:con_sharedx', 'EnvironmentVariableDefinition:con_a', `Workflow:${bare}`])
  })

  it('classic process: table, columns, child processes and the assemblies of its activities', () => {
    const xaml = `<Activity><mxswa:SetEntityProperty Attribute="con_code" EntityName="con_order" /><mxswa:StartChildWorkflow WorkflowId="${guid}" /><mxswa:ActivityReference AssemblyQualifiedName="Con.Step, Con.Activities, Version=1.0.0.0" /></Activity>`
    const process = part('Workflow', '<Workflow><PrimaryEntity>con_Order</PrimaryEntity></Workflow>', {
      files: [file('Workflows/p.xaml', xaml)],
    })
    expect(new Set(referencesOf(process))).toEqual(
      new Set(['Entity:con_order', 'Attribute:con_order.con_code', `Workflow:${bare}`, 'PluginAssembly:con.activities']),
    )
  })

  it('plug-in step: its table, columns, and assembly by the name that the assembly goes by', () => {
    const step = part(
      'SdkMessageProcessingStep',
      `<SdkMessageProcessingStep><PluginTypeName>Con.Plugin, Con.Plugins, Version=1.0.0.0</PluginTypeName><PrimaryEntity>con_order</PrimaryEntity><FilteringAttributes>con_code,con_date</FilteringAttributes></SdkMessageProcessingStep>`,
    )
    const assembly = part('PluginAssembly', '<PluginAssembly FullName="Con.Plugins, Version=1.0.0.0" />')
    expect(referencesOf(step)).toEqual(
      expect.arrayContaining(['Entity:con_order', 'Attribute:con_order.con_date', 'PluginAssembly:con.plugins']),
    )
    expect(otherNamesOf('PluginAssembly')?.(assembly)).toEqual(['PluginAssembly:con.plugins'])
  })

  it('app and site map: all that they list, with dashboards and pages', () => {
    const app = part(
      'AppModule',
      `<AppModule><AppModuleComponents><AppModuleComponent type="1" schemaName="con_Order" /><AppModuleComponent type="26" id="{${guid}}" /></AppModuleComponents><AppModuleRoleMaps><Role id="{${guid}}" /></AppModuleRoleMaps></AppModule>`,
    )
    expect(referencesOf(app)).toEqual(['Entity:con_order', `SavedQuery:${bare}`, `Role:${bare}`])
    const map = part(
      'SiteMap',
      `<SiteMap><Area Icon="$webresource:con_/i.svg"><SubArea Entity="con_order" /><SubArea Url="$webresource:con_/page.htm" DefaultDashboard="${guid}" /></Area></SiteMap>`,
    )
    expect(referencesOf(map)).toEqual(
      expect.arrayContaining(['Entity:con_order', `Dashboard:${bare}`, 'WebResource:con_/i.svg', 'WebResource:con_/page.htm']),
    )
  })

  it('canvas app: tables, libraries and flows of its texts', () => {
    const app = part(
      'CanvasApp',
      `<CanvasApp><ConnectionReferences>{"x":{"parameterHints":{"workflowEntityId":{"value":"${bare}"}}}}</ConnectionReferences><CdsDependencies>{"cdsdependencies":[{"logicalname":"con_order","componenttype":1},{"logicalname":"con_lib","componenttype":300}]}</CdsDependencies></CanvasApp>`,
    )
    expect(referencesOf(app)).toEqual(['Entity:con_order', 'CanvasApp:con_lib', `Workflow:${bare}`])
  })

  it('role, connection reference, variable, agent', () => {
    const role = part(
      'Role',
      '<Role><RolePrivileges><RolePrivilege name="prvAppendTocon_order" /><RolePrivilege name="prvBulkEdit" /></RolePrivileges></Role>',
    )
    expect(referencesOf(role)).toEqual(['Entity:con_order'])
    const reference = part(
      'connectionreference',
      `<connectionreference><customconnectorid><connectorid>${guid}</connectorid></customconnectorid></connectionreference>`,
    )
    expect(referencesOf(reference)).toEqual([`Connector:${bare}`])
    const files = [
      file(
        'environmentvariabledefinitions/v/environmentvariabledefinition.xml',
        '<d><connectionreferenceid><connectionreferencelogicalname>con_ref</connectionreferencelogicalname></connectionreferenceid></d>',
      ),
    ]
    expect(referencesOf({ ...role, kind: 'environmentvariabledefinition', xml: undefined, files })).toEqual(['connectionreference:con_ref'])
    const topic = [
      file('botcomponents/t/data', `flowId: ${bare}`),
      file('botcomponents/t/botcomponent.xml', '<c><parentbotid><schemaname>con_bot</schemaname></parentbotid></c>'),
    ]
    expect(referencesOf({ ...role, kind: 'botcomponent', xml: undefined, files: topic })).toEqual(['bot:con_bot', `Workflow:${bare}`])
  })
})
