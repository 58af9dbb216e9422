import type { ImportStart } from '#engine/ports'

/** Body of ImportSolutionAsync and StageAndUpgradeAsync, which take the same one [Terraform provider, managed_solution/dto.go]. */
export interface ImportRequest {
  readonly operation: 'ImportSolutionAsync' | 'StageAndUpgradeAsync'
  readonly body: Readonly<Record<string, unknown>>
}

/**
 * Active layers of the target are never overwritten: that copies the incoming value into the layer, which then hides the next release
 * [support article changes-not-effective-solution-import]. PublishWorkflows switches on classic workflows and plug-in steps.
 */
const habits = { OverwriteUnmanagedCustomizations: false, PublishWorkflows: true }

export function importRequest(start: ImportStart): ImportRequest {
  return {
    operation: start.mode === 'upgrade' ? 'StageAndUpgradeAsync' : 'ImportSolutionAsync',
    body: {
      ...habits,
      ImportJobId: start.importJobId,
      ComponentParameters: componentParameters(start),
      SolutionParameters: { StageSolutionUploadId: start.uploadId },
    },
  }
}

function componentParameters(start: ImportStart): readonly Readonly<Record<string, string>>[] {
  const { connectionReferences, environmentVariables } = start.parameters
  return [
    ...connectionReferences.map((reference) => ({
      '@odata.type': 'Microsoft.Dynamics.CRM.connectionreference',
      connectionreferencelogicalname: reference.logicalName,
      connectionreferencedisplayname: reference.displayName ?? reference.logicalName,
      connectorid: reference.connectorId,
      connectionid: reference.connectionId,
    })),
    ...environmentVariables.map((variable) => ({
      '@odata.type': 'Microsoft.Dynamics.CRM.environmentvariablevalue',
      schemaname: variable.schemaName,
      value: variable.value,
    })),
  ]
}
