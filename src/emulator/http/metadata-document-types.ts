import { accessRights } from '../auth/row-shares.ts'

/** Properties of a complex type: name → type. One whose type is {@link anyRow} leads to a row, and so is a navigation property. */
export type Properties = Readonly<Record<string, string>>

/** Base of all types of rows. */
export const anyRow = 'mscrm.crmbaseentity'

const asynchronous: Properties = { AsyncOperationId: 'Edm.Guid' }
const imported: Properties = { ...asynchronous, ImportJobKey: 'Edm.String' }
const solutionId: Properties = { SolutionId: 'Edm.Guid' }
const withMetadata: Properties = { DependencyMetadataCollection: 'mscrm.DependencyMetadataCollection' }

/** What operations answer, by their names; those that answer nothing are not here. Members as in web-api A and facts-2 §1.2, §2. */
export const responses: Readonly<Record<string, Properties>> = {
  WhoAmI: { BusinessUnitId: 'Edm.Guid', UserId: 'Edm.Guid', OrganizationId: 'Edm.Guid' },
  RetrieveVersion: { Version: 'Edm.String' },
  RetrieveCurrentOrganization: { Detail: 'mscrm.OrganizationDetail' },
  RetrieveProvisionedLanguages: { RetrieveProvisionedLanguages: 'Collection(Edm.Int32)' },
  ProvisionLanguageAsync: asynchronous,
  StageSolution: { StageSolutionResults: 'mscrm.StageSolutionResults' },
  ImportSolutionAsync: imported,
  StageAndUpgrade: solutionId,
  StageAndUpgradeAsync: imported,
  DeleteAndPromote: solutionId,
  DeleteAndPromoteAsync: asynchronous,
  UninstallSolutionAsync: asynchronous,
  RetrieveSolutionImportResult: { SolutionOperationResult: 'mscrm.SolutionOperationResult' },
  RetrieveFormattedImportJobResults: { FormattedResults: 'Edm.String' },
  ExportSolution: { ExportSolutionFile: 'Edm.Binary' },
  ExportSolutionAsync: { ...asynchronous, ExportJobId: 'Edm.Guid' },
  DownloadSolutionExportData: { ExportSolutionFile: 'Edm.Binary' },
  CloneAsPatch: solutionId,
  CloneAsSolution: solutionId,
  PublishAllXmlAsync: asynchronous,
  AddSolutionComponent: { id: 'Edm.Guid' },
  RemoveSolutionComponent: { id: 'Edm.Guid' },
  UpdateSolutionComponent: { id: 'Edm.Guid' },
  AddComponentToSolutionAsync: asynchronous,
  IsComponentCustomizable: { IsComponentCustomizable: 'Edm.Boolean' },
  GetOrgDbOrgSetting: { SettingValue: 'Edm.String' },
  RetrieveMetadataChanges: {
    ServerVersionStamp: 'Edm.String',
    DeletedMetadata: 'mscrm.DeletedMetadataCollection',
    EntityMetadata: 'Collection(mscrm.ComplexEntityMetadata)',
  },
  RetrieveDependenciesForUninstallWithMetadata: withMetadata,
  RetrieveDependentComponentsWithMetadata: withMetadata,
  RetrieveRequiredComponentsWithMetadata: withMetadata,
  RetrieveDependenciesForDeleteWithMetadata: withMetadata,
  RetrieveSharedPrincipalsAndAccess: { PrincipalAccesses: 'Collection(mscrm.PrincipalAccess)' },
  RetrieveTotalRecordCount: { EntityRecordCountCollection: 'mscrm.EntityRecordCountCollection' },
  RetrieveEnvironmentVariableValue: { Value: 'Edm.String' },
  RetrieveEnvironmentVariableSecretValue: { EnvironmentVariableSecretValue: 'Edm.String' },
}

