import { z } from 'zod'
import type { Digest, EnvironmentId, Instant, PipelineId, PromotionId, ReleaseId, StageId, Version } from '#domain/kernel'
import { id, list } from '../schema-parts.ts'
import { environmentSchema } from './environment.ts'
import { decisionSchema, promotionSummarySchema, watchSchema } from './promotion.ts'
import { stageHoldSchema } from './recovery.ts'
import { changeRequestSchema } from './drift.ts'
import { hotfixViewSchema } from './hotfix.ts'
import { owedItemSchema } from './owed.ts'
import { releaseSummarySchema } from './release.ts'
import { trainSchema } from './train.ts'

export const deploymentSchema = z
  .object({
    environmentId: z.string().describe('Where.'),
    solution: z.string(),
    version: id<Version>('What the ledger says is deployed.'),
    releaseId: id<ReleaseId>('The release it came with.'),
    promotionId: id<PromotionId>('The promotion that brought it.'),
    digest: id<Digest>('Digest of the managed artifact.'),
    commit: z.string(),
    deployedAt: id<Instant>('When.'),
    approvals: list(decisionSchema),
    openChanges: z.int().min(0).optional().describe('Changes there that nobody has said anything about; absent: never assessed.'),
    isPartlySeen: z.boolean().optional().describe('Whether more changes may be there, which could not be seen.'),
    watch: watchSchema.optional().describe('How far the watch after it is; absent where nobody asks for one.'),
    durationMs: z.number().describe('From the start of the attempt to its end, in milliseconds.'),
  })
  .meta({ id: 'Deployment' })

export const boardSchema = z
  .object({
    pipelines: list(
      z.object({
        id: id<PipelineId>('Id of the pipeline.'),
        name: z.string(),
        source: id<EnvironmentId>('Environment that solutions are exported from.'),
        stages: list(
          z.object({ id: id<StageId>('Id of the stage.'), name: z.string(), environment: id<EnvironmentId>('Its environment.') }),
        ),
        stagesWithState: list(
          z.object({
            stageId: id<StageId>('Id of the stage.'),
            environment: environmentSchema,
            deployments: list(deploymentSchema),
            promotions: list(promotionSummarySchema),
            holds: list(stageHoldSchema).describe('Solutions of which nothing but a recovery goes in until somebody gives the place free.'),
          }),
        ),
      }),
    ),
    trains: list(trainSchema).describe('Releases that travel together, and are not all in yet.'),
    releases: list(releaseSummarySchema),
    owed: list(owedItemSchema).describe('Gates that promotions went past and still owe, the most urgent first.'),
    hotfixes: list(hotfixViewSchema).describe('Those that are worked on, and those of which something is owed.'),
    changeRequests: list(changeRequestSchema.extend({ environmentId: id<EnvironmentId>('Where it was changed.') }))
      .optional()
      .describe('What owners are asked to take into the source, the one that waits longest first; absent where nothing waits.'),
  })
  .meta({ id: 'Board' })

export type BoardReply = z.output<typeof boardSchema>
export type DeploymentReply = z.output<typeof deploymentSchema>
