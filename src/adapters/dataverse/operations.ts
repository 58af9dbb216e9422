/**
 * Every request that this adapter can send. What may be repeated is decided here, by operation and never by HTTP verb:
 * some reads are POST (DownloadSolutionExportData), and some GET destroy (RemoveActiveCustomizations).
 *
 * - `read`: changes nothing, so it is sent again after throttling or a lost connection.
 * - `change`: sent once; sending it again is the caller's decision and does no harm, since it names the wanted end.
 * - `start`: sent once, and a second one would start a second piece of work: an unclear outcome is `dataverse.ambiguous`.
 */
export const operations = {
  ReadRows: { method: 'GET', effect: 'read' },
  ReadConnections: { method: 'GET', effect: 'read' },
  RetrieveUnpublishedMultiple: { method: 'GET', effect: 'read' },
  ReadDataPolicies: { method: 'GET', effect: 'read' },
  ReadConnectorPolicies: { method: 'GET', effect: 'read' },
  ReadEnvironmentGroup: { method: 'GET', effect: 'read' },
  RetrieveCurrentOrganization: { method: 'GET', effect: 'read' },
  WhoAmI: { method: 'GET', effect: 'read' },
  RetrieveVersion: { method: 'GET', effect: 'read' },
  RetrieveProvisionedLanguages: { method: 'GET', effect: 'read' },
  RetrieveDependenciesForDelete: { method: 'GET', effect: 'read' },
  RetrieveDependenciesForUninstall: { method: 'GET', effect: 'read' },
  RetrieveDependenciesForDeleteWithMetadata: { method: 'GET', effect: 'read' },
  RetrieveDependenciesForUninstallWithMetadata: { method: 'GET', effect: 'read' },
  RetrieveSolutionImportResult: { method: 'GET', effect: 'read' },
  DownloadSolutionExportData: { method: 'POST', effect: 'read' },
  RemoveActiveCustomizations: { method: 'GET', effect: 'start' },
  CreateRow: { method: 'POST', effect: 'change' },
  GrantAccess: { method: 'POST', effect: 'change' },
  AddSolutionComponent: { method: 'POST', effect: 'change' },
  DeleteRow: { method: 'DELETE', effect: 'change' },
  /** Many reads in one request. */
  ReadBatch: { method: 'POST', effect: 'read' },
  /** Many changes of rows in one request, each naming the wanted end. */
  WriteBatch: { method: 'POST', effect: 'change' },
  ProvisionLanguageAsync: { method: 'POST', effect: 'change' },
  /** The content of a file or image column, whole or a chunk of it. */
  UploadFile: { method: 'PATCH', effect: 'change' },
  UpdateRow: { method: 'PATCH', effect: 'change' },
  PublishXml: { method: 'POST', effect: 'change' },
  PublishAllXml: { method: 'POST', effect: 'change' },
  ExportSolutionAsync: { method: 'POST', effect: 'change' },
  StageSolution: { method: 'POST', effect: 'change' },
  ImportSolutionAsync: { method: 'POST', effect: 'start' },
  StageAndUpgradeAsync: { method: 'POST', effect: 'start' },
  DeleteAndPromoteAsync: { method: 'POST', effect: 'start' },
  UninstallSolutionAsync: { method: 'POST', effect: 'start' },
} as const

export type Operation = keyof typeof operations
export type Effect = (typeof operations)[Operation]['effect']
