import type { Result } from '#domain/kernel'
import { accept } from '#domain/kernel'
import type { Environment, InstalledSolution } from '#domain/environment'
import { asObserver } from '#domain/environment'
import { toId } from '#domain/kernel'
import type { EnvironmentId } from '#domain/kernel'
import { applyConfiguration, loadConfiguration, requireConfiguration } from './apply-configuration.ts'
import { loadBiography } from './care/biography.ts'
import { recordIncident } from './care/record-incident.ts'
import { listRestorePoints, takeRestorePoint } from './care/restore-points.ts'
import { confirmConfiguration } from './confirm-configuration.ts'
import type { EngineDependencies } from './dependencies.ts'
import { acceptDeviation, adoptDeviations, confirmRevert, loadDrift, revertDeviation, watchDrift } from './drift/drift-commands.ts'
import type { Engine } from './engine.ts'
import { findEnvironment } from './find.ts'
import { resumeStage } from './holds/resume-stage.ts'
import { loadProposal } from './propose-configuration.ts'
import { createGateCommands } from './validation/gate-commands.ts'
import { createEvidenceCommands } from './evidence/evidence-commands.ts'
import { createGovernanceCommands } from './governance/governance-commands.ts'
import { createHotfixCommands } from './hotfix/hotfix-commands.ts'
import { createPolicyCommands } from './policy/policy-commands.ts'
import { createOwedCommands } from './emergency/owed-commands.ts'
import { createWaiverCommands } from './waiver/waiver-commands.ts'
import { createTrainCommands } from './train/train-commands.ts'
import { acceptBaseline } from './observation/accept-baseline.ts'
import { loadEnvironmentRecord } from './observation/observe-environment.ts'
import { createObserver } from './observation/one-observation-at-a-time.ts'
import { planRelease } from './planning/plan-release.ts'
import { prepareRelease } from './preparation/prepare-release.ts'
import { acknowledgeLoss, decideApproval, resumePromotion } from './promotion/decide.ts'
import { finishMigration } from './promotion/migration.ts'
import { requestPromotion } from './promotion/request-promotion.ts'
import { withdrawPromotion } from './promotion/withdraw.ts'
import { changeProtection } from './protection/change-protection.ts'
import { exportConfigurationData } from './data/configuration-export.ts'
import { loadProtection } from './protection/load-protection.ts'
import { decideConflict } from './protection/decide-conflict.ts'
import { planUnmanaged } from './protection/plan-unmanaged.ts'
import { rehearseRecovery } from './recovery/rehearse.ts'
import { listRecoveries } from './recovery/rehearsals.ts'
import { repairRows } from './recovery/repair-rows.ts'
import { restoreSandbox } from './recovery/restore-sandbox.ts'
import { rollback } from './recovery/rollback.ts'
import { loadRecoveryWork } from './recovery/sandbox-command.ts'
import { planTrain, showRecovery } from './recovery/show-recovery.ts'
import { decideData, listData, proposeDataRules, scanData, seedData } from './data/seed-commands.ts'
import { listRescues } from './rescue/list-rescues.ts'
import { restoreRescue } from './rescue/restore-rescue.ts'
import { createReadinessCommands } from './readiness/readiness-commands.ts'
import { createCattle } from './cattle/create-cattle.ts'
import { keepEnvironment, removeEnvironment } from './cattle/end-cattle.ts'
import { listCattle } from './cattle/list-cattle.ts'
import { loadRebuild, rebuildEnvironment, resumeRebuild } from './cattle/rebuild-environment.ts'
import { createDirectoryCommands } from './directory/forget-person.ts'
import { createPeopleCommands } from './people/people-commands.ts'
import { createSignInCommands } from './sign-in/open-session.ts'
import { createTokenCommands } from './tokens/token-commands.ts'
import { loadBoard } from './queries/board.ts'
import { listPromotions, loadPromotion } from './queries/promotions.ts'
import { listReleases } from './queries/releases.ts'
import { loadUpgradeWork, workLeftoverUpgrade } from './upgrades/leftover-upgrade.ts'

