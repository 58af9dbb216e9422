import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { laneOf } from '#domain/environment'
import { describeSolution, readManifest, readPackage } from '#format'
import { createEnvironments } from '../../src/adapters/dataverse/index.ts'
import { dependencies, environmentAt } from '../../src/adapters/dataverse/testing/local-server.ts'
import { forecastRelease } from '../../src/engine/planning/forecast-release.ts'
import * as life from '../conformance/life-of-solutions.ts'
import { deployer, importSolution, openLocal } from '../conformance/organisation.ts'
import { corpusSolutions, whyNoCorpus } from '../support/corpus.ts'
import { createMemoryObservations } from '../support/memory-observations.ts'

const big = corpusSolutions.find((one) => one.name === 'Dynamics365ElectronicMedicalRecords_1_8_1_managed')
const neighbours = 200

describe.skipIf(big === undefined)(`what a plan of a large solution costs (${big === undefined ? whyNoCorpus : 'corpus'})`, () => {
  it('is at most 60 requests when nothing changed since the last reading', async () => {
    const organisation = await openLocal({ clockScale: 1000 })
    try {
      for (let at = 0; at < neighbours; at++) {
        await life.bring(organisation, {
          name: `Neighbour${at}`,
          version: '1.0.0.0',
          isManaged: true,
          choices: [{ name: `hand_c${at}`, options: { 1: 'One' } }],
        })
      }
      const bytes = big?.read() ?? new Uint8Array()
      const needs = readManifest((await readPackage(bytes)).manifest).missingDependencies.map(({ required }) => required)
      for (const name of new Set(needs.map(({ solution }) => solution))) {
        if (!['system', 'active', 'default', ''].includes(name.toLowerCase()))
          await organisation.control?.('POST', 'environments/dev/solutions', { uniqueName: name, version: '99.0.0.0' })
      }
      const operation = await importSolution(organisation, bytes)
      expect(operation, String(operation['message'])).toMatchObject({ statuscode: 30 })
      const content = await describeSolution(await readPackage(bytes))
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
      const observations = createMemoryObservations()
      const hashing = { sha256: (text: string) => createHash('sha256').update(text).digest('hex') }
      const costs: number[] = []
      const fingerprints: string[] = []
      for (let round = 0; round < 2; round++) {
        const before = target.countRequests()
        const solution = big?.solution ?? ''
        const observed = await target.observe({ solution, connectionIds: [] })
        const planned = await forecastRelease(
          { observations, clock, hashing: hashing as never },
          {
            lane: laneOf(environment),
            target,
            observed,
            solution,
            content: { release: content, installed: content },
            tweaks: [],
            references: [],
            countingRequests: 60,
          },
        )
        costs.push(target.countRequests() - before)
        fingerprints.push(planned.fingerprint)
        expect(planned.forecast, 'the same file again touches nothing').toMatchObject({ components: [], removed: [] })
      }
      expect(fingerprints[1]).toBe(fingerprints[0])
      expect(costs[1]).toBeLessThanOrEqual(60)
    } finally {
      await organisation.close()
    }
  })
})