/** Operations that answer 204. */
export const voidOperations: ReadonlySet<string> = new Set([
  'ImportSolution',
  'ProvisionLanguage',
  'PublishXml',
  'PublishAllXml',
  'RemoveActiveCustomizations',
  'GrantAccess',
  'ModifyAccess',
  'RevokeAccess',
])

/** Functions that answer rows of no table in particular. */
export const rowFunctions: ReadonlySet<string> = new Set([
  'RetrieveMissingDependencies',
  'RetrieveDependenciesForUninstall',
  'RetrieveDependenciesForDelete',
  'RetrieveDependentComponents',
  'RetrieveRequiredComponents',
])

/** One level of a query of definitions. */
const level: Properties = { Properties: 'mscrm.MetadataPropertiesExpression', Criteria: 'mscrm.MetadataFilterExpression' }

/** What is said of one end of a dependency, as recorded replies show it (facts-2 §8). */
function dependencyEnd(end: 'required' | 'dependent'): Properties {
  const guids = ['objectid', 'parentid', 'basesolutionid']
  const texts = ['displayname', 'name', 'typename', 'parentdisplayname', 'entitylogicalname']
  const ofSolution = ['name', 'uniquename', 'version'].map((name) => `basesolution${name}`)
  return {
    ...Object.fromEntries(guids.map((name) => [`${end}component${name}`, 'Edm.Guid'])),
    [`${end}componenttype`]: 'Edm.Int32',
    ...Object.fromEntries([...texts, ...ofSolution].map((name) => [`${end}component${name}`, 'Edm.String'])),
  }
}

/** Complex types that parameters, answers and columns are made of. */
export const complexTypes: Readonly<Record<string, Properties>> = {
  BooleanManagedProperty: { Value: 'Edm.Boolean', CanBeChanged: 'Edm.Boolean', ManagedPropertyLogicalName: 'Edm.String' },
  LocalizedLabel: { Label: 'Edm.String', LanguageCode: 'Edm.Int32', IsManaged: 'Edm.Boolean', MetadataId: 'Edm.Guid' },
  Label: { LocalizedLabels: 'Collection(mscrm.LocalizedLabel)', UserLocalizedLabel: 'mscrm.LocalizedLabel' },
  OrganizationDetail: {
    OrganizationId: 'Edm.Guid',
    FriendlyName: 'Edm.String',
    OrganizationVersion: 'Edm.String',
    EnvironmentId: 'Edm.String',
    UrlName: 'Edm.String',
    UniqueName: 'Edm.String',
    State: 'Edm.String',
  },
  SolutionParameters: { StageSolutionUploadId: 'Edm.Guid' },
  SolutionOperationResult: {
    Type: 'Edm.String',
    Status: 'Edm.String',
    ActionLink: 'Edm.String',
    ErrorMessages: 'Collection(Edm.String)',
    WarningMessages: 'Collection(Edm.String)',
  },
  StageSolutionResults: {
    StageSolutionUploadId: 'Edm.Guid',
    StageSolutionStatus: 'Edm.String',
    SolutionValidationResults: 'Collection(mscrm.SolutionValidationResult)',
    MissingDependencies: 'Collection(mscrm.MissingDependency)',
    SolutionDetails: 'mscrm.SolutionDetails',
  },
  SolutionValidationResult: {
    SolutionValidationResultType: 'Edm.String',
    Message: 'Edm.String',
    ErrorCode: 'Edm.Int32',
    AdditionalInfo: 'Edm.String',
  },
  MissingDependency: { CanResolveMissingDependency: 'Edm.Boolean', RequiredSolutionName: 'Edm.String' },
  SolutionDetails: { SolutionUniqueName: 'Edm.String' },
  DeletedMetadataCollection: {
    Count: 'Edm.Int32',
    IsReadOnly: 'Edm.Boolean',
    Keys: 'Collection(mscrm.DeletedMetadataFilters)',
    Values: 'Collection(mscrm.GuidCollection)',
  },
  ComplexEntityMetadata: {
    MetadataId: 'Edm.Guid',
    HasChanged: 'Edm.Boolean',
    LogicalName: 'Edm.String',
    SchemaName: 'Edm.String',
    EntitySetName: 'Edm.String',
  },
  EntityQueryExpression: {
    ...level,
    AttributeQuery: 'mscrm.AttributeQueryExpression',
    RelationshipQuery: 'mscrm.RelationshipQueryExpression',
    KeyQuery: 'mscrm.EntityKeyQueryExpression',
    LabelQuery: 'mscrm.LabelQueryExpression',
  },
  AttributeQueryExpression: level,
  RelationshipQueryExpression: level,
  EntityKeyQueryExpression: level,
  LabelQueryExpression: { FilterLanguages: 'Collection(Edm.Int32)', MissingLabelBehavior: 'Edm.Int32' },
  MetadataPropertiesExpression: { AllProperties: 'Edm.Boolean', PropertyNames: 'Collection(Edm.String)' },
  MetadataFilterExpression: {
    FilterOperator: 'mscrm.LogicalOperator',
    Conditions: 'Collection(mscrm.MetadataConditionExpression)',
    Filters: 'Collection(mscrm.MetadataFilterExpression)',
  },
  MetadataConditionExpression: {
    PropertyName: 'Edm.String',
    ConditionOperator: 'mscrm.MetadataConditionOperator',
    Value: 'mscrm.Object',
  },
  Object: { Type: 'Edm.String', Value: 'Edm.String' },
  PrincipalAccess: { AccessMask: 'mscrm.AccessRights', Principal: anyRow },
  // For the platform's own use; its members are not published.
  LayerDesiredOrder: {},
  DependencyMetadataCollection: { DependencyMetadataInfoCollection: 'Collection(mscrm.DependencyMetadataInfo)' },
  DependencyMetadataInfo: {
    ...dependencyEnd('required'),
    ...dependencyEnd('dependent'),
    dependencyid: 'Edm.Guid',
    dependencytype: 'Edm.Int32',
    dependencytypename: 'Edm.String',
    isdependencyremovalenabled: 'Edm.Boolean',
    dependentcomponententitysetname: 'Edm.String',
  },
  GuidCollection: { Items: 'Collection(Edm.Guid)' },
  EntityRecordCountCollection: {
    Count: 'Edm.Int32',
    IsReadOnly: 'Edm.Boolean',
    Keys: 'Collection(Edm.String)',
    Values: 'Collection(Edm.Int64)',
  },
}

