import { parseMaskingFile, writeMaskingFile } from '#contract'
import type { PlacedRules } from '#contract'
import type { Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

type DataHandlers = Pick<Handlers, 'seedData' | 'scanData' | 'decideData' | 'loadData' | 'listData' | 'proposeDataRules'>

export function dataRoutes(engine: Engine): DataHandlers {
  return {
    seedData: ({ input, actor }) => withRules(input.rules, ({ rules }) => engine.seedData({ ...input, rules, actor })),
    scanData: ({ input, actor }) => withRules(input.rules, ({ rules }) => engine.scanData({ ...input, rules, actor })),
    decideData: ({ input, actor }) => engine.decideData({ id: input.dataId, verdict: input.verdict, comment: input.comment, actor }),
    loadData: async ({ input }) => {
      const work = await engine.loadData(input.dataId)
      if (work !== undefined) return accept(work)
      return refuse('data.unknown', `There is no "${input.dataId}".`, 'Name one that `drover data list` shows.')
    },
    listData: async ({ input }) => accept({ data: await engine.listData({ environmentId: input.environment }) }),
    proposeDataRules: async ({ input }) => {
      const proposed = await engine.proposeDataRules(input)
      return proposed.ok ? accept({ yaml: writeMaskingFile(proposed.value) }) : proposed
    },
  }
}

/** A refusal of the engine names paths; whoever wrote the file wants lines. */
async function withRules<T>(text: string, work: (placed: PlacedRules) => Promise<Result<T>>): Promise<Result<T>> {
  const placed = parseMaskingFile(text)
  if (!placed.ok) return placed
  const result = await work(placed.value)
  return result.ok ? result : { ok: false, refusal: placed.value.place(result.refusal) }
}
