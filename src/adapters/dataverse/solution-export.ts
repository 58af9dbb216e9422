import { z } from 'zod'
import type { SolutionExport } from '#engine/ports'
import type { DataverseClient } from './client.ts'
import { fetchOperation } from './operation-state.ts'
import { fetchPending } from './pending-changes.ts'
import { publishXml } from './publish-xml.ts'
import { fetchInstalledSolution } from './solutions.ts'
import { noSolution } from './no-solution.ts'

const exportReply = z.object({ AsyncOperationId: z.string(), ExportJobId: z.string() })
const downloadReply = z.object({ ExportSolutionFile: z.string().min(1) })

export function createSolutionExport(client: DataverseClient): SolutionExport {
  return {
    async fetchSolution(uniqueName) {
      const solution = await fetchInstalledSolution(client, uniqueName)
      return solution === undefined ? undefined : { version: solution.version, isManaged: solution.isManaged }
    },
    fetchPending: (uniqueName) => fetchPending(client, uniqueName),
    async publish(changes) {
      if (changes.length === 0) return
      await client.send({ operation: 'PublishXml', path: 'PublishXml', body: { ParameterXml: publishXml(changes) }, isLong: true })
    },
    async raiseVersion(uniqueName, version) {
      const solution = await fetchInstalledSolution(client, uniqueName)
      if (solution === undefined) throw noSolution(client, uniqueName)
      await client.send({ operation: 'UpdateRow', path: `solutions(${solution.id})`, body: { version } })
    },
    async startExport(uniqueName, isManaged) {
      const reply = await client.call({
        operation: 'ExportSolutionAsync',
        path: 'ExportSolutionAsync',
        body: { SolutionName: uniqueName, Managed: isManaged },
        reply: exportReply,
      })
      return { asyncOperationId: reply.AsyncOperationId, exportJobId: reply.ExportJobId }
    },
    fetchOperation: (asyncOperationId) => fetchOperation(client, asyncOperationId),
    async downloadExport(exportJobId) {
      const reply = await client.call({
        operation: 'DownloadSolutionExportData',
        path: 'DownloadSolutionExportData',
        body: { ExportJobId: exportJobId },
        reply: downloadReply,
        isLong: true,
      })
      return new Uint8Array(Buffer.from(reply.ExportSolutionFile, 'base64'))
    },
  }
}
