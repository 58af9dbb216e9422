import { defineConfig } from 'vitest/config'
import type { TestSpecification } from 'vitest/node'
import { BaseSequencer } from 'vitest/node'

/**
 * After this, in ms, a test is taken to hang. It is no bound on how long one may take: that differs with the machine and with what else
 * runs there, and none of them says so. `npm run prove` gives more to what it plays for hours.
 */
const patienceMs = 600_000
const shared = { pool: 'forks', testTimeout: patienceMs, hookTimeout: patienceMs, expect: { poll: { timeout: 240_000 } } } as const
const fromSource = { resolve: { conditions: ['source'] }, ssr: { resolve: { conditions: ['source', 'node'] } } }
const journeys = 'test/journeys/**/*.test.ts'
/** They keep the whole corpus in memory, start processes of their own, or measure moments, in which what others left behind may be collected. */
const apart = [
  'src/adapters/dataverse/governor.test.ts',
  'src/adapters/durable/worker.test.ts',
  'src/app/embedded-database.test.ts',
  'src/app/solution-files/**/*.test.ts',
  'test/{fuzz,golden,web}/**/*.test.ts',
  'test/prove/cost.test.ts',
]

/** Where nothing is known of an earlier run: what takes longest, from the longest. */
const longest = [
  'test/journeys/corpus-path',
  'test/prove/forecasts-second',
  'test/prove/forecasts-first',
  'test/golden/source-packing',
  'test/golden/yaml-layout',
  'test/golden/',
  'test/journeys/killed-worker',
  'test/journeys/demo',
  'src/adapters/durable/worker',
  'src/app/embedded-database',
  'src/engine/rescue/hundred-thousand',
  'src/engine/promotion/unmanaged',
]

/**
 * What takes longest begins first, so that no core is without work at the end. Files of rooms come last, together: vitest keeps a
 * process only for a next file of the same project.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.sort((a, b) => Number(isOfRooms(a)) - Number(isOfRooms(b)) || rankOf(a) - rankOf(b))
  }
}

function isOfRooms({ project }: TestSpecification): boolean {
  return project.name === 'rooms'
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = longest.findIndex((path) => moduleId.includes(`/${path}`))
  return rank === -1 ? longest.length : rank
}

export default defineConfig({
  test: {
    // One more than the cores of a small machine: journeys and databases wait for much of their time.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        ...fromSource,
        // One process for many files: loading the product anew took more than half of their processor time. What its modules remember
        // follows from what they were given, and a test that sets a clock or a variable sets it back.
        test: {
          ...shared,
          name: 'rooms',
          isolate: false,
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [journeys, ...apart],
        },
      },
      { ...fromSource, test: { ...shared, name: 'apart', include: apart } },
      {
        // Journeys run the built product, as its users do: doors lead to dist here.
        test: { ...shared, name: 'journeys', include: [journeys], server: { deps: { external: [/\/dist\//] } } },
      },
    ],
  },
})