/** Complex types with members beyond those that are known here. */
export const openTypes: ReadonlySet<string> = new Set([
  'ComplexEntityMetadata',
  'LayerDesiredOrder',
  'MissingDependency',
  'OrganizationDetail',
  'SolutionDetails',
  'StageSolutionResults',
])

/** Types of parameters whose shape is no plain one, by the parameter's name. */
export const parameterTypes: Readonly<Record<string, string>> = {
  AccessType: 'mscrm.EndpointAccessType',
  ComponentParameters: `Collection(${anyRow})`,
  DeletedMetadataFilters: 'mscrm.DeletedMetadataFilters',
  LayerDesiredOrder: 'mscrm.LayerDesiredOrder',
  PrincipalAccess: 'mscrm.PrincipalAccess',
  Query: 'mscrm.EntityQueryExpression',
  SolutionParameters: 'mscrm.SolutionParameters',
  SolutionComponent: 'mscrm.solutioncomponent',
}

/** Members with their values. None is marked as flags, as the documented ones are not. */
export const enumTypes: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  EndpointAccessType: { Default: 0, Internet: 1, Intranet: 2 },
  AccessRights: { None: 0, ...accessRights },
  DeletedMetadataFilters: { Default: 1, Attribute: 2, Relationship: 4, Label: 8, OptionSet: 16, All: 31 },
  LogicalOperator: { And: 0, Or: 1 },
  MetadataConditionOperator: { Equals: 0, NotEquals: 1, In: 2, NotIn: 3, GreaterThan: 4, LessThan: 5 },
}
