import { createMakerSession } from '#adapters/dataverse'
import { systemClock, createLog } from '#adapters/world'
import type { Environment } from '#domain/environment'
import { compareVersions, parseVersion } from '#domain/kernel'
import type { SolutionModel } from '#domain/solution'
import { localConfiguration } from '../local-configuration.ts'
import { deployerClient, loadLocalSecret, makerClient } from '../local-secrets.ts'
import { openPlatformControl } from '../platform-control.ts'
import { connectionsFor, generateSettings } from './generated-settings.ts'
import type { Rehearsal } from './rehearsal.ts'

/** The platform solutions that X names as missing are mounted, connections made and shared, and X imported into Dev by its maker. */
export async function prepareEnvironments(run: Rehearsal): Promise<void> {
  await mountMissing(run)
  await assumeUnmanagedNeeds(run)
  await makeConnections(run)
  await importIntoDev(run, run.material.bytes)
  const { manifest } = run.material.model
  run.say(`  ✔ ${manifest.uniqueName} ${manifest.version} imported into Dev (unmanaged, by ${makerClient.name})`)
  tellSettings(run)
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

/** The first-party solutions that X names are mounted everywhere; `System` is everywhere anyway. */
async function mountMissing(run: Rehearsal): Promise<void> {
  const control = await openPlatformControl(run.drover)
  const wanted = new Map<string, string>()
  for (const { required } of run.material.model.manifest.missingDependencies) {
    if (['System', 'Active', ''].includes(required.solution)) continue
    const known = wanted.get(required.solution)
    const version = required.minimumVersion ?? '1.0.0.0'
    if (known === undefined || isLower(known, version)) wanted.set(required.solution, version)
  }
  for (const [uniqueName, version] of wanted) {
    for (const environment of ['dev', 'test', 'prod']) await control.mountSolution(environment, { uniqueName, version })
  }
  const mounted = [...wanted].map(([name, version]) => `${name} ${version}`)
  if (mounted.length > 0) run.say(`  ✔ mounted platform solutions that it names as missing: ${mounted.join(', ')}`)
}

/** What existed only unmanaged where X was exported: Dev has it, as its makers' environment had; Test and Production have not. */
async function assumeUnmanagedNeeds(run: Rehearsal): Promise<void> {
  const needed = run.material.model.manifest.missingDependencies
    .map(({ required }) => required)
    .filter(({ solution }) => solution === 'Active')
  if (needed.length === 0) return
  await (await openPlatformControl(run.drover)).assumeUnmanaged('dev', needed)
  run.say(`    Dev is taken to have the ${needed.length} unmanaged components that it needs and does not carry`)
}

function isLower(text: string, other: string): boolean {
  const [version, against] = [parseVersion(text), parseVersion(other)]
  return version.ok && against.ok && compareVersions(version.value, against.value) < 0
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
