import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { DemoOptions, Progress } from '#cli'
import type { Result } from '#domain/kernel'
import { accept, DroverError } from '#domain/kernel'
import { toConfigurationFile } from '#contract'
import { removeDatabase } from '../embedded-database.ts'
import { lockWorkspace } from '../folder-lock.ts'
import { localConfiguration, productionStage, testStage } from '../local-configuration.ts'
import { localPace } from '../local-pace.ts'
import { startUp } from '../start-up.ts'
import { untilAborted } from '../until-aborted.ts'
import { approveAll } from './approve.ts'
import { summarise, tellSummary } from './closing-table.ts'
import type { DemoSummary } from './closing-table.ts'
import { governed } from './governed.ts'
import { tierOfMaterial } from './tier-of-material.ts'
import { loadMaterial } from './material.ts'
import { prepareEnvironments } from './prepare-environments.ts'
import { showMissingBoard } from './missing-board.ts'
import { showOwnApproval, showSameVersion, showTampering } from './refusals.ts'
import type { Rehearsal } from './rehearsal.ts'
import { createRehearsal, granted, Refused } from './rehearsal.ts'
import { prepareRelease, promote } from './walk.ts'

const workspaceFolder = join('.drover', 'demo')

/** The main job on local environments, from Dev to Production, with what opened each gate and what was refused on the way. */
export async function demo(options: DemoOptions, progress: Progress): Promise<Result<{ readonly summary: DemoSummary }>> {
  const material = await loadMaterial(options.solution)
  if (!material.ok) return material
  const folder = resolve(workspaceFolder)
  progress(`Starting local environments in ${workspaceFolder}`)
  await clearWorkspace(folder)
  const drover = await startUp({ workspace: folder, host: '127.0.0.1', port: 0, emulatorPort: 0, pace: localPace }, (line) =>
    progress(`  ✔ ${line}`),
  ).catch((error: unknown) => {
    // Ctrl-C reaches processes that do not listen yet, so the start may fail by it.
    throw options.signal.aborted ? demoStopped() : error
  })
  try {
    const tier = options.tier ?? (await tierOfMaterial(material.value))
    const run = createRehearsal({ drover, material: material.value, tier, say: progress })
    const summary = await Promise.race([rehearse(run), stopped(options.signal)])
    progress(
      `\nLook next: \`npx drover up --workspace ${workspaceFolder}\` opens what this demo left behind; \`npm start\` starts a workspace of your own.`,
    )
    return accept({ summary })
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal }
    throw error
  } finally {
    await drover.stop()
  }
}

async function rehearse(run: Rehearsal): Promise<DemoSummary> {
  const { manifest } = run.material.model
  run.say(`\n1 Dev: ${manifest.uniqueName} ${manifest.version}, Tier ${run.tier}`)
  await configure(run)
  await prepareEnvironments(run)
  run.say('\n2–5 Export, source, checks, seal')
  const release = await prepareRelease(run, manifest.uniqueName)
  run.say(`  ✔ sealed: ${release.solution} ${release.version}, release ${release.id}`)
  for (const left of release.unpublished.filter((each) => each.outcome === 'left-behind').slice(0, 3))
    run.say(`    left behind: ${left.component} (${left.why ?? 'no reason given'})`)
  run.say('\n6 Promotion to Test')
  const toTest = await promote(run, { releaseId: release.id, stageId: testStage }, (view) => approveAll(run, view))
  run.say('\nRefused, each with its reason')
  await showTampering(run, release)
  await showSameVersion(run, release)
  run.say('\n7 Promotion to Production')
  const toProduction = await promote(run, { releaseId: release.id, stageId: productionStage }, async (view) => {
    await showOwnApproval(run, view)
    await approveAll(run, view)
  })
  run.say('\nRefused: a Tier 4 solution without its CAB')
  await showMissingBoard(run)
  run.say('\n8 Where it is now')
  const summary = await summarise(run, release, [toTest, toProduction])
  tellSummary(run, summary)
  return summary
}

async function configure(run: Rehearsal): Promise<void> {
  const configuration = localConfiguration({ platformUrl: run.drover.platformUrl, solutions: [governed(run.material, run.tier)] })
  const pat = await run.as('pat')
  const applied = granted(await pat.applyConfiguration({ configuration: toConfigurationFile(configuration) }))
  run.say(`  ✔ configuration in force as ledger entry ${applied.version}`)
}

/** Ctrl-C: what the demo started is stopped, and the command says that it did not get to its end. */
async function stopped(signal: AbortSignal): Promise<never> {
  await untilAborted(signal)
  throw demoStopped()
}

function demoStopped(): DroverError {
  return new DroverError('demo.stopped', 'The demo was stopped before its end.', {
    hint: 'Run it again; it starts from nothing and removes what this one left.',
  })
}

/** Every demo starts from nothing, but for a demo that runs now: that one is left alone, with `workspace.in-use`. */
async function clearWorkspace(folder: string): Promise<void> {
  const lock = await lockWorkspace(folder)
  try {
    await removeDatabase(folder)
    // Processes of a killed demo may still be closing their files.
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  } finally {
    await lock.release()
  }
}
