import type { PackageFile } from '#format'
import { rawZip } from './raw-zip.ts'

const xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
const id = (n: number): string => `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`
const labels = (text: string): string =>
  `<LocalizedNames><LocalizedName description="${text}" languagecode="1033" /><LocalizedName description="${text} (fr)" languagecode="1036" /></LocalizedNames>`

const columns = ['contoso_permitid', 'contoso_name', 'contoso_fee'].map(
  (name) => `<attribute PhysicalName="${name}"><Type>nvarchar</Type><Name>${name}</Name><LogicalName>${name}</LogicalName>
  <MaxLength>100</MaxLength><displaynames><displayname description="Fee &amp; more" languagecode="1033" /></displaynames></attribute>`,
)

const form = (n: number): string => `<systemform><formid>{${id(n)}}</formid><IntroducedVersion>1.0.0.0</IntroducedVersion>
  <form><tabs><tab id="{${id(n + 1)}}"><columns><column width="100%"><sections><section name="s"><rows><row><cell id="{${id(n + 2)}}">
  <control id="contoso_name" datafieldname="contoso_name" /></cell></row></rows></section></sections></column></columns></tab></tabs></form>
  ${labels('Information')}</systemform>`

const view = (n: number): string => `<savedquery><IsDefault>1</IsDefault><savedqueryid>{${id(n)}}</savedqueryid>
  <layoutxml><grid name="resultset"><row name="result" id="contoso_permitid"><cell name="contoso_name" width="300" /></row></grid></layoutxml>
  <fetchxml><fetch version="1.0"><entity name="contoso_permit"><attribute name="contoso_name" /></entity></fetch></fetchxml>${labels('Active')}</savedquery>`

const table = (name: string, n: number): string => `<Entity><Name LocalizedName="${name}" OriginalName="${name}">${name}</Name>
  <EntityInfo><entity Name="${name}">${labels(name)}<attributes>${columns.join('')}</attributes><EntitySetName>${name}s</EntitySetName></entity></EntityInfo>
  <FormXml><forms type="main">${form(n)}${form(n + 10)}</forms><forms type="quick">${form(n + 20)}</forms></FormXml>
  <SavedQueries><savedqueries>${view(n + 30)}${view(n + 31)}</savedqueries></SavedQueries>
  <Visualizations><visualization><savedqueryvisualizationid>{${id(n + 40)}}</savedqueryvisualizationid><name>Chart</name></visualization></Visualizations>
  <RibbonDiffXml><CustomActions /><Templates><RibbonTemplates Id="Mscrm.Templates"></RibbonTemplates></Templates></RibbonDiffXml></Entity>`

const relationship = (
  name: string,
): string => `<EntityRelationship Name="${name}"><EntityRelationshipType>OneToMany</EntityRelationshipType>
  <ReferencingEntityName>contoso_Permit</ReferencingEntityName><ReferencedEntityName>contoso_Site</ReferencedEntityName></EntityRelationship>`

const flowFile = `Workflows/Notify-${id(200).toUpperCase()}.json`
const classicFile = `Workflows/Escalate-${id(201).toUpperCase()}.xaml`
const scriptFile = `WebResources/contoso_scriptspermitjs${id(210).toUpperCase()}`
const assemblyFile = `PluginAssemblies/ContosoPlugins-${id(220).toUpperCase()}/ContosoPlugins.dll`
const connectorFiles = ['_openapidefinition.json', '_connectionparameters.json'].map((end) => `Connector/contoso-5fweather${end}`)

const workflow = (key: string, n: number, file: string): string => `<Workflow WorkflowId="{${id(n)}}" Name="Workflow ${n}">
  <${key}>/${file}</${key}><Type>1</Type><Category>5</Category><StateCode>1</StateCode>${labels('Workflow')}</Workflow>`