/** Gathers the use cases over one set of dependencies. */
export function createEngine(deps: EngineDependencies): Engine {
  const observe = createObserver(deps)
  return {
    ...createGovernanceCommands(deps),
    ...createHotfixCommands(deps),
    ...createPolicyCommands(deps),
    ...createOwedCommands(deps),
    ...createWaiverCommands(deps),
    ...createTrainCommands(deps),
    ...createEvidenceCommands(deps),
    ...createGateCommands(deps),
    ...createPeopleCommands(deps),
    ...createTokenCommands(deps),
    ...createSignInCommands(deps),
    ...createDirectoryCommands(deps),
    ...createReadinessCommands(deps),
    applyConfiguration: (command) => applyConfiguration(deps, command),
    confirmConfiguration: (command) => confirmConfiguration(deps, command),
    rollback: (command) => rollback(deps, command),
    showRecovery: (of) => showRecovery(deps, of),
    planTrainRecovery: (of) => planTrain(deps, of),
    loadProposal: (digest) => loadProposal(deps, digest),
    loadConfiguration: () => loadConfiguration(deps),
    prepareRelease: (command) => prepareRelease(deps, command),
    loadPreparation: (releaseId) => deps.readModel.load('preparation', releaseId),
    loadRelease: (releaseId) => deps.readModel.load('release', releaseId),
    listReleases: (page) => listReleases(deps, page),
    loadArtifact: (digest) => deps.artifacts.get(digest),
    requestPromotion: (command) => requestPromotion(deps, command),
    decideApproval: (command) => decideApproval(deps, command),
    acknowledgeLoss: (command) => acknowledgeLoss(deps, command),
    withdrawPromotion: (command) => withdrawPromotion(deps, command),
    finishMigration: (command) => finishMigration(deps, command),
    resumePromotion: (command) => resumePromotion(deps, command),
    planRelease: (command) => planRelease(deps, command),
    loadPromotion: (promotionId, viewer) => loadPromotion(deps, promotionId, viewer),
    listPromotions: (page) => listPromotions(deps, page),
    restoreSandbox: (command) => restoreSandbox(deps, command),
    repairRows: (command) => repairRows(deps, command),
    rehearseRecovery: (command) => rehearseRecovery(deps, command),
    listRecoveries: (environmentId) => listRecoveries(deps, environmentId),
    loadRecoveryWork: (workId) => loadRecoveryWork(deps, workId),
    listRescues: (lookup) => listRescues(deps, lookup),
    seedData: (command) => seedData(deps, command),
    scanData: (command) => scanData(deps, command),
    decideData: (command) => decideData(deps, command),
    listData: (lookup) => listData(deps, lookup),
    loadData: (id) => deps.readModel.load('data', id),
    proposeDataRules: (command) => proposeDataRules(deps, command),
    loadRescue: (rescueId) => deps.readModel.load('rescue', rescueId),
    restoreRescue: (command) => restoreRescue(deps, command),
    loadBoard: () => loadBoard(deps),
    inspectEnvironment: (environmentId) => inspectEnvironment(deps, environmentId),
    planUnmanaged: (ask) => planUnmanaged(deps, ask),
    decideConflict: (command) => decideConflict(deps, command),
    loadProtection: (environmentId) => loadProtection(deps, environmentId),
    changeProtection: (command) => changeProtection(deps, command),
    loadBiography: (asked) => loadBiography(deps, asked),
    recordIncident: (command) => recordIncident(deps, command),
    listRestorePoints: (asked) => listRestorePoints(deps, asked),
    takeRestorePoint: (command) => takeRestorePoint(deps, command),
    observeEnvironment: observe,
    loadEnvironmentRecord: (environmentId) => loadEnvironmentRecord(deps, environmentId),
    acceptBaseline: (command) => acceptBaseline(deps, command),
    watchDrift: (command) => watchDrift(deps, observe, command),
    loadDrift: (environmentId) => loadDrift(deps, environmentId),
    resumeStage: (command) => resumeStage(deps, command),
    acceptDeviation: (command) => acceptDeviation(deps, command),
    adoptDeviations: (command) => adoptDeviations(deps, command),
    revertDeviation: (command) => revertDeviation(deps, command),
    confirmRevert: (command) => confirmRevert(deps, command),
    workLeftoverUpgrade: (command) => workLeftoverUpgrade(deps, command),
    loadUpgradeWork: (of) => loadUpgradeWork(deps, of),
    rebuildEnvironment: (command) => rebuildEnvironment(deps, command),
    resumeRebuild: (command) => resumeRebuild(deps, command),
    loadRebuild: (rebuildId) => loadRebuild(deps, rebuildId),
    listCattle: () => listCattle(deps),
    createCattle: (command) => createCattle(deps, command),
    keepEnvironment: (command) => keepEnvironment(deps, command),
    removeEnvironment: (command) => removeEnvironment(deps, command),
    exportConfigurationData: (command) => exportConfigurationData(deps, command),
    readEvents: (after, limit) => deps.ledger.readAll(after, limit),
    watchEvents: (onAppended) => deps.ledger.watch(onAppended),
  }
}

async function inspectEnvironment(
  deps: EngineDependencies,
  environmentId: string,
): Promise<Result<{ readonly environment: Environment; readonly solutions: readonly InstalledSolution[] }>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const environment = findEnvironment(current.value.configuration, toId<EnvironmentId>(environmentId))
  if (!environment.ok) return environment
  const observed = await deps.environments.open(asObserver(environment.value)).observe({ solution: '', connectionIds: [] })
  return accept({ environment: environment.value, solutions: observed.solutions })
}
