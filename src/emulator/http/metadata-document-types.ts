/** Properties of a complex type: name → type. */
export type Properties = Readonly<Record<string, string>>

const asynchronous: Properties = { AsyncOperationId: 'Edm.Guid' }
const imported: Properties = { ...asynchronous, ImportJobKey: 'Edm.String' }
const solutionId: Properties = { SolutionId: 'Edm.Guid' }

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
    EntityMetadata: 'Collection(mscrm.crmbaseentity)',
  },
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
])

/** Functions that answer rows of no table in particular. */
export const rowFunctions: ReadonlySet<string> = new Set([
  'RetrieveMissingDependencies',
  'RetrieveDependenciesForUninstall',
  'RetrieveDependenciesForDelete',
  'RetrieveDependentComponents',
  'RetrieveRequiredComponents',
])

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
    Keys: 'Collection(Edm.String)',
    Values: 'Collection(mscrm.GuidCollection)',
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
  'MissingDependency',
  'OrganizationDetail',
  'SolutionDetails',
  'StageSolutionResults',
])

/** Types of parameters whose shape is no plain one, by the parameter's name. */
export const parameterTypes: Readonly<Record<string, string>> = {
  AccessType: 'mscrm.EndpointAccessType',
  ComponentParameters: 'Collection(mscrm.crmbaseentity)',
  SolutionParameters: 'mscrm.SolutionParameters',
  SolutionComponent: 'mscrm.solutioncomponent',
}

export const enumTypes: Readonly<Record<string, readonly string[]>> = { EndpointAccessType: ['Default', 'Internet', 'Intranet'] }