const customizations = `<ImportExportXml ${xsi}><Entities>${table('contoso_Permit', 0)}${table('contoso_Site', 50)}</Entities>
<Roles><Role id="{${id(230)}}" name="Permit clerk"><RolePrivileges><RolePrivilege name="prvReadcontoso_Permit" level="Basic" /></RolePrivileges></Role></Roles>
<Workflows>${workflow('JsonFileName', 200, flowFile)}${workflow('XamlFileName', 201, classicFile)}</Workflows>
<FieldSecurityProfiles><FieldSecurityProfile fieldsecurityprofileid="{${id(240)}}" name="Fees" /></FieldSecurityProfiles><Templates />
<EntityMaps><EntityMap><EntitySource>contoso_site</EntitySource><EntityTarget>contoso_permit</EntityTarget></EntityMap></EntityMaps>
<EntityRelationships>${relationship('contoso_site_permit')}${relationship('contoso_Permit_Also')}</EntityRelationships><OrganizationSettings />
<optionsets><optionset Name="contoso_state" localizedName="State"><options><option value="1"><labels><label description="New" languagecode="1033" /></labels></option></options></optionset></optionsets>
<Dashboards><Dashboard><FormId>{${id(250)}}</FormId><FormXml><forms type="dashboard"><form /></forms></FormXml></Dashboard></Dashboards>
<WebResources><WebResource><WebResourceId>{${id(210)}}</WebResourceId><Name>contoso_/scripts/permit.js</Name><WebResourceType>3</WebResourceType>
<FileName>/${scriptFile}</FileName></WebResource></WebResources>
<CustomControls /><AppModuleSiteMaps><AppModuleSiteMap><SiteMapUniqueName>contoso_permits</SiteMapUniqueName><SiteMap><Area Id="a" /></SiteMap></AppModuleSiteMap></AppModuleSiteMaps>
<AppModules><AppModule><UniqueName>contoso_permits</UniqueName><AppModuleComponents><AppModuleComponent type="60" id="{${id(0)}}" />
<AppModuleComponent type="1" schemaName="contoso_permit" /></AppModuleComponents></AppModule></AppModules>
<SolutionPluginAssemblies><PluginAssembly FullName="ContosoPlugins, Version=1.0.0.0" PluginAssemblyId="${id(220)}"><FileName>/${assemblyFile}</FileName></PluginAssembly></SolutionPluginAssemblies>
<SdkMessageProcessingSteps><SdkMessageProcessingStep Name="On create" SdkMessageProcessingStepId="{${id(221)}}"><Stage>20</Stage></SdkMessageProcessingStep></SdkMessageProcessingSteps>
<CanvasApps><CanvasApp><Name>contoso_app_1a2b</Name><DocumentUri>/CanvasApps/contoso_app_1a2b_DocumentUri.msapp</DocumentUri></CanvasApp></CanvasApps>
<Connectors><Connector><connectorid>{${id(260)}}</connectorid><name>contoso_weather</name><openapidefinition>/${connectorFiles[0]}</openapidefinition>
<connectionparameters>/${connectorFiles[1]}</connectionparameters></Connector></Connectors>
<connectionreferences><connectionreference connectionreferencelogicalname="contoso_mail"><connectorid>/providers/Microsoft.PowerApps/apis/shared_office365</connectorid></connectionreference></connectionreferences>
<Languages><Language>1033</Language><Language>1036</Language></Languages></ImportExportXml>`

const manifest = `<ImportExportXml version="9.2.25084.176" SolutionPackageVersion="9.2" languagecode="1033" generatedBy="CrmLive" ${xsi}><SolutionManifest>
<UniqueName>ContosoPermits</UniqueName>${labels('Contoso Permits')}<Descriptions /><Version>1.2.0.0</Version><Managed>0</Managed>
<Publisher><UniqueName>contoso</UniqueName><LocalizedNames /><Descriptions /><EMailAddress xsi:nil="true"></EMailAddress><CustomizationPrefix>contoso</CustomizationPrefix>
<CustomizationOptionValuePrefix>10000</CustomizationOptionValuePrefix><Addresses /></Publisher>
<RootComponents><RootComponent type="1" schemaName="contoso_permit" behavior="0" /><RootComponent type="1" schemaName="contoso_site" behavior="0" />
<RootComponent type="9" schemaName="contoso_state" behavior="0" /><RootComponent type="20" id="{${id(230)}}" behavior="0" />
<RootComponent type="29" id="{${id(200)}}" behavior="0" /><RootComponent type="29" id="{${id(201)}}" behavior="0" />
<RootComponent type="60" id="{${id(250)}}" behavior="0" /><RootComponent type="61" schemaName="contoso_/scripts/permit.js" behavior="0" />
<RootComponent type="62" schemaName="contoso_permits" behavior="0" /><RootComponent type="80" schemaName="contoso_permits" behavior="0" />
<RootComponent type="70" id="{${id(240)}}" behavior="0" /><RootComponent type="91" id="{${id(220)}}" schemaName="ContosoPlugins, Version=1.0.0.0" behavior="0" />
<RootComponent type="92" id="{${id(221)}}" behavior="0" /><RootComponent type="300" schemaName="contoso_app_1a2b" behavior="0" />
<RootComponent type="372" id="{${id(260)}}" schemaName="contoso_weather" behavior="0" /></RootComponents>
<MissingDependencies><MissingDependency><Required type="1" schemaName="account" displayName="Account" solution="System" />
<Dependent type="1" schemaName="contoso_permit" displayName="Permit" /></MissingDependency></MissingDependencies></SolutionManifest></ImportExportXml>`

const contentTypes = `<?xml version="1.0" encoding="utf-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/octet-stream" /><Default Extension="json" ContentType="application/octet-stream" /></Types>`

