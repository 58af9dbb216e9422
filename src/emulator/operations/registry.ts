import { retrieveCurrentOrganization, retrieveVersion, whoAmI } from './about.ts'
import { addComponentToSolutionAsync } from './add-component-to-solution-async.ts'
import { cloneAsPatch } from './clone-as-patch.ts'
import { cloneAsSolution } from './clone-as-solution.ts'
import { deleteAndPromote, deleteAndPromoteAsync } from './delete-and-promote.ts'
import { dependencyFunctions } from './dependency-functions.ts'
import { downloadSolutionExportData, exportSolution, exportSolutionAsync } from './export-solution.ts'
import { retrieveEnvironmentVariableSecretValue, retrieveEnvironmentVariableValue } from './environment-variables.ts'
import { getOrgDbOrgSetting } from './get-org-db-org-setting.ts'
import { importSolution, importSolutionAsync } from './import-solution.ts'
import { provisionLanguage, provisionLanguageAsync, retrieveProvisionedLanguages } from './languages.ts'
import { isComponentCustomizable } from './is-component-customizable.ts'
import { retrieveTotalRecordCount } from './counting/retrieve-total-record-count.ts'
import { retrieveMetadataChanges } from './metadata-changes/retrieve-metadata-changes.ts'
import type { Operation } from './operation.ts'
import { publishAllXml, publishAllXmlAsync, publishXml } from './publish.ts'
import { removeActiveCustomizations } from './remove-active-customizations.ts'
import { retrieveFormattedImportJobResults, retrieveSolutionImportResult } from './retrieve-solution-import-result.ts'
import { grantAccess, modifyAccess, retrieveSharedPrincipalsAndAccess, revokeAccess } from './sharing.ts'
import { addSolutionComponent, removeSolutionComponent } from './solution-component.ts'
import { stageAndUpgrade, stageAndUpgradeAsync } from './stage-and-upgrade.ts'
import { stageSolution } from './stage-solution.ts'
import { uninstallSolutionAsync } from './uninstall-solution-async.ts'
import { updateSolutionComponent } from './update-solution-component.ts'

/** Every message that the emulator answers; any other is refused with 501 by the HTTP layer. */
export const operations: readonly Operation[] = [
  whoAmI,
  retrieveVersion,
  retrieveCurrentOrganization,
  retrieveProvisionedLanguages,
  provisionLanguage,
  provisionLanguageAsync,
  stageSolution,
  importSolution,
  importSolutionAsync,
  stageAndUpgrade,
  stageAndUpgradeAsync,
  deleteAndPromote,
  deleteAndPromoteAsync,
  uninstallSolutionAsync,
  retrieveSolutionImportResult,
  retrieveFormattedImportJobResults,
  exportSolution,
  exportSolutionAsync,
  downloadSolutionExportData,
  cloneAsPatch,
  cloneAsSolution,
  publishXml,
  publishAllXml,
  publishAllXmlAsync,
  addSolutionComponent,
  removeSolutionComponent,
  updateSolutionComponent,
  addComponentToSolutionAsync,
  isComponentCustomizable,
  ...dependencyFunctions,
  getOrgDbOrgSetting,
  removeActiveCustomizations,
  retrieveTotalRecordCount,
  retrieveMetadataChanges,
  retrieveEnvironmentVariableValue,
  retrieveEnvironmentVariableSecretValue,
  grantAccess,
  modifyAccess,
  revokeAccess,
  retrieveSharedPrincipalsAndAccess,
]
