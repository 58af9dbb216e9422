import { createMakerSession } from '#adapters/dataverse'
import { systemClock, createLog } from '#adapters/world'
import type { Environment } from '#domain/environment'
import type { SolutionModel } from '#domain/solution'
import { localConfiguration } from '../local-configuration.ts'
import { deployerClient, loadLocalSecret, makerClient } from '../local-secrets.ts'
import { openPlatformControl } from '../platform-control.ts'
import { connectionsFor, generateSettings } from './generated-settings.ts'
import type { Rehearsal } from './rehearsal.ts'
import { Refused } from './rehearsal.ts'

/** The platform solutions that X names as missing are mounted, connections made and shared, and X imported into Dev by its maker. */
export async function prepareEnvironments(run: Rehearsal): Promise<void> {
  refuseUnmanagedNeeds(run.material.model)
  await mountMissing(run)
  await makeConnections(run)
  await importIntoDev(run, run.material.bytes)
  const { manifest } = run.material.model
  run.say(`  ✔ ${manifest.uniqueName} ${manifest.version} imported into Dev (unmanaged, by ${makerClient.name})`)
  tellSettings(run)
}

/** What existed only unmanaged where it was exported is in no environment that has just this file: Dev would refuse it, and so would every target. */
function refuseUnmanagedNeeds({ manifest }: SolutionModel): void {
  const needed = manifest.missingDependencies.filter(({ required }) => required.solution === 'Active')
  if (needed.length === 0) return
  throw new Refused({
    code: 'STR-15',
    message: `${manifest.uniqueName} ${manifest.version} needs ${needed.length} components that no solution brings: where it was exported they existed only unmanaged.`,
    hint: 'Add the named components to this solution, or to one that is promoted before it, and export it again.',
    reasons: needed.map(({ required, dependent }) => ({
      subject: `${required.kind} ${required.schemaName ?? required.displayName ?? required.id ?? 'without a name'}`,
      message: `${dependent.kind} ${dependent.schemaName ?? dependent.displayName ?? dependent.id ?? ''} depends on it.`,
    })),
  })
}

/** Imports as a maker does, over the same Web API and with the maker's own identity. */
export async function importIntoDev(run: Rehearsal, bytes: Uint8Array): Promise<void> {
  const dev = localConfiguration({ platformUrl: run.drover.platformUrl, solutions: [] }).environments.find(
    (environment) => environment.purpose === 'development',
  )
  if (dev === undefined) return
  const asMaker: Environment = { ...dev, credentials: { ...dev.credentials, clientId: makerClient.clientId } }
  const secrets = { resolve: () => loadLocalSecret(run.drover.workspace, 'maker') }
  await createMakerSession(asMaker, { secrets, clock: systemClock, log: createLog({ level: 'error' }) }).importUnmanaged(bytes)
}

/** `System` is in every environment; `Active` was only ever unmanaged in the source and cannot be mounted. */
async function mountMissing(run: Rehearsal): Promise<void> {
  const control = await openPlatformControl(run.drover)
  const wanted = new Map<string, string>()
  for (const { required } of run.material.model.manifest.missingDependencies) {
    if (required.solution === 'System' || required.solution === 'Active' || required.solution === '') continue
    const known = wanted.get(required.solution)
    const version = required.minimumVersion ?? '1.0.0.0'
    if (known === undefined || known < version) wanted.set(required.solution, version)
  }
  for (const [uniqueName, version] of wanted) {
    for (const environment of ['dev', 'test', 'prod']) await control.mountSolution(environment, { uniqueName, version })
  }
  if (wanted.size > 0)
    run.say(
      `  ✔ mounted platform solutions that it names as missing: ${[...wanted].map(([name, version]) => `${name} ${version}`).join(', ')}`,
    )
}

async function makeConnections(run: Rehearsal): Promise<void> {
  const control = await openPlatformControl(run.drover)
  for (const stage of ['test', 'prod']) {
    for (const connection of connectionsFor(run.material.model, stage)) {
      await control.putConnection(stage, { ...connection, ownerName: 'Service account', sharedWith: [deployerClient.objectId] })
    }
  }
}

function tellSettings(run: Rehearsal): void {
  for (const stage of ['test', 'prod']) {
    const connections = connectionsFor(run.material.model, stage).map((connection) => `${connection.reference} → ${connection.id}`)
    const variables = Object.entries(settingsOf(run.material.model, stage)).map(([name, value]) => `${name} = ${value}`)
    const all = [...connections, ...variables]
    run.say(`    settings generated for ${stage}: ${all.length === 0 ? 'none needed' : all.join('; ')}`)
  }
}

function settingsOf(model: SolutionModel, stage: string): Readonly<Record<string, string>> {
  return generateSettings(model, stage).environmentVariables
}
