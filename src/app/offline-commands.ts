import { checkRules, runChecks, toSarif } from '#checks'
import type { OfflineCommands } from '#cli'
import { createIdentity } from '#adapters/identity'
import { evaluateReport } from '#domain/check'
import type { PersonId } from '#domain/kernel'
import { accept, toId } from '#domain/kernel'
import { shippedPolicy } from '#domain/policy'
import { readSolution } from '#format'
import { demo } from './demo/demo.ts'
import { lockFolder } from './folder-lock.ts'
import { readSolutionFile } from './read-solution-file.ts'
import { up } from './up.ts'
import { untilAborted } from './until-aborted.ts'
import { emulatorOptions } from './local-platform.ts'
import { loadAccess, openWorkspace } from './workspace.ts'
import { startEmulator } from '#emulator'

/** What the command line does without a server. */
export const offlineCommands: OfflineCommands = {
  inspectSolution: async (path) => accept((await readSolution(await readSolutionFile(path))).model),
  async checkSolution(path, tier) {
    const { model } = await readSolution(await readSolutionFile(path))
    const report = evaluateReport({
      solution: model.manifest.uniqueName,
      version: model.manifest.version,
      rules: checkRules.map((rule) => rule.id),
      findings: runChecks(model, { tier }),
      failsFrom: shippedPolicy.tiers[tier].checksBlockFrom.value,
    })
    return accept({ report, sarif: toSarif(report) })
  },
  up,
  async emulator(options, progress) {
    const workspace = await openWorkspace(options.data)
    const lock = await lockFolder(workspace.emulatorData, workspace.folder)
    const emulator = await startEmulator({ ...(await emulatorOptions(workspace, options.port)), host: options.host })
    progress(`local Dataverse environments dev, test and prod at ${emulator.url} (Ctrl-C stops them)`)
    await untilAborted(options.signal)
    await emulator.close()
    await lock.release()
    return accept(undefined)
  },
  demo,
  async issueToken({ workspace, person, hours }) {
    const { tokenKey } = await openWorkspace(workspace)
    const seconds = Math.round(hours * 3600)
    const token = await createIdentity({ keyFile: tokenKey }).issue(toId<PersonId>(person), { expiresInSeconds: seconds })
    return accept({ token, expiresAt: new Date(Date.now() + seconds * 1000).toISOString() })
  },
  loadWorkspace: (workspace) => loadAccess(workspace),
}
