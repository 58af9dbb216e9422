import { writeZip } from '#format'

/** A text column; `maxLength` in characters. */
export interface HandMadeColumn {
  readonly name: string
  readonly maxLength?: number
  /** The global choice that it takes its options from; a text column has none. */
  readonly choice?: string
  /** True for one whose values are files. */
  readonly isFile?: boolean
  /** True where its managed definition may not be customized. */
  readonly isLocked?: boolean
}

/** A view of some columns. */
export interface HandMadeView {
  readonly id: string
  readonly name: string
  readonly columns: readonly string[]
}

/** A role that may read some tables. */
export interface HandMadeRole {
  readonly id: string
  readonly name: string
  readonly tables: readonly string[]
}

export interface HandMadeForm {
  readonly id: string
  readonly name: string
  /** What stands in `<tabs>`; written as a file of the service writes it. */
  readonly tabs: string
}

export interface HandMadeTable {
  /** Logical name, for example hand_boat; its set is hand_boats, its primary column hand_name. */
  readonly name: string
  /** Plain text columns beside the primary one. */
  readonly columns?: readonly HandMadeColumn[]
  readonly forms?: readonly HandMadeForm[]
  readonly views?: readonly HandMadeView[]
  /** For people; its logical name without one. */
  readonly label?: string
  /** False where the solution carries the table only as the place of columns and forms (behaviour 2). */
  readonly isWhole?: boolean
  /** True where others may make no columns, forms, views and charts in it. */
  readonly isClosed?: boolean
  /** True where notes may be on its rows; the relationship to them is among the lookups. */
  readonly hasNotes?: boolean
  /** True for a table of activities: its key is activityid. */
  readonly isActivity?: boolean
  /** True where the solution holds the table and of its parts only those that it lists (behaviour 1). */
  readonly isListed?: boolean
}

/** A lookup column `column` of table `from` that points to table `to`. */
export interface HandMadeLookup {
  readonly from: string
  readonly column: string
  readonly to: string
  /** Navigation property from the row with the lookup; named as the column without one. */
  readonly navigation?: string
}

/** A many-to-many relationship, of the name of the table that holds its pairs. */
export interface HandMadePairs {
  readonly name: string
  readonly tables: readonly [string, string]
}

export interface HandMadeChoice {
  readonly name: string
  /** Value → label. */
  readonly options: Readonly<Record<number, string>>
}

/** A cloud flow of one step. */
export interface HandMadeFlow {
  readonly id: string
  readonly name: string
  /** What its step says. */
  readonly says: string
  /** True where files bring it switched off; otherwise they bring it switched on. */
  readonly isOff?: boolean
  readonly isLocked?: boolean
}

/** An environment variable that holds a text, without a value of its own. */
export interface HandMadeVariable {
  /** Schema name. */
  readonly name: string
  readonly default?: string
}

/** A model-driven app over some tables. */
export interface HandMadeApp {
  /** Unique name. */
  readonly name: string
  readonly title: string
  readonly tables: readonly string[]
}

/** A canvas app that reads some tables. */
export interface HandMadeCanvasApp {
  /** Unique name. */
  readonly name: string
  readonly title: string
  readonly tables: readonly string[]
}

/** The site map of an app, with one group of subareas. */
export interface HandMadeSiteMap {
  /** Unique name. */
  readonly name: string
  /** Id of a subarea → its page. */
  readonly pages: Readonly<Record<string, string>>
  /** Each a subarea, too. */
  readonly tables: readonly string[]
}

export interface HandMade {
  readonly name: string
  readonly version: string
  readonly isManaged?: boolean
  readonly publisher?: string
  /** Unique name and version of the solution that this one is a patch of. */
  readonly patchOf?: { readonly name: string; readonly version: string }
  readonly tables?: readonly HandMadeTable[]
  readonly lookups?: readonly HandMadeLookup[]
  readonly pairs?: readonly HandMadePairs[]
  readonly choices?: readonly HandMadeChoice[]
  readonly roles?: readonly HandMadeRole[]
  readonly flows?: readonly HandMadeFlow[]
  readonly variables?: readonly HandMadeVariable[]
  readonly apps?: readonly HandMadeApp[]
  readonly siteMaps?: readonly HandMadeSiteMap[]
  readonly canvasApps?: readonly HandMadeCanvasApp[]
  /** Column security profiles, without permissions. */
  readonly profiles?: readonly { readonly id: string; readonly name: string }[]
  /** Of its publisher, without the underscore; `hand` without one. */
  readonly prefix?: string
}

