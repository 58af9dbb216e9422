import type { EngineDependencies } from './dependencies.ts'
import type { Engine } from './engine.ts'
import { createConfigurationCommands } from './configuration-commands.ts'
import { createReleaseCommands } from './preparation/release-commands.ts'
import { createPromotionCommands } from './promotion/promotion-commands.ts'
import { createRecoveryCommands } from './recovery/recovery-commands.ts'
import { createRescueCommands } from './rescue/rescue-commands.ts'
import { createDataCommands } from './data/data-commands.ts'
import { createProtectionCommands } from './protection/protection-commands.ts'
import { createCareCommands } from './care/care-commands.ts'
import { createObservationCommands } from './observation/observation-commands.ts'
import { createDeviationCommands } from './drift/deviation-commands.ts'
import { createUpgradeCommands } from './upgrades/upgrade-commands.ts'
import { createCattleCommands } from './cattle/cattle-commands.ts'
import { createGateCommands } from './validation/gate-commands.ts'
import { createEvidenceCommands } from './evidence/evidence-commands.ts'
import { createGovernanceCommands } from './governance/governance-commands.ts'
import { createHotfixCommands } from './hotfix/hotfix-commands.ts'
import { createPolicyCommands } from './policy/policy-commands.ts'
import { createOwedCommands } from './emergency/owed-commands.ts'
import { createWaiverCommands } from './waiver/waiver-commands.ts'
import { createTrainCommands } from './train/train-commands.ts'
import { createObserver } from './observation/one-observation-at-a-time.ts'
import { createReadinessCommands } from './readiness/readiness-commands.ts'
import { createDirectoryCommands } from './directory/forget-person.ts'
import { createNotificationCommands } from './notifications/notification-commands.ts'
import { createPeopleCommands } from './people/people-commands.ts'
import { createSignInCommands } from './sign-in/open-session.ts'
import { createTokenCommands } from './tokens/token-commands.ts'
import { loadBoard } from './queries/board.ts'
import type { JudgedWaiting } from './queries/waiting.ts'
import { listWaiting } from './queries/waiting.ts'

/** Gathers the use cases over one set of dependencies. */
export function createEngine(deps: EngineDependencies): Engine {
  const observation = createObservationCommands(deps, createObserver(deps))
  const judgedWaiting: JudgedWaiting = new Map()
  return {
    ...createGovernanceCommands(deps),
    ...createHotfixCommands(deps),
    ...createPolicyCommands(deps),
    ...createOwedCommands(deps),
    ...createWaiverCommands(deps),
    ...createTrainCommands(deps),
    ...createEvidenceCommands(deps),
    ...createGateCommands(deps),
    ...createNotificationCommands(deps),
    ...createPeopleCommands(deps),
    ...createTokenCommands(deps),
    ...createSignInCommands(deps),
    ...createDirectoryCommands(deps),
    ...createReadinessCommands(deps),
    ...createConfigurationCommands(deps),
    ...createReleaseCommands(deps),
    ...createPromotionCommands(deps),
    ...createRecoveryCommands(deps),
    ...createRescueCommands(deps),
    ...createDataCommands(deps),
    ...createProtectionCommands(deps),
    ...createCareCommands(deps),
    ...createUpgradeCommands(deps),
    ...createCattleCommands(deps),
    ...observation,
    ...createDeviationCommands(deps, observation.observeEnvironment),
    loadBoard: () => loadBoard(deps),
    listWaiting: (viewer) => listWaiting(deps, viewer, judgedWaiting),
    readEvents: (after, limit) => deps.ledger.readAll(after, limit),
    watchEvents: (onAppended) => deps.ledger.watch(onAppended),
  }
}
