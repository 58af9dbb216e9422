import { expect } from 'vitest'
import type { HandMade } from './hand-made.ts'
import { handMade } from './hand-made.ts'
import type { Answer, Organisation } from './organisation.ts'
import { followOperation, importSolution } from './organisation.ts'

/** Imports a hand-made solution, which must succeed. */
export async function bring(organisation: Organisation, solution: HandMade, more: Record<string, unknown> = {}): Promise<void> {
  const operation = await importSolution(organisation, await handMade(solution), more)
  expect(operation, String(operation['message'])).toMatchObject({ statuscode: 30 })
}

/** Asks for an upgrade in one step. */
export async function askForUpgrade(organisation: Organisation, solution: HandMade): Promise<Answer> {
  const body = {
    OverwriteUnmanagedCustomizations: false,
    PublishWorkflows: false,
    CustomizationFile: Buffer.from(await handMade(solution)).toString('base64'),
    ImportJobId: crypto.randomUUID(),
  }
  return organisation.call('POST', 'StageAndUpgradeAsync', { body })
}

/** The completed operation of an upgrade in one step. */
export async function upgrade(organisation: Organisation, solution: HandMade): Promise<Record<string, unknown>> {
  return completed(organisation, await askForUpgrade(organisation, solution))
}

/** The completed operation of an uninstallation. */
export async function uninstall(organisation: Organisation, name: string): Promise<Record<string, unknown>> {
  return completed(organisation, await organisation.call('POST', 'UninstallSolutionAsync', { body: { SolutionUniqueName: name } }))
}

/** The completed operation behind a reply that accepted it. */
export async function completed(organisation: Organisation, started: Answer): Promise<Record<string, unknown>> {
  expect(started.status, started.text).toBe(200)
  return followOperation(organisation, String(started.json['AsyncOperationId']))
}
