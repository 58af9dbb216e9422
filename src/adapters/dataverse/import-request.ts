import type { ImportStart } from '#engine/ports'
import type { DataverseDependencies } from './environments.ts'
import { resolveSetting } from './setting-values.ts'

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

/**
 * A staged upgrade arrives as `<Name>_Upgrade` beside its base [web-api H]; values and bindings of the request take effect at once, as they do
 * in any import, since they are rows of the environment and not layers of a solution (unverified).
 *
 * Holds the values of secrets: it is made for being sent, and for nothing else.
 */
export async function importRequest(start: ImportStart, secrets: DataverseDependencies['secrets']): Promise<ImportRequest> {
  return {
    operation: start.mode === 'upgrade' ? 'StageAndUpgradeAsync' : 'ImportSolutionAsync',
    body: {
      ...habits,
      ...(start.mode === 'stage-for-upgrade' ? { HoldingSolution: true } : {}),
      ImportJobId: start.importJobId,
      ComponentParameters: await componentParameters(start, secrets),
      SolutionParameters: { StageSolutionUploadId: start.uploadId },
    },
  }
}

async function componentParameters(
  start: ImportStart,
  secrets: DataverseDependencies['secrets'],
): Promise<readonly Readonly<Record<string, string>>[]> {
  const { connectionReferences, environmentVariables } = start.parameters
  const values = await Promise.all(
    environmentVariables.map(async ({ schemaName, value }) => ({ schemaName, text: await resolveSetting(secrets, value) })),
  )
  return [
    ...connectionReferences.map((reference) => ({
      '@odata.type': 'Microsoft.Dynamics.CRM.connectionreference',
      connectionreferencelogicalname: reference.logicalName,
      connectionreferencedisplayname: reference.displayName ?? reference.logicalName,
      connectorid: reference.connectorId,
      connectionid: reference.connectionId,
    })),
    ...values.map(({ schemaName, text }) => ({
      '@odata.type': 'Microsoft.Dynamics.CRM.environmentvariablevalue',
      schemaname: schemaName,
      value: text,
    })),
  ]
}