/** A solution file written by hand, from texts alone: the tests that use it must not depend on what our own writer believes. */
export async function handMade(solution: HandMade): Promise<Uint8Array> {
  const text = (content: string): Uint8Array => Buffer.from(content)
  return writeZip([
    { path: '[Content_Types].xml', bytes: text(contentTypes) },
    { path: 'solution.xml', bytes: text(manifest(solution)) },
    { path: 'customizations.xml', bytes: text(customizations(solution)) },
    ...(solution.flows ?? []).map((flow) => ({ path: flowFile(flow), bytes: text(flowDefinition(flow)) })),
    ...(solution.variables ?? []).map((variable) => ({ path: variableFile(variable), bytes: text(variableDefinition(variable)) })),
    ...(await Promise.all((solution.canvasApps ?? []).map(canvasDocument))),
  ])
}

const contentTypes =
  '<?xml version="1.0" encoding="utf-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/octet-stream" /></Types>'

function manifest(solution: HandMade): string {
  const publisher = solution.publisher ?? 'handpublisher'
  const roots = [
    ...(solution.tables ?? []).map((table) => `<RootComponent type="1" schemaName="${table.name}" behavior="${behaviourOf(table)}" />`),
    ...(solution.choices ?? []).map((choice) => `<RootComponent type="9" schemaName="${choice.name}" behavior="0" />`),
    ...(solution.tables ?? [])
      .filter((table) => behaviourOf(table) !== 0)
      .flatMap((table) => [
        ...(table.forms ?? []).map((form) => `<RootComponent type="60" id="{${form.id}}" behavior="0" />`),
        ...(table.views ?? []).map((view) => `<RootComponent type="26" id="{${view.id}}" behavior="0" />`),
      ]),
    ...(solution.profiles ?? []).map((profile) => `<RootComponent type="70" id="{${profile.id}}" behavior="0" />`),
    ...(solution.flows ?? []).map((flow) => `<RootComponent type="29" id="{${flow.id}}" behavior="0" />`),
    ...(solution.variables ?? []).map((variable) => `<RootComponent type="380" schemaName="${variable.name}" behavior="0" />`),
    ...(solution.siteMaps ?? []).map((map) => `<RootComponent type="62" schemaName="${map.name}" behavior="0" />`),
    ...(solution.canvasApps ?? []).map((app) => `<RootComponent type="300" schemaName="${app.name}" behavior="0" />`),
    ...(solution.apps ?? []).map((app) => `<RootComponent type="80" schemaName="${app.name}" behavior="0" />`),
    ...(solution.roles ?? []).map((role) => `<RootComponent type="20" id="{${role.id}}" behavior="0" />`),
  ]
  const parent =
    solution.patchOf === undefined
      ? ''
      : `<ParentSolution><UniqueName>${solution.patchOf.name}</UniqueName><Version>${solution.patchOf.version}</Version></ParentSolution>`
  return `<ImportExportXml version="9.2.25084.176" SolutionPackageVersion="9.2" languagecode="1033" generatedBy="CrmLive" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><SolutionManifest><UniqueName>${solution.name}</UniqueName><LocalizedNames><LocalizedName description="${solution.name}" languagecode="1033" /></LocalizedNames><Descriptions />${parent}<Version>${solution.version}</Version><Managed>${solution.isManaged === true ? 1 : 0}</Managed><Publisher><UniqueName>${publisher}</UniqueName><LocalizedNames><LocalizedName description="${publisher}" languagecode="1033" /></LocalizedNames><Descriptions /><EMailAddress xsi:nil="true"></EMailAddress><SupportingWebsiteUrl xsi:nil="true"></SupportingWebsiteUrl><CustomizationPrefix>${solution.prefix ?? 'hand'}</CustomizationPrefix><CustomizationOptionValuePrefix>41300</CustomizationOptionValuePrefix><Addresses></Addresses></Publisher><RootComponents>${roots.join('')}</RootComponents><MissingDependencies /></SolutionManifest></ImportExportXml>`
}

function behaviourOf(table: HandMadeTable): 0 | 1 | 2 {
  if (table.isWhole === false) return 2
  return table.isListed === true ? 1 : 0
}

