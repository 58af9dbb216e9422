import { z } from 'zod'
import type { ReleaseId, StageId } from '#domain/kernel'
import { configurationDataRoutes } from './configuration-data-routes.ts'
import { configurationFileSchema } from './configuration-file.ts'
import { boardSchema } from './replies/board.ts'
import { waitingSchema } from './replies/waiting.ts'
import { configurationProposalSchema, configurationVersionSchema } from './replies/configuration.ts'
import { ledgerVerificationSchema } from './replies/evidence.ts'
import { ledgerPageSchema } from './replies/ledger.ts'
import { meSchema } from './replies/people.ts'
import { releasePlanSchema } from './replies/plan.ts'
import { releaseListSchema, releaseStartedSchema, releaseViewSchema } from './replies/release.ts'
import { id } from './schema-parts.ts'
import { accessRoutes } from './access-routes.ts'
import { careRoutes } from './care-routes.ts'
import { cattleRoutes } from './cattle-routes.ts'
import { dataRoutes } from './data-routes.ts'
import { evidenceRoutes } from './evidence-routes.ts'
import { environmentRoutes } from './environment-routes.ts'
import { gateRoutes } from './gate-routes.ts'
import { governanceRoutes } from './governance-routes.ts'
import { hotfixRoutes } from './hotfix-routes.ts'
import { waiverRoutes } from './waiver-routes.ts'
import { notificationRoutes } from './notification-routes.ts'
import { peopleRoutes } from './people-routes.ts'
import { policyRoutes } from './policy-routes.ts'
import { promotionRoutes } from './promotion-routes.ts'
import { readinessRoutes } from './readiness-routes.ts'
import type { Route } from './route.ts'
import { apiBase, digest, after, pageQuery } from './route.ts'
import { sandboxRoutes } from './sandbox-routes.ts'
import { trainRoutes } from './train-routes.ts'

const releaseParams = z.object({ releaseId: id<ReleaseId>('Id of the release.') })

export const routes = {
  loadMe: {
    method: 'GET',
    path: `${apiBase}/me`,
    tag: 'people',
    summary: 'Who the token says you are',
    status: 200,
    reply: meSchema,
  },
  loadConfiguration: {
    method: 'GET',
    path: `${apiBase}/configuration`,
    tag: 'configuration',
    summary: 'The configuration in force',
    status: 200,
    reply: configurationVersionSchema,
  },
  applyConfiguration: {
    method: 'POST',
    path: `${apiBase}/configuration`,
    tag: 'configuration',
    summary: 'Make a proposal the configuration in force',
    description:
      'Takes either the text of a drover.yaml or the same as JSON. Refused whole when any part of it does not hold. What weakens a guard, or says who may open one, needs a second platform-admin: it is recorded as a proposal and refused with `configuration.needs-second-person`, whose reason `proposal` is the digest that they confirm.',
    body: z.union([z.strictObject({ yaml: z.string().max(1_000_000) }), z.strictObject({ configuration: configurationFileSchema })]),
    status: 201,
    reply: configurationVersionSchema,
  },
  loadProposal: {
    method: 'GET',
    path: `${apiBase}/configuration/proposals/:digest`,
    tag: 'configuration',
    summary: 'A configuration that waits for a second person',
    params: z.object({ digest }),
    status: 200,
    reply: configurationProposalSchema,
  },
  confirmConfiguration: {
    method: 'POST',
    path: `${apiBase}/configuration/confirmations`,
    tag: 'configuration',
    summary: 'Bring a proposal of somebody else into force',
    description: 'The second platform-admin signs in as themselves. Refused when another configuration came into force since the proposal.',
    body: z.strictObject({ digest }),
    status: 201,
    reply: configurationVersionSchema,
  },
  prepareRelease: {
    method: 'POST',
    path: `${apiBase}/releases`,
    tag: 'releases',
    summary: 'Prepare a release of a solution',
    description: 'Publishes, exports, commits the source, checks and seals; follow it by its id until it is sealed or refused.',
    body: z.strictObject({ solution: z.string().min(1).max(100).describe('Unique name of the solution.') }),
    status: 202,
    reply: releaseStartedSchema,
  },
  loadRelease: {
    method: 'GET',
    path: `${apiBase}/releases/:releaseId`,
    tag: 'releases',
    summary: 'A release and how it was prepared',
    params: releaseParams,
    status: 200,
    reply: releaseViewSchema,
  },
  listReleases: {
    method: 'GET',
    path: `${apiBase}/releases`,
    tag: 'releases',
    summary: 'Releases, newest first',
    query: pageQuery,
    status: 200,
    reply: releaseListSchema,
  },
  planRelease: {
    method: 'GET',
    path: `${apiBase}/plans`,
    tag: 'promotions',
    summary: 'What a release would do to a stage',
    description: 'Reads the target as it is now; records nothing and changes nothing. Takes as long as reading the target does.',
    query: z.object({
      releaseId: id<ReleaseId>('Id of the release.'),
      stageId: id<StageId>('Id of the stage.'),
    }),
    status: 200,
    reply: releasePlanSchema,
  },
  loadArtifact: {
    method: 'GET',
    path: `${apiBase}/artifacts/:digest`,
    tag: 'releases',
    summary: 'The bytes of an artifact',
    params: z.object({ digest }),
    status: 200,
    reply: 'bytes',
  },
  ...accessRoutes,
  ...promotionRoutes,
  ...gateRoutes,
  ...notificationRoutes,
  ...peopleRoutes,
  ...hotfixRoutes,
  ...policyRoutes,
  ...governanceRoutes,
  ...trainRoutes,
  ...waiverRoutes,
  loadBoard: {
    method: 'GET',
    path: `${apiBase}/board`,
    tag: 'board',
    summary: 'Pipelines with what is deployed and what is on its way',
    status: 200,
    reply: boardSchema,
  },
  listWaiting: {
    method: 'GET',
    path: `${apiBase}/waiting`,
    tag: 'board',
    summary: 'What waits for a word of the asking person: promotions, trains, waivers, and whatever else takes a second person',
    status: 200,
    reply: waitingSchema,
  },
  ...environmentRoutes,
  ...sandboxRoutes,
  ...dataRoutes,
  ...cattleRoutes,
  ...careRoutes,
  ...readinessRoutes,
  ...configurationDataRoutes,
  listEvents: {
    method: 'GET',
    path: `${apiBase}/ledger`,
    tag: 'ledger',
    summary: 'Entries of the ledger, in order',
    query: z.object({
      after: after.default(0).describe('Sequence after which to begin.'),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    status: 200,
    reply: ledgerPageSchema,
  },
  ...evidenceRoutes,
  verifyLedger: {
    method: 'GET',
    path: `${apiBase}/ledger/verification`,
    tag: 'ledger',
    summary: 'Recompute the hash chain of the ledger',
    status: 200,
    reply: ledgerVerificationSchema,
  },
  watchEvents: {
    method: 'GET',
    path: `${apiBase}/events`,
    tag: 'ledger',
    summary: 'New entries of the ledger as server-sent events',
    description:
      'The id of each event is its ledger sequence; send it back as Last-Event-ID (or `after`) to go on without a gap. Without either the stream begins now. Each event is named `ledger` and carries a Notice.',
    query: z.object({ after: after.optional().describe('Sequence after which to begin.') }),
    status: 200,
    reply: 'events',
  },
} as const satisfies Readonly<Record<string, Route>>

export type Routes = typeof routes
export type RouteName = keyof Routes