/** A small solution of our own making with one or two of nearly every kind of component. */
export function ownSolution(isManaged = false): PackageFile[] {
  const texts: readonly (readonly [string, string])[] = [
    ['customizations.xml', crlf(customizations)],
    ['solution.xml', crlf(isManaged ? manifest.replace('<Managed>0', '<Managed>1') : manifest)],
    [flowFile, '{"properties":{"definition":{"triggers":{},"actions":{"Send":{"type":"OpenApiConnection","inputs":{}}}}}}'],
    [classicFile, '<Activity x:Class="XrmWorkflow" xmlns:x="http://schemas.microsoft.com/winfx/2006/xaml"></Activity>'],
    [scriptFile, 'function onLoad() {\r\n  return 1\n}\n'],
    [assemblyFile, 'MZ\u0000\u0001 not a real assembly'],
    [connectorFiles[0] ?? '', '{"swagger":"2.0"}'],
    [connectorFiles[1] ?? '', '{}'],
    [
      'environmentvariabledefinitions/contoso_Url/environmentvariabledefinition.xml',
      '<environmentvariabledefinition schemaname="contoso_Url"><type>100000000</type></environmentvariabledefinition>',
    ],
    ['environmentvariabledefinitions/contoso_Url/environmentvariablevalues.json', '{"environmentvariablevalues":{}}'],
    ['Assets/botcomponent_workflowset.xml', '<botcomponent_workflowset></botcomponent_workflowset>'],
    ['[Content_Types].xml', `\ufeff${contentTypes}`],
  ]
  const files = texts.map(([path, text]) => ({ path, bytes: new Uint8Array(Buffer.from(text)) }))
  return [...files, { path: 'CanvasApps/contoso_app_1a2b_DocumentUri.msapp', bytes: rawZip(ownCanvasApp()) }]
}

/** A solution of almost nothing. */
export function smallestSolution(): PackageFile[] {
  const texts = {
    'customizations.xml':
      '<ImportExportXml><Entities></Entities><Workflows /><Languages><Language>1033</Language></Languages></ImportExportXml>',
    'solution.xml':
      '<ImportExportXml><SolutionManifest><UniqueName>Small</UniqueName><Version>1.0</Version><Managed>0</Managed><RootComponents /></SolutionManifest></ImportExportXml>',
    '[Content_Types].xml': contentTypes,
  }
  return Object.entries(texts).map(([path, text]) => ({ path, bytes: new Uint8Array(Buffer.from(text)) }))
}

/** A canvas app of one screen, in every form that its editor has written. */
export function ownCanvasApp(): PackageFile[] {
  const rule = (property: string, script: string): object => ({ Property: property, InvariantScript: script, RuleProviderType: 'Unknown' })
  const button = {
    Name: 'Button1',
    Template: { Name: 'button' },
    Rules: [rule('OnSelect', 'Navigate(Screen2)'), rule('Text', '"Go"')],
    Children: [],
  }
  const screen = { Name: 'Screen1', Template: { Name: 'screen' }, Rules: [rule('Fill', 'RGBA(1,2,3,1)')], Children: [button] }
  const source = { Name: 'Permits', Type: 'NativeCDSDataSourceInfo', EntitySetName: 'contoso_permits' }
  const texts: Readonly<Record<string, string>> = {
    'Header.json': JSON.stringify({ DocVersion: '1.347', MinVersionToLoad: '1.331', LastSavedDateTimeUTC: '01/02/2026 03:04:05' }),
    'Properties.json': JSON.stringify({ Name: 'Permits', DocumentType: 'App', LocalConnectionReferences: '{}' }),
    'Controls/1.json': JSON.stringify({ TopParent: { Name: 'App', Template: { Name: 'appinfo' }, Rules: [], Children: [] } }),
    'Controls/4.json': JSON.stringify({ TopParent: screen }),
    'References/DataSources.json': JSON.stringify({ DataSources: [source] }),
    'References/Resources.json': JSON.stringify({ Resources: [{ Name: 'logo', Path: 'Assets\\\\Images\\\\logo.png' }] }),
    'Src/App.pa.yaml': 'App:\n  Properties:\n    Theme: =PowerAppsTheme\n',
    'Src/Screen1.pa.yaml':
      'Screens:\n  Screen1:\n    Properties:\n      Fill: =RGBA(1,2,3,1)\n    Children:\n      - Button1:\n          Control: Classic/Button@2.2.0\n          Properties:\n            OnSelect: |-\n              =Navigate(Screen2);\n              Notify("a")\n',
    'Resources/PublishInfo.json': '{"AppName":"Permits"}',
  }
  return Object.entries(texts).map(([path, text]) => ({ path: path.replaceAll('/', '\\'), bytes: new Uint8Array(Buffer.from(text)) }))
}

function crlf(text: string): string {
  return text.replaceAll('\n', '\r\n')
}
