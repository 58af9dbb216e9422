import type { Result } from '#domain/kernel'
import type { EngineDependencies } from '../dependencies.ts'
import type { PromotionView } from '../engine.ts'
import type { TestReportCommand } from '../tests-report/report-tests.ts'
import { reportTests } from '../tests-report/report-tests.ts'
import type { PullRequestCommand } from './approve-by-pull-request.ts'
import { approveByPullRequest } from './approve-by-pull-request.ts'
import type { ValidateCommand } from './validate-promotion.ts'
import { validatePromotion } from './validate-promotion.ts'

/** What opens gates beside a word of people. */
export interface GateCommands {
  /** A report of tests as the word at a gate that only such reports open. */
  reportTests(command: TestReportCommand): Promise<Result<PromotionView>>
  /** A yes to the review that rests on a merged pull request, as its host tells it. */
  approveByPullRequest(command: PullRequestCommand): Promise<Result<PromotionView>>
  /** How a pet stood a promotion that went into it. */
  validatePromotion(command: ValidateCommand): Promise<Result<PromotionView>>
}

export function createGateCommands(deps: EngineDependencies): GateCommands {
  return {
    reportTests: (command) => reportTests(deps, command),
    approveByPullRequest: (command) => approveByPullRequest(deps, command),
    validatePromotion: (command) => validatePromotion(deps, command),
  }
}
