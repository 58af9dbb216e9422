import { createMakerSession } from '#adapters/dataverse'
import { systemClock, createLog } from '#adapters/world'
import type { Environment } from '#domain/environment'
import { compareVersions, DroverError, parseVersion } from '#domain/kernel'
import type { SolutionModel } from '#domain/solution'
import { localConfiguration } from '../local-configuration.ts'
import { deployerClient, loadLocalSecret, makerClient } from '../local-secrets.ts'
import { openPlatformControl } from '../platform-control.ts'
import { connectionsFor, generateSettings } from './generated-settings.ts'
import type { Rehearsal } from './rehearsal.ts'
import { Refused } from './rehearsal.ts'

/** The platform solutions that X names as missing are mounted, connections made and shared, and X imported into Dev by its maker. */
export async function prepareEnvironments(run: Rehearsal): Promise<void> {
  refuseSisterParts(run.material.model)
  await mountMissing(run)
  await assumeUnmanagedNeeds(run)
  await makeConnections(run)
  await importOrRefuse(run)
  const { manifest } = run.material.model
  run.say(`  ✔ ${manifest.uniqueName} ${manifest.version} imported into Dev (unmanaged, by ${makerClient.name})`)
  tellSettings(run)
}

/** Where a package says that what it needs existed only unmanaged, by this name or by none. */
const unmanagedOrigins: ReadonlySet<string> = new Set(['active', 'default', ''])

/** A solution that can be mounted: neither the platform itself, nor unmanaged work, nor the very solution that travels. */
function isOtherSolution(name: string, own: string): boolean {
  const key = name.toLowerCase()
  return key !== 'system' && key !== own.toLowerCase() && !unmanagedOrigins.has(key)
}

/** A mounted solution counts as installed, but brings no flow to call and no reference to use: a rehearsal from this file alone ends here. */
function refuseSisterParts({ manifest, flows }: SolutionModel): void {
  const used = new Set(flows.flatMap((flow) => flow.connectionReferences).map((name) => name.toLowerCase()))
  const called = new Set(flows.flatMap((flow) => flow.childFlows))
  const missing = manifest.missingDependencies.filter(
    ({ required }) =>
      isOtherSolution(required.solution, manifest.uniqueName) &&
      // Connection references have another type number in each environment (dependencies name them by that), so they are known by their name.
      (called.has(bareId(required.id)) || used.has(required.schemaName?.toLowerCase() ?? '')),
  )
  if (missing.length === 0) return
  const parts = missing.map(({ required }) => ({
    subject: `${required.kind} ${required.schemaName ?? required.displayName ?? required.id ?? ''}`.trim(),
    message: `It belongs to ${required.solution}, which the file does not contain.`,
  }))
  throw new Refused({
    code: 'demo.needs-sister-solution',
    message: `${manifest.uniqueName} ${manifest.version} uses flows or connection references of other solutions, which a rehearsal with this file alone cannot supply.`,
    hint: 'Rehearse it with `drover up`: import the other solutions into the local environments first, then promote this one.',
    reasons: parts,
  })
}

/** As flows name their children: lower case, without braces. */
function bareId(id: string | undefined): string {
  return (id ?? '').replace(/[{}]/g, '').toLowerCase()
}

/** What Dev says no to is a refusal of the file; that it cannot be reached is not. */
async function importOrRefuse(run: Rehearsal): Promise<void> {
  try {
    await importIntoDev(run, run.material.bytes)
  } catch (error) {
    if (!(error instanceof DroverError) || error.code !== 'dataverse.import-failed') throw error
    throw new Refused({
      code: error.code,
      message: error.message,
      hint: error.hint ?? 'Mend what is named and export the solution again.',
      reasons: [],
    })
  }
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
    if (!isOtherSolution(required.solution, run.material.model.manifest.uniqueName)) continue
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
    .filter(({ solution, type }) => type !== '' && unmanagedOrigins.has(solution.toLowerCase()))
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