function customizations(solution: HandMade): string {
  const entities = (solution.tables ?? []).map((table) =>
    entity(
      table,
      (solution.lookups ?? []).filter((lookup) => lookup.from === table.name),
    ),
  )
  const relationships = [...(solution.lookups ?? []).map(relationship), ...(solution.pairs ?? []).map(manyToMany)]
  const choices = (solution.choices ?? []).map(optionSet)
  const flows = (solution.flows ?? []).map(workflow).join('')
  const apps = (solution.apps ?? []).map(appModule).join('')
  const maps = (solution.siteMaps ?? []).map(siteMap).join('')
  const canvas = (solution.canvasApps ?? []).map(canvasApp).join('')
  return `<ImportExportXml xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Entities>${entities.join('')}</Entities><Roles>${(solution.roles ?? []).map(securityRole).join('')}</Roles><Workflows>${flows}</Workflows><FieldSecurityProfiles>${(solution.profiles ?? []).map(securityProfile).join('')}</FieldSecurityProfiles><Templates /><EntityMaps /><EntityRelationships>${relationships.join('')}</EntityRelationships><OrganizationSettings /><optionsets>${choices.join('')}</optionsets><CustomControls />${within('AppModuleSiteMaps', maps)}${within('AppModules', apps)}<EntityDataProviders />${within('CanvasApps', canvas)}<Languages><Language>1033</Language></Languages></ImportExportXml>`
}

const closed = ['Attributes', 'Forms', 'Charts', 'Views'].map((what) => `<CanCreate${what}>0</CanCreate${what}>`).join('')

function within(name: string, content: string): string {
  return content === '' ? '' : `<${name}>${content}</${name}>`
}

function entity(table: HandMadeTable, lookups: readonly HandMadeLookup[]): string {
  const isWhole = table.isWhole !== false
  const own = (table.columns ?? []).map((column) =>
    attribute({
      ...column,
      ...(column.isFile === true
        ? { type: 'file' }
        : column.choice === undefined
          ? { type: 'nvarchar', maxLength: column.maxLength ?? 100 }
          : { type: 'picklist' }),
    }),
  )
  const attributes = [
    ...(isWhole
      ? [
          attribute({ name: table.isActivity === true ? 'activityid' : `${table.name}id`, type: 'primarykey' }),
          attribute({
            name: 'hand_name',
            type: 'nvarchar',
            maxLength: 100,
            mask: 'PrimaryName|ValidForAdvancedFind|ValidForForm|ValidForGrid',
          }),
        ]
      : []),
    ...own,
    ...lookups.map((lookup) => attribute({ name: lookup.column, type: 'lookup' })),
  ]
  const about = isWhole
    ? `<LocalizedNames><LocalizedName description="${table.label ?? table.name}" languagecode="1033" /></LocalizedNames><LocalizedCollectionNames><LocalizedCollectionName description="${table.name}s" languagecode="1033" /></LocalizedCollectionNames><Descriptions />`
    : ''
  const traits = isWhole
    ? `<EntitySetName>${table.name}s</EntitySetName><OwnershipTypeMask>UserOwned</OwnershipTypeMask>${table.isActivity === true ? '<IsActivity>1</IsActivity>' : ''}${table.hasNotes === true ? '<HasRelatedNotes>True</HasRelatedNotes>' : ''}<IsCustomizable>1</IsCustomizable>${table.isClosed === true ? closed : ''}<IntroducedVersion>1.0</IntroducedVersion>`
    : ''
  const forms =
    table.forms === undefined ? '' : `<FormXml><forms type="main">${table.forms.map((form) => systemForm(form)).join('')}</forms></FormXml>`
  const views =
    table.views === undefined
      ? '<SavedQueries />'
      : `<SavedQueries><savedqueries>${table.views.map((view) => savedQuery(table.name, view)).join('')}</savedqueries></SavedQueries>`
  return `<Entity><Name LocalizedName="${table.name}" OriginalName="${table.name}">${table.name}</Name><EntityInfo><entity Name="${table.name}"${isWhole ? '' : ' unmodified="1"'}>${about}<attributes>${attributes.join('')}</attributes>${traits}</entity></EntityInfo>${forms}${views}<RibbonDiffXml><CustomActions /><Templates><RibbonTemplates Id="Mscrm.Templates"></RibbonTemplates></Templates><CommandDefinitions /><RuleDefinitions><TabDisplayRules /><DisplayRules /><EnableRules /></RuleDefinitions><LocLabels /></RibbonDiffXml></Entity>`
}

