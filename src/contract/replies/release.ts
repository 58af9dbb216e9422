import { z } from 'zod'
import type { Digest, EnvironmentId, Instant, PersonId, PipelineId, ReleaseId, StageId, Version } from '#domain/kernel'
import { refusalSchema } from '../problem.ts'
import { id, list, nextPage } from '../schema-parts.ts'

export const severities = ['critical', 'high', 'medium', 'low', 'informational'] as const

export const artifactSchema = z
  .object({
    digest: id<Digest>('sha256: and 64 hex digits.'),
    kind: z.enum(['managed', 'unmanaged']),
    solution: z.string(),
    version: id<Version>('Version of the solution in it.'),
    size: z.int().describe('Bytes.'),
    exportedAt: id<Instant>('When it was exported.'),
    source: z.string().describe('Id of the environment it came from.'),
  })
  .meta({ id: 'Artifact' })

export const checkReportSchema = z
  .object({
    solution: z.string(),
    version: z.string(),
    rules: list(z.string()),
    findings: list(
      z.object({
        ruleId: z.string(),
        severity: z.enum(severities),
        subject: z.string(),
        message: z.string(),
        path: z.string().optional(),
      }),
    ),
    counts: z.record(z.enum(severities), z.int()),
    verdict: z.enum(['pass', 'fail', 'inconclusive']),
    unfinished: list(z.string()).optional().describe('Rules that came to no end in time.'),
    checkedBy: z.string().optional().describe('Version of Drover whose rules they were.'),
    failsFrom: z.enum(severities).optional(),
  })
  .meta({ id: 'CheckReport' })

const preparationStatusSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('running') }),
  z.object({ state: z.literal('sealed') }),
  z.object({ state: z.literal('refused'), refusal: refusalSchema, report: checkReportSchema.optional() }),
  z.object({
    state: z.literal('errored'),
    code: z.string(),
    message: z.string(),
    hint: z.string().optional().describe('What to do next.'),
  }),
])

export const preparationSchema = z
  .object({
    releaseId: id<ReleaseId>('Id that the release has when it is sealed.'),
    solution: z.string(),
    requestedBy: id<PersonId>('Who asked for it.'),
    startedAt: id<Instant>('When it began.'),
    steps: list(z.object({ name: z.string(), note: z.string(), finishedAt: id<Instant>('When the step ended.') })),
    status: preparationStatusSchema,
    artifacts: list(artifactSchema),
  })
  .meta({ id: 'Preparation' })

const dependencyEndSchema = z.object({
  type: z.string(),
  kind: z.string(),
  schemaName: z.string().optional(),
  displayName: z.string().optional(),
  id: z.string().optional(),
  parentSchemaName: z.string().optional(),
})

const settingsTemplateSchema = z.object({
  environmentVariables: list(z.object({ schemaName: z.string(), type: z.string(), hasDefault: z.boolean(), isRequired: z.boolean() })),
  connectionReferences: list(
    z.object({
      logicalName: z.string(),
      displayName: z.string().optional(),
      connectorId: z.string().optional(),
      usedBy: list(z.string()),
    }),
  ),
  flows: list(z.object({ id: z.string(), name: z.string(), desired: z.enum(['on', 'off']), childFlows: list(z.string()) })),
})

export const releaseSchema = z
  .object({
    id: id<ReleaseId>('Id of the release.'),
    solution: z.string(),
    version: id<Version>('Version of the solution.'),
    tier: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
    publisherPrefix: z.string().optional().describe('Customisation prefix of the publisher, without the underscore.'),
    platformVersion: z.string().optional().describe('Dataverse version of the environment that exported it.'),
    pipelineId: id<PipelineId>('The way it goes.'),
    managed: artifactSchema,
    unmanaged: artifactSchema,
    settingsTemplate: settingsTemplateSchema,
    dependencies: list(
      z.object({
        required: dependencyEndSchema.extend({
          solution: z.string(),
          minimumVersion: id<Version>('Lowest version that will do.').optional(),
        }),
        dependent: dependencyEndSchema,
      }),
    ),
    report: checkReportSchema,
    commit: z.string().describe('Git commit of the unpacked unmanaged source.'),
    unpublished: list(z.object({ component: z.string(), outcome: z.enum(['published', 'left-behind']), why: z.string().optional() })),
    configurationData: z
      .object({ digest: z.string(), commit: z.string(), tables: list(z.object({ table: z.string(), rows: z.int() })) })
      .optional()
      .describe('Rows that the solution needs, as they were at the commit; absent where it has none.'),
    sealedAt: id<Instant>('When it was sealed.'),
    sealedBy: z.string(),
    hotfix: z
      .object({
        hotfixId: z.string(),
        reason: z.string(),
        base: id<ReleaseId>('The release that ran in production, which it was made from.'),
        source: id<EnvironmentId>('The environment that it was exported from.'),
        test: id<EnvironmentId>('The environment that it is tested in.'),
        stageId: id<StageId>('The stage of production.'),
      })
      .optional()
      .describe('What makes it a hotfix; absent of releases of main.'),
    carries: list(id<ReleaseId>('Its id.'))
      .optional()
      .describe('Releases of hotfixes of production whose content it has, as it was compared.'),
    repackOf: z
      .object({
        releaseId: id<ReleaseId>('What it was made from.'),
        version: id<Version>('Its version.'),
        digest: id<Digest>('Its managed artifact.'),
      })
      .optional()
      .describe('The release that it is, content for content, under a higher version; made to go back to it.'),
    seal: z.string().describe('Hex sha256 over the canonical JSON of all other fields.'),
  })
  .meta({ id: 'Release' })

export const releaseSummarySchema = z
  .object({
    releaseId: id<ReleaseId>('Id of the release.'),
    solution: z.string(),
    version: id<Version>('Absent until the export is read.').optional(),
    state: z.enum(['running', 'sealed', 'refused', 'errored']),
    startedAt: id<Instant>('When its preparation began.'),
  })
  .meta({ id: 'ReleaseSummary' })

export const releaseListSchema = z.object({ releases: list(releaseSummarySchema), next: nextPage }).meta({ id: 'ReleaseList' })

export const releaseViewSchema = z
  .object({ preparation: preparationSchema, release: releaseSchema.optional().describe('Present once it is sealed.') })
  .meta({ id: 'ReleaseView' })

export const releaseStartedSchema = z.object({ releaseId: id<ReleaseId>('Id to follow it by.') }).meta({ id: 'ReleaseStarted' })

export type PreparationReply = z.output<typeof preparationSchema>
export type ReleaseReply = z.output<typeof releaseSchema>
export type ReleaseViewReply = z.output<typeof releaseViewSchema>
export type ReleaseSummaryReply = z.output<typeof releaseSummarySchema>
