import type { EnvironmentEvent, EnvironmentRecord } from '#domain/drift'
import { evolveEnvironment } from '#domain/drift'
import type { Configuration } from '#domain/pipeline'
import { evolveRolesSince } from '#domain/people'
import { fillConfiguration } from '#domain/pipeline'
import type { Promotion, PromotionEvent } from '#domain/promotion'
import { evolvePromotion } from '#domain/promotion'
import type { DeployedAgain } from '#domain/rebuild'
import type { Release } from '#domain/release'
import type { Projection } from '#engine/ports'
import type { ConfigurationVersion, Preparation } from './engine.ts'
import type { PreparationEvent } from './preparation/events.ts'
import { evolvePreparation } from './preparation/events.ts'
import { anchorProjection } from './evidence/anchor-stream.ts'
import { archiveProjection } from './evidence/archive-record.ts'
import { cattleProjection } from './cattle/cattle-stream.ts'
import { personProjection } from './people/person-stream.ts'
import { rebuildProjection } from './cattle/rebuild-stream.ts'
import { recoveryProjection } from './recovery/sandbox-stream.ts'
import { structureProjection, tierProjection } from './governance/tier-stream.ts'
import { hotfixProjection } from './hotfix/project-hotfix.ts'
import { dataProjection } from './data/seed-record.ts'
import { readinessProjection } from './readiness/project-readiness.ts'
import { rescueProjection } from './rescue/project-rescue.ts'
import { trainProjection } from './train/project-train.ts'
import { tokenProjection } from './tokens/token-events.ts'
import { openWordsProjection } from './queries/open-words.ts'
import { waiverProjection } from './waiver/project-waiver.ts'
import type { DeploymentRecord } from './summaries.ts'
import {
  deploymentId,
  deploymentOf,
  isRemoval,
  summariseDeployment,
  summariseEnvironment,
  summarisePreparation,
  summarisePromotion,
  summariseRelease,
} from './summaries.ts'

/*
 * Events of a stream are written only through that stream's own event types (NewPromotionEvent, NewPreparationEvent …), and a
 * document of a kind only by its own projection: the casts below narrow by stream name and kind.
 */

const configuration: Projection = {
  kind: 'configuration',
  id: (event) => (event.type === 'configuration-applied' ? 'current' : undefined),
  fold: (document, event): ConfigurationVersion => {
    const { configuration, ...data } = event.data as { readonly configuration: Configuration; readonly changes: readonly string[] }
    return {
      version: event.sequence,
      appliedAt: event.at,
      appliedBy: event.actor,
      ...data,
      configuration: fillConfiguration(configuration),
      // Documents of this kind are made here alone.
      rolesSince: evolveRolesSince((document as ConfigurationVersion | undefined)?.rolesSince, configuration, event.at),
    }
  },
}

const preparation: Projection = {
  kind: 'preparation',
  id: (event) => idIn(event, 'release'),
  fold: (document, event) => evolvePreparation(document as Preparation | undefined, event as PreparationEvent),
  summarise: (document) => summarisePreparation(document as Preparation),
}

const release: Projection = {
  kind: 'release',
  id: (event) => (event.type === 'release-sealed' ? idIn(event, 'release') : undefined),
  fold: (_document, event): Release => (event.data as { readonly release: Release }).release,
  summarise: (document) => summariseRelease(document as Release),
}

const promotion: Projection = {
  kind: 'promotion',
  id: (event) => idIn(event, 'promotion'),
  fold: (document, event) => evolvePromotion(document as Promotion | undefined, event as PromotionEvent),
  summarise: (document) => summarisePromotion(document as Promotion),
}

/** One document per place: each success replaces what it replaced there, an uninstallation takes it away, and a rebuild may bring an earlier one again. */
const deployment: Projection = {
  kind: 'deployment',
  id: (event, folded) => {
    const again = deployedAgainBy(event)
    if (again !== undefined) return deploymentId(again.environmentId, again.solution)
    const promotion = event.type === 'attempt-succeeded' ? (folded('promotion') as Promotion | undefined) : undefined
    if (promotion === undefined || (!isRemoval(promotion) && deploymentOf(promotion) === undefined)) return undefined
    return deploymentId(promotion.request.environmentId, promotion.request.solution)
  },
  fold: (_document, event, folded): DeploymentRecord | undefined => {
    const again = deployedAgainBy(event)
    return again === undefined ? deploymentOf(folded('promotion') as Promotion | undefined) : { ...again, deployedAt: event.at }
  },
  summarise: (document) => summariseDeployment(document as DeploymentRecord),
}

function deployedAgainBy({ type, data }: { readonly type: string; readonly data: unknown }): DeployedAgain | undefined {
  return type === 'rebuild-solution-brought' ? (data as { readonly deployed?: DeployedAgain }).deployed : undefined
}

/** One document a place: environments that are configured under two names but have one address share it. */
const environment: Projection = {
  kind: 'environment',
  id: (event) => idIn(event, 'environment'),
  fold: (document, event) => evolveEnvironment(document as EnvironmentRecord | undefined, event as EnvironmentEvent),
  summarise: (document) => summariseEnvironment(document as EnvironmentRecord),
}

/** In this order: deployments, rescues and hotfixes are folded from the promotion as it is after the same event. */
export const projections: readonly Projection[] = [
  configuration,
  preparation,
  release,
  promotion,
  deployment,
  environment,
  rescueProjection,
  hotfixProjection,
  recoveryProjection,
  rebuildProjection,
  cattleProjection,
  dataProjection,
  personProjection,
  tierProjection,
  structureProjection,
  anchorProjection,
  archiveProjection,
  tokenProjection,
  trainProjection,
  waiverProjection,
  readinessProjection,
  openWordsProjection,
]

/** To be raised whenever a fold or a summary gives something else for the same events: the read models are then folded again at the next start. */
export const projectionsVersion = '8'

function idIn(event: { readonly stream: string }, kind: string): string | undefined {
  return event.stream.startsWith(`${kind}/`) ? event.stream.slice(kind.length + 1) : undefined
}
