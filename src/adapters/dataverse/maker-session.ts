import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import type { Environment } from '#domain/environment'
import { DroverError } from '#domain/kernel'
import type { DataverseClient } from './client.ts'
import { createClient, createSignIn } from './client.ts'
import type { DataverseDependencies } from './environments.ts'
import { fetchImportResult } from './import-result.ts'
import { fetchOperation } from './operation-state.ts'

/** What the demo does as a maker in a development environment, and nothing else. */
export interface MakerSession {
  /** Imports an unmanaged solution, waits for the end and publishes everything (which is never done outside development). */
  importUnmanaged(file: Uint8Array): Promise<void>
}

const startReply = z.object({ AsyncOperationId: z.string().min(1) })

/** Throws `dataverse.not-development` for an environment of any other purpose. */
export function createMakerSession(environment: Environment, dependencies: DataverseDependencies): MakerSession {
  if (environment.purpose !== 'development') {
    throw new DroverError(
      'dataverse.not-development',
      `${environment.name} is for ${environment.purpose}; makers change development environments only.`,
      {
        hint: 'Change it in a development environment and promote a release.',
      },
    )
  }
  const client = createClient(createSignIn(environment, dependencies))
  return {
    async importUnmanaged(file) {
      await importFile(client, file)
      await client.send({ operation: 'PublishAllXml', path: 'PublishAllXml', body: {}, isLong: true })
    },
  }
}

async function importFile(client: DataverseClient, file: Uint8Array): Promise<void> {
  const importJobId = randomUUID()
  const reply = await client.call({
    operation: 'ImportSolutionAsync',
    path: 'ImportSolutionAsync',
    body: {
      // In Dev the file is what the maker wants; without it flows that are there already keep their old definition.
      OverwriteUnmanagedCustomizations: true,
      PublishWorkflows: true,
      ImportJobId: importJobId,
      CustomizationFile: Buffer.from(file.buffer, file.byteOffset, file.byteLength).toString('base64'),
    },
    reply: startReply,
    isLong: true,
  })
  await waitForEnd(client, reply.AsyncOperationId)
  const result = await fetchImportResult(client, importJobId)
  if (!result.isPassed)
    throw importFailed(
      client,
      [...result.errors, ...result.failedComponents.map(({ subject, message }) => `${subject}: ${message}`)].join(' '),
    )
}

async function waitForEnd(client: DataverseClient, asyncOperationId: string): Promise<void> {
  let delayMs = Math.min(50, client.limits.pollIntervalMs)
  for (let waitedMs = 0; waitedMs < client.limits.transferTimeoutMs; waitedMs += delayMs) {
    const operation = await fetchOperation(client, asyncOperationId)
    if (operation.state === 'succeeded') return
    if (operation.state === 'failed')
      throw importFailed(client, operation.code === undefined ? operation.message : `${operation.code}: ${operation.message}`)
    await wait(delayMs)
    delayMs = Math.min(delayMs * 2, client.limits.pollIntervalMs)
  }
  throw new DroverError(
    'dataverse.unexpected',
    `The import into ${client.environment.name} has not ended after ${client.limits.transferTimeoutMs / 1000} seconds.`,
    {
      hint: 'Look at the solution history of the environment.',
    },
  )
}

function importFailed(client: DataverseClient, why: string): DroverError {
  return new DroverError('dataverse.import-failed', `The import into ${client.environment.name} failed: ${why}`, {
    hint: 'Mend the solution as the reason says, then import it again.',
  })
}