function attribute(of: HandMadeColumn & { readonly type: string; readonly mask?: string }): string {
  const choice = of.choice === undefined ? '' : `<OptionSetName>${of.choice}</OptionSetName>`
  const length =
    of.maxLength === undefined ? '' : `<Format>text</Format><MaxLength>${of.maxLength}</MaxLength><Length>${of.maxLength * 2}</Length>`
  return `<attribute PhysicalName="${of.name}"><Type>${of.type}</Type><Name>${of.name}</Name><LogicalName>${of.name}</LogicalName><RequiredLevel>none</RequiredLevel><DisplayMask>${of.mask ?? 'ValidForAdvancedFind|ValidForForm|ValidForGrid'}</DisplayMask><ImeMode>auto</ImeMode><ValidForUpdateApi>1</ValidForUpdateApi><ValidForReadApi>1</ValidForReadApi><ValidForCreateApi>1</ValidForCreateApi><IsCustomField>1</IsCustomField><IsAuditEnabled>0</IsAuditEnabled><IsSecured>0</IsSecured><IntroducedVersion>1.0</IntroducedVersion><IsCustomizable>${of.isLocked === true ? 0 : 1}</IsCustomizable><IsRenameable>1</IsRenameable><SourceType>0</SourceType>${length}${choice}<displaynames><displayname description="${of.name}" languagecode="1033" /></displaynames></attribute>`
}

function relationship(lookup: HandMadeLookup): string {
  return `<EntityRelationship Name="${lookup.to}_${lookup.column}"><EntityRelationshipType>OneToMany</EntityRelationshipType><IsCustomizable>1</IsCustomizable><IntroducedVersion>1.0</IntroducedVersion><IsHierarchical>0</IsHierarchical><ReferencingEntityName>${lookup.from}</ReferencingEntityName><ReferencedEntityName>${lookup.to}</ReferencedEntityName><CascadeAssign>NoCascade</CascadeAssign><CascadeDelete>RemoveLink</CascadeDelete><CascadeArchive>RemoveLink</CascadeArchive><CascadeReparent>NoCascade</CascadeReparent><CascadeShare>NoCascade</CascadeShare><CascadeUnshare>NoCascade</CascadeUnshare><ReferencingAttributeName>${lookup.column}</ReferencingAttributeName><RelationshipDescription><Descriptions><Description description="" languagecode="1033" /></Descriptions></RelationshipDescription><EntityRelationshipRoles><EntityRelationshipRole><NavPaneDisplayOption>UseCollectionName</NavPaneDisplayOption><NavPaneArea>Details</NavPaneArea><NavPaneOrder>10000</NavPaneOrder><NavigationPropertyName>${lookup.navigation ?? lookup.column}</NavigationPropertyName><RelationshipRoleType>1</RelationshipRoleType></EntityRelationshipRole><EntityRelationshipRole><NavigationPropertyName>${lookup.to}_${lookup.column}</NavigationPropertyName><RelationshipRoleType>0</RelationshipRoleType></EntityRelationshipRole></EntityRelationshipRoles></EntityRelationship>`
}

function manyToMany({ name, tables: [first, second] }: HandMadePairs): string {
  const role = (ordinal: number): string =>
    `<EntityRelationshipRole><NavPaneDisplayOption>UseCollectionName</NavPaneDisplayOption><NavPaneArea>Details</NavPaneArea><NavPaneOrder>10000</NavPaneOrder><NavigationPropertyName>${name}</NavigationPropertyName><AssociationRoleOrdinal>${ordinal}</AssociationRoleOrdinal></EntityRelationshipRole>`
  return `<EntityRelationship Name="${name}"><EntityRelationshipType>ManyToMany</EntityRelationshipType><IsCustomizable>1</IsCustomizable><IntroducedVersion>1.0</IntroducedVersion><IsHierarchical>0</IsHierarchical><FirstEntityName>${first}</FirstEntityName><SecondEntityName>${second}</SecondEntityName><IntersectEntityName>${name}</IntersectEntityName><EntityRelationshipRoles>${role(1)}${role(2)}</EntityRelationshipRoles></EntityRelationship>`
}

function optionSet(choice: HandMadeChoice): string {
  const options = Object.entries(choice.options).map(
    ([value, label]) =>
      `<option value="${value}" ExternalValue=""><labels><label description="${label}" languagecode="1033" /></labels></option>`,
  )
  return `<optionset Name="${choice.name}" localizedName="${choice.name}"><OptionSetType>picklist</OptionSetType><IsGlobal>1</IsGlobal><IntroducedVersion>1.0</IntroducedVersion><IsCustomizable>1</IsCustomizable><displaynames><displayname description="${choice.name}" languagecode="1033" /></displaynames><options>${options.join('')}</options></optionset>`
}

