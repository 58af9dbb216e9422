import { DroverError } from '#domain/kernel'
import type { DataverseClient } from './client.ts'

export function noSolution(client: DataverseClient, uniqueName: string): DroverError {
  return new DroverError('dataverse.not-found', `${client.environment.name} has no solution ${uniqueName}.`, {
    hint: `Check the unique name (not the display name) of the solution in ${client.environment.name}, or import it there first.`,
  })
}
