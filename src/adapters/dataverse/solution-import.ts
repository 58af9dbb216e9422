import { z } from 'zod'
import type { SolutionImport } from '#engine/ports'
import type { DataverseClient } from './client.ts'
import type { DataverseDependencies } from './environments.ts'
import { findImport } from './find-import.ts'
import { importRequest } from './import-request.ts'
import { fetchImportResult } from './import-result.ts'
import { fetchOperation } from './operation-state.ts'
import { readStagedSolution, stageReply } from './staged-solution.ts'

const startReply = z.object({ AsyncOperationId: z.string().min(1) })
const progressRow = z.object({ progress: z.number().nullish() })

/** statecode and statuscode of a cloud flow: draft and activated. */
const flowStates = { on: { statecode: 1, statuscode: 2 }, off: { statecode: 0, statuscode: 1 } } as const

export function createSolutionImport(client: DataverseClient, { clock, secrets }: DataverseDependencies): SolutionImport {
  return {
    async stage(file) {
      const reply = await client.call({
        operation: 'StageSolution',
        path: 'StageSolution',
        body: { CustomizationFile: Buffer.from(file.buffer, file.byteOffset, file.byteLength).toString('base64') },
        reply: stageReply,
        isLong: true,
      })
      return readStagedSolution(reply, await client.makeStrike())
    },
    async startImport(start) {
      const { operation, body } = await importRequest(start, secrets)
      const reply = await client.call({ operation, path: operation, body, reply: startReply })
      return { asyncOperationId: reply.AsyncOperationId }
    },
    findImport: (importJobId, solution) => findImport(client, { importJobId, solution, nowMs: Date.parse(clock.now()) }),
    fetchOperation: (asyncOperationId) => fetchOperation(client, asyncOperationId),
    async fetchProgress(importJobId) {
      const job = await client.find(`importjobs(${importJobId})?$select=progress`, progressRow)
      return job === undefined ? undefined : Math.min(100, Math.max(0, job.progress ?? 0))
    },
    fetchImportResult: (importJobId) => fetchImportResult(client, importJobId),
    async setFlowState(flowId, state) {
      await client.send({ operation: 'UpdateRow', path: `workflows(${flowId})`, body: flowStates[state] })
    },
  }
}
