import type { Decision } from '#domain/approval'
import type { PersonId, PromotionId, Reason, ReleaseId, Result, StageId } from '#domain/kernel'
import type { PeopleGateKind } from '#domain/pipeline'
import type { Page } from '#engine/ports'
import type { EngineDependencies } from '../dependencies.ts'
import type { PageRequest, PromotionSummary, PromotionView } from '../engine.ts'
import type { ReleasePlan } from '../planning/plan-release.ts'
import { planRelease } from '../planning/plan-release.ts'
import { listPromotions, loadPromotion } from '../queries/promotions.ts'
import { acknowledgeLoss, acknowledgeUnknown, decideApproval, resumePromotion } from './decide.ts'
import { finishMigration } from './migration.ts'
import { requestPromotion } from './request-promotion.ts'
import { withdrawPromotion } from './withdraw.ts'

/** What is planned, asked, decided and done on the way of a release into a stage. */
export interface PromotionCommands {
  /** Plans a release for a stage: reads, records nothing and changes nothing. */
  planRelease(command: { readonly releaseId: ReleaseId; readonly stageId: StageId }): Promise<Result<ReleasePlan>>
  requestPromotion(command: {
    readonly releaseId: ReleaseId
    readonly stageId: StageId
    readonly actor: PersonId
    /** The unmanaged artifact, into a protective environment (PET-10). */
    readonly isUnmanaged?: boolean
    /** It cannot wait for gates that are made up for afterwards (REL-12). */
    readonly emergency?: { readonly reason: string }
  }): Promise<Result<PromotionView>>
  decideApproval(command: {
    readonly promotionId: PromotionId
    readonly gate: PeopleGateKind
    readonly verdict: Decision['verdict']
    readonly comment: string
    /** Whose place the person takes as their deputy; undefined: their own, or the only one that they may take. */
    readonly onBehalfOf?: PersonId | undefined
    /** Hash of the plan that the person looked at; undefined: whatever the promotion shows now. */
    readonly seen?: string | undefined
    readonly actor: PersonId
  }): Promise<Result<PromotionView>>
  /** A data owner's word that data of one component of the plan may go: so much at the most, for so many days. */
  acknowledgeLoss(command: {
    readonly promotionId: PromotionId
    /** `kind:key` of the component. */
    readonly subject: string
    readonly ceiling: number
    /** Undefined: as long as policy lets it hold. */
    readonly days?: number | undefined
    readonly comment: string
    readonly actor: PersonId
  }): Promise<Result<PromotionView>>
  /** A person's word that it may go in although nobody can tell these lines of its plan. */
  acknowledgeUnknown(command: {
    readonly promotionId: PromotionId
    readonly of: readonly Reason[]
    readonly comment: string
    readonly actor: PersonId
  }): Promise<Result<PromotionView>>
  withdrawPromotion(command: { readonly promotionId: PromotionId; readonly actor: PersonId }): Promise<Result<PromotionView>>
  /** The word of whoever answers for the solution or its data that data is moved: the staged upgrade is applied. */
  finishMigration(command: {
    readonly promotionId: PromotionId
    readonly comment: string
    readonly actor: PersonId
  }): Promise<Result<PromotionView>>
  /** A person's word on an errored or indeterminate promotion: try again, or believe that it is finished as the target shows. */
  resumePromotion(command: {
    readonly promotionId: PromotionId
    readonly reason: string
    readonly actor: PersonId
  }): Promise<Result<PromotionView>>
  loadPromotion(promotionId: PromotionId, viewer: PersonId | undefined): Promise<PromotionView | undefined>
  listPromotions(page: PageRequest): Promise<Page<PromotionSummary>>
}

export function createPromotionCommands(deps: EngineDependencies): PromotionCommands {
  return {
    planRelease: (command) => planRelease(deps, command),
    requestPromotion: (command) => requestPromotion(deps, command),
    decideApproval: (command) => decideApproval(deps, command),
    acknowledgeLoss: (command) => acknowledgeLoss(deps, command),
    acknowledgeUnknown: (command) => acknowledgeUnknown(deps, command),
    withdrawPromotion: (command) => withdrawPromotion(deps, command),
    finishMigration: (command) => finishMigration(deps, command),
    resumePromotion: (command) => resumePromotion(deps, command),
    loadPromotion: (promotionId, viewer) => loadPromotion(deps, promotionId, viewer),
    listPromotions: (page) => listPromotions(deps, page),
  }
}
