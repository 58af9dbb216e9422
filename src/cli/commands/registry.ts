import type { CommandSpec } from '../command.ts'
import { baselineAccept } from './baseline-accept.ts'
import { board } from './board.ts'
import { configApply } from './config-apply.ts'
import { configConfirm } from './config-confirm.ts'
import { configProposal } from './config-proposal.ts'
import { configSchema } from './config-schema.ts'
import { configShow } from './config-show.ts'
import { configValidate } from './config-validate.ts'
import { dataApprove } from './data-approve.ts'
import { dataCheck } from './data-check.ts'
import { dataExport } from './data-export.ts'
import { dataList } from './data-list.ts'
import { dataRules } from './data-rules.ts'
import { dataScan } from './data-scan.ts'
import { dataSeed } from './data-seed.ts'
import { dataShow } from './data-show.ts'
import { demo } from './demo.ts'
import { drift } from './drift.ts'
import { driftAccept } from './drift-accept.ts'
import { driftAdopt } from './drift-adopt.ts'
import { driftDecline } from './drift-decline.ts'
import { driftRevert } from './drift-revert.ts'
import { emulator } from './emulator.ts'
import { emulatorReset, emulatorRestore, emulatorSnapshot } from './emulator-environments.ts'
import { readiness } from './readiness.ts'
import { readinessAttest } from './readiness-attest.ts'
import { envIncident } from './env-incident.ts'
import { envList } from './env-list.ts'
import { envProtect } from './env-protect.ts'
import { envRestorePoint } from './env-restore-point.ts'
import { envRestorePoints } from './env-restore-points.ts'
import { envResume } from './env-resume.ts'
import { envCreate } from './env-create.ts'
import { envKeep } from './env-keep.ts'
import { envRemove } from './env-remove.ts'
import { envRebuild } from './env-rebuild.ts'
import { envShow } from './env-show.ts'
import { envUpgradeApply } from './env-upgrade-apply.ts'
import { envUpgradeWithdraw } from './env-upgrade-withdraw.ts'
import { hotfixAbandon } from './hotfix-abandon.ts'
import { hotfixDecide } from './hotfix-decide.ts'
import { hotfixList } from './hotfix-list.ts'
import { hotfixMerge } from './hotfix-merge.ts'
import { hotfixRelease } from './hotfix-release.ts'
import { hotfixRetry } from './hotfix-retry.ts'
import { hotfixShow } from './hotfix-show.ts'
import { notificationsList } from './notifications-list.ts'
import { owedList } from './owed-list.ts'
import { promotionSignOff } from './promotion-sign-off.ts'
import { waiverApprove } from './waiver-approve.ts'
import { waiverList } from './waiver-list.ts'
import { waiverReject } from './waiver-reject.ts'
import { waiverRequest } from './waiver-request.ts'
import { waiverRevoke } from './waiver-revoke.ts'
import { waiverShow } from './waiver-show.ts'
import { hotfixStart } from './hotfix-start.ts'
import { evidenceArchive } from './evidence-archive.ts'
import { evidenceExport } from './evidence-export.ts'
import { evidenceHold } from './evidence-hold.ts'
import { evidenceVerify } from './evidence-verify.ts'
import { ledgerAnchor } from './ledger-anchor.ts'
import { ledgerAnchors } from './ledger-anchors.ts'
import { ledgerRotateKey } from './ledger-rotate-key.ts'
import { ledgerList } from './ledger-list.ts'
import { ledgerVerify } from './ledger-verify.ts'
import { peopleCertify } from './people-certify.ts'
import { peopleConfirm } from './people-confirm.ts'
import { peopleDelegate } from './people-delegate.ts'
import { peopleGrant } from './people-grant.ts'
import { peopleLeave } from './people-leave.ts'
import { peopleList } from './people-list.ts'
import { peopleReturn } from './people-return.ts'
import { peopleShow } from './people-show.ts'
import { raci } from './raci.ts'
import { policyShow } from './policy-show.ts'
import { policyTest } from './policy-test.ts'
import { promotionAcknowledge } from './promotion-acknowledge.ts'
import { observe } from './observe.ts'
import { plan } from './plan.ts'
import { promotionApprove } from './promotion-approve.ts'
import { promotionDecideConflict } from './promotion-decide-conflict.ts'
import { promotionFinishMigration } from './promotion-finish-migration.ts'
import { promotionList } from './promotion-list.ts'
import { promotionPlanUnmanaged } from './promotion-plan-unmanaged.ts'
import { promotionReject } from './promotion-reject.ts'
import { promotionRequest } from './promotion-request.ts'
import { promotionResume } from './promotion-resume.ts'
import { promotionChecklist } from './promotion-checklist.ts'
import { promotionShow } from './promotion-show.ts'
import { promotionValidate } from './promotion-validate.ts'
import { promotionWithdraw } from './promotion-withdraw.ts'
import { recoveryList } from './recovery-list.ts'
import { recoveryRehearse } from './recovery-rehearse.ts'
import { recoveryRepair } from './recovery-repair.ts'
import { recoveryRepairComponents } from './recovery-repair-components.ts'
import { recoveryRestore } from './recovery-restore.ts'
import { recoveryShow } from './recovery-show.ts'
import { releaseCreate } from './release-create.ts'
import { releaseList } from './release-list.ts'
import { releaseShow } from './release-show.ts'
import { rescueList } from './rescue-list.ts'
import { rescueRestore } from './rescue-restore.ts'
import { rescueShow } from './rescue-show.ts'
import { rollback } from './rollback.ts'
import { structureSet } from './structure-set.ts'
import { structureShow } from './structure-show.ts'
import { tier } from './tier.ts'
import { tierAnswer } from './tier-answer.ts'
import { tierDecide } from './tier-decide.ts'
import { signIn } from './sign-in.ts'
import { solutionCommands } from './solution.ts'
import { testsReport } from './tests-report.ts'
import { testsRun } from './tests-run.ts'
import { peopleForget } from './people-forget.ts'
import { tokenIssue } from './token-issue.ts'
import { tokenList } from './token-list.ts'
import { tokenRevoke } from './token-revoke.ts'
import { trainApprove } from './train-approve.ts'
import { trainList } from './train-list.ts'
import { trainPlan } from './train-plan.ts'
import { trainReject } from './train-reject.ts'
import { trainRequest } from './train-request.ts'
import { trainResume } from './train-resume.ts'
import { trainRollback } from './train-rollback.ts'
import { trainShow } from './train-show.ts'
import { trainWithdraw } from './train-withdraw.ts'
import { tweakList } from './tweak-list.ts'
import { up } from './up.ts'

