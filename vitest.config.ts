import { defineConfig } from 'vitest/config'

const shared = { pool: 'forks', testTimeout: 60_000, hookTimeout: 120_000 } as const

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        resolve: { conditions: ['source'] },
        ssr: { resolve: { conditions: ['source', 'node'] } },
        test: { ...shared, name: 'rooms', include: ['src/**/*.test.ts', 'test/**/*.test.ts'], exclude: ['test/journeys/**'] },
      },
      {
        // Journeys run the built product, as its users do: doors lead to dist here.
        test: { ...shared, name: 'journeys', include: ['test/journeys/**/*.test.ts'], server: { deps: { external: [/\/dist\//] } } },
      },
    ],
  },
})
