import { createHash } from 'node:crypto'
import { createEnvironments } from '../../src/adapters/dataverse/index.ts'
import { laneOf } from '#domain/environment'
import type { Plan } from '#domain/plan'
import { planPromotion } from '#domain/plan'
import { forecastRelease } from '../../src/engine/planning/forecast-release.ts'
import { describeSolution, readPackage } from '#format'
import { dependencies, environmentAt } from '../../src/adapters/dataverse/testing/local-server.ts'
import type { HandMade } from '../conformance/hand-made.ts'
import { handMade } from '../conformance/hand-made.ts'
import type { Organisation } from '../conformance/organisation.ts'
import { deployer } from '../conformance/organisation.ts'
import { buildPlanFacts, buildRelease, emptySettings, emptyTemplate, version } from '../support/domain-builders.ts'
import { createMemoryObservations } from '../support/memory-observations.ts'
import type { FlowIs, FlowWish } from './scene.ts'
import { flowId } from './scene.ts'

interface Asked {
  readonly release: HandMade
  /** The file of the installed version, where it is at hand. */
  readonly installed: HandMade | undefined
  readonly stagesUpgrades: boolean
  readonly flowWish: FlowWish | undefined
}

/** What the product forecasts for a release, through its own adapter over HTTP. */
export async function forecast(organisation: Organisation, { release, installed, stagesUpgrades, flowWish }: Asked): Promise<Plan> {
  const environment = environmentAt(organisation.url, {
    connectivityUrl: organisation.connectivityUrl,
    credentials: {
      tokenUrl: organisation.tokenUrl,
      clientId: organisation.clientId,
      clientSecret: { kind: 'environment', variable: 'SECRET' },
    },
  })
  const clock = { now: () => new Date().toISOString() as ReturnType<ReturnType<typeof dependencies>['clock']['now']> }
  const target = createEnvironments(dependencies({ secrets: { resolve: async () => deployer.clientSecret }, clock })).open(environment)
  const observed = await target.observe({ solution: release.name, connectionIds: [] })
  const hashing = { sha256: (text: string) => createHash('sha256').update(text).digest('hex') }
  const content = await forecastRelease(
    { observations: createMemoryObservations(), clock, hashing: hashing as never },
    {
      lane: laneOf(environment),
      target,
      observed,
      solution: release.name,
      publisherPrefix: release.prefix ?? 'hand',
      content: { release: await describe(release), installed: installed === undefined ? undefined : await describe(installed) },
      tweaks: [],
      references: [],
      countingRequests: 60,
    },
  )
  const sealed = buildRelease({
    solution: release.name,
    version: version(release.version),
    publisherPrefix: release.prefix ?? 'hand',
    dependencies: [],
    ...(flowWish === undefined ? {} : { settingsTemplate: { ...emptyTemplate, flows: flowsOf(release, flowWish.release) } }),
  })
  const stageSettings = { ...emptySettings, flows: flowWish?.settings === undefined ? {} : { [flowId]: flowWish.settings } }
  const earlierFlows = flowWish?.earlier === undefined ? undefined : { [flowId]: flowWish.earlier }
  return planPromotion(buildPlanFacts({ release: sealed, observed, content, stagesUpgrades, stageSettings, earlierFlows }))
}

function flowsOf(release: HandMade, desired: FlowIs) {
  return (release.flows ?? []).map(({ id, name }) => ({ id, name, desired, childFlows: [] }))
}

async function describe(solution: HandMade) {
  return describeSolution(await readPackage(await handMade(solution)))
}