/** Every command, in the order in which help lists them. */
export const commands: readonly CommandSpec[] = [
  demo,
  up,
  board,
  readiness,
  readinessAttest,
  configValidate,
  configApply,
  configProposal,
  configConfirm,
  configShow,
  configSchema,
  policyShow,
  policyTest,
  peopleList,
  peopleShow,
  peopleDelegate,
  peopleGrant,
  peopleCertify,
  peopleConfirm,
  peopleReturn,
  peopleLeave,
  peopleForget,
  raci,
  signIn,
  tokenIssue,
  tokenList,
  tokenRevoke,
  notificationsList,
  ...solutionCommands,
  tier,
  tierAnswer,
  tierDecide,
  structureShow,
  structureSet,
  releaseCreate,
  releaseList,
  releaseShow,
  plan,
  promotionRequest,
  promotionList,
  promotionShow,
  promotionChecklist,
  promotionApprove,
  promotionReject,
  promotionAcknowledge,
  promotionWithdraw,
  promotionResume,
  promotionFinishMigration,
  promotionValidate,
  promotionSignOff,
  promotionPlanUnmanaged,
  promotionDecideConflict,
  trainRequest,
  trainList,
  trainShow,
  trainPlan,
  trainApprove,
  trainReject,
  trainWithdraw,
  trainResume,
  trainRollback,
  testsReport,
  testsRun,
  waiverRequest,
  waiverApprove,
  waiverReject,
  waiverRevoke,
  waiverList,
  waiverShow,
  owedList,
  rollback,
  recoveryShow,
  recoveryRestore,
  recoveryRepair,
  recoveryRepairComponents,
  recoveryRehearse,
  recoveryList,
  rescueList,
  rescueShow,
  rescueRestore,
  hotfixStart,
  hotfixList,
  hotfixShow,
  hotfixRetry,
  hotfixRelease,
  hotfixMerge,
  hotfixDecide,
  hotfixAbandon,
  envList,
  envShow,
  envProtect,
  envIncident,
  envResume,
  envRestorePoints,
  envRestorePoint,
  envUpgradeApply,
  envUpgradeWithdraw,
  envCreate,
  envKeep,
  envRebuild,
  envRemove,
  observe,
  baselineAccept,
  drift,
  driftAccept,
  driftAdopt,
  driftDecline,
  driftRevert,
  tweakList,
  dataExport,
  dataCheck,
  dataRules,
  dataSeed,
  dataApprove,
  dataScan,
  dataList,
  dataShow,
  emulator,
  emulatorReset,
  emulatorSnapshot,
  emulatorRestore,
  ledgerList,
  ledgerVerify,
  ledgerAnchor,
  ledgerAnchors,
  ledgerRotateKey,
  evidenceExport,
  evidenceVerify,
  evidenceArchive,
  evidenceHold,
]