function systemForm(form: HandMadeForm): string {
  return `<systemform><formid>{${form.id}}</formid><IntroducedVersion>1.0</IntroducedVersion><FormPresentation>1</FormPresentation><FormActivationState>1</FormActivationState><form><tabs>${form.tabs}</tabs></form><IsCustomizable>1</IsCustomizable><CanBeDeleted>1</CanBeDeleted><LocalizedNames><LocalizedName description="${form.name}" languagecode="1033" /></LocalizedNames></systemform>`
}

function savedQuery(table: string, view: HandMadeView): string {
  const cells = view.columns.map((column) => `<cell name="${column}" width="100" />`)
  const attributes = view.columns.map((column) => `<attribute name="${column}" />`)
  return `<savedquery><IsCustomizable>1</IsCustomizable><CanBeDeleted>1</CanBeDeleted><isquickfindquery>0</isquickfindquery><isprivate>0</isprivate><isdefault>0</isdefault><savedqueryid>{${view.id}}</savedqueryid><layoutxml><grid name="resultset" object="10001" jump="hand_name" select="1" icon="1" preview="1"><row name="result" id="${table}id">${cells.join('')}</row></grid></layoutxml><querytype>0</querytype><fetchxml><fetch version="1.0" mapping="logical"><entity name="${table}">${attributes.join('')}</entity></fetch></fetchxml><IntroducedVersion>1.0</IntroducedVersion><LocalizedNames><LocalizedName description="${view.name}" languagecode="1033" /></LocalizedNames></savedquery>`
}

function securityRole(role: HandMadeRole): string {
  const privileges = role.tables.map((table) => `<RolePrivilege name="prvRead${table}" level="Local" />`)
  return `<Role id="{${role.id}}" name="${role.name}" isinherited="1"><IsCustomizable>1</IsCustomizable><RolePrivileges>${privileges.join('')}</RolePrivileges></Role>`
}

function flowFile({ id, name }: HandMadeFlow): string {
  return `Workflows/${name}-${id.toUpperCase()}.json`
}

function flowDefinition({ says }: HandMadeFlow): string {
  const definition = {
    $schema: 'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
    contentVersion: '1.0.0.0',
    triggers: { Recurrence: { type: 'Recurrence', recurrence: { frequency: 'Day', interval: 1 } } },
    actions: { Compose: { type: 'Compose', runAfter: {}, inputs: says } },
  }
  return JSON.stringify({ properties: { connectionReferences: {}, definition }, schemaVersion: '1.0.0.0' })
}

function variableFile({ name }: HandMadeVariable): string {
  return `environmentvariabledefinitions/${name}/environmentvariabledefinition.xml`
}

function variableDefinition(variable: HandMadeVariable): string {
  const value = variable.default === undefined ? '' : `<defaultvalue>${variable.default}</defaultvalue>`
  return `<environmentvariabledefinition schemaname="${variable.name}">${value}<displayname default="${variable.name}"><label description="${variable.name}" languagecode="1033" /></displayname><introducedversion>1.0</introducedversion><iscustomizable>1</iscustomizable><isrequired>0</isrequired><secretstore>0</secretstore><type>100000000</type></environmentvariabledefinition>`
}

function workflow(flow: HandMadeFlow): string {
  return `<Workflow WorkflowId="{${flow.id}}" Name="${flow.name}"><JsonFileName>/${flowFile(flow)}</JsonFileName><Type>1</Type><Subprocess>0</Subprocess><Category>5</Category><Mode>0</Mode><Scope>4</Scope><OnDemand>0</OnDemand><TriggerOnCreate>0</TriggerOnCreate><TriggerOnDelete>0</TriggerOnDelete><AsyncAutodelete>0</AsyncAutodelete><SyncWorkflowLogOnFailure>0</SyncWorkflowLogOnFailure><StateCode>${flow.isOff === true ? 0 : 1}</StateCode><StatusCode>${flow.isOff === true ? 1 : 2}</StatusCode><RunAs>1</RunAs><IsTransacted>1</IsTransacted><IntroducedVersion>1.0</IntroducedVersion><IsCustomizable>${flow.isLocked === true ? 0 : 1}</IsCustomizable><BusinessProcessType>0</BusinessProcessType><IsCustomProcessingStepAllowedForOtherPublishers>1</IsCustomProcessingStepAllowedForOtherPublishers><ModernFlowType>0</ModernFlowType><PrimaryEntity>none</PrimaryEntity><LocalizedNames><LocalizedName languagecode="1033" description="${flow.name}" /></LocalizedNames></Workflow>`
}

function appModule({ name, title, tables }: HandMadeApp): string {
  const components = tables.map((table) => `<AppModuleComponent type="1" schemaName="${table}" />`).join('')
  return `<AppModule><UniqueName>${name}</UniqueName><IntroducedVersion>1.0</IntroducedVersion><statecode>0</statecode><statuscode>1</statuscode><FormFactor>1</FormFactor><ClientType>4</ClientType><NavigationType>0</NavigationType><AppModuleComponents>${components}</AppModuleComponents><LocalizedNames><LocalizedName description="${title}" languagecode="1033" /></LocalizedNames></AppModule>`
}

function siteMap({ name, pages, tables }: HandMadeSiteMap): string {
  const areas = [
    ...Object.entries(pages).map(([id, page]) => `<SubArea Id="${id}" Url="${page}" Client="All" PassParams="false" />`),
    ...tables.map((table) => `<SubArea Id="of_${table}" Entity="${table}" Client="All" PassParams="false" />`),
  ]
  return `<AppModuleSiteMap><SiteMapUniqueName>${name}</SiteMapUniqueName><SiteMap IntroducedVersion="7.0.0.0"><Area Id="area_main" ShowGroups="true" IntroducedVersion="7.0.0.0"><Titles><Title LCID="1033" Title="Main" /></Titles><Group Id="group_main" IntroducedVersion="7.0.0.0" IsProfile="false">${areas.join('')}</Group></Area></SiteMap><LocalizedNames><LocalizedName description="${name}" languagecode="1033" /></LocalizedNames></AppModuleSiteMap>`
}

function canvasApp({ name, title, tables }: HandMadeCanvasApp): string {
  const needs = JSON.stringify({ cdsdependencies: tables.map((table) => ({ logicalname: table, componenttype: 1 })) })
  return `<CanvasApp><Name>${name}</Name><AppVersion>2026-01-01T00:00:00Z</AppVersion><Status>Ready</Status><IsCdsUpgraded>0</IsCdsUpgraded><DisplayName>${title}</DisplayName><AuthorizationReferences>[]</AuthorizationReferences><ConnectionReferences>{}</ConnectionReferences><DatabaseReferences>{}</DatabaseReferences><AppComponents>[]</AppComponents><AppComponentDependencies>[]</AppComponentDependencies><CanConsumeAppPass>1</CanConsumeAppPass><CanvasAppType>0</CanvasAppType><BypassConsent>0</BypassConsent><AdminControlBypassConsent>0</AdminControlBypassConsent><IntroducedVersion>1.0</IntroducedVersion><CdsDependencies>${needs}</CdsDependencies><IsCustomizable>1</IsCustomizable><DocumentUri>/${documentOf(name)}</DocumentUri></CanvasApp>`
}

function documentOf(name: string): string {
  return `CanvasApps/${name}_DocumentUri.msapp`
}

async function canvasDocument({ name, title }: HandMadeCanvasApp) {
  const properties = JSON.stringify({ Name: title })
  return { path: documentOf(name), bytes: await writeZip([{ path: 'Properties.json', bytes: Buffer.from(properties) }]) }
}

function securityProfile({ id, name }: { readonly id: string; readonly name: string }): string {
  return `<FieldSecurityProfile fieldsecurityprofileid="{${id}}" name="${name}"><IsCustomizable>1</IsCustomizable><FieldPermissions /></FieldSecurityProfile>`
}

/** One tab of one column of sections, for {@link HandMadeForm}. */
export function tab(id: string, label: string, sections: readonly string[]): string {
  return `<tab name="${label}" id="{${id}}" IsUserDefined="1"><labels><label description="${label}" languagecode="1033" /></labels><columns><column width="100%"><sections>${sections.join('')}</sections></column></columns></tab>`
}

/** One section with a cell a column. */
export function section(id: string, label: string, columns: readonly string[]): string {
  const rows = columns.map(
    (column, at) =>
      `<row><cell id="{${id.slice(0, -4)}${String(at + 1).padStart(4, '0')}}"><labels><label description="${column}" languagecode="1033" /></labels><control id="${column}" classid="{4273EDBD-AC1D-40d3-9FB2-095C621B552D}" datafieldname="${column}" /></cell></row>`,
  )
  return `<section name="${label}" showlabel="true" showbar="false" id="{${id}}" columns="1" IsUserDefined="1"><labels><label description="${label}" languagecode="1033" /></labels><rows>${rows.join('')}</rows></section>`
}
