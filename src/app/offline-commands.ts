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
import { deployerClient, localSecretFile, localTenant, makerClient } from './local-secrets.ts'
import type { Workspace } from './workspace.ts'
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
    for (const line of describeSignIn(workspace, emulator.url)) progress(line)
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

/** How a client gets a token: by client credentials, with a secret that lies in a file and is never printed. */
function describeSignIn(workspace: Workspace, url: string): readonly string[] {
  const describe = (client: typeof makerClient, secret: 'deployer' | 'maker') =>
    `  ${client.name}: client_id ${client.clientId}, client_secret in ${localSecretFile(workspace, secret)}`
  return [
    `sign in with client credentials at ${url}/${localTenant}/oauth2/v2.0/token, scope ${url}/<environment>/.default`,
    describe(deployerClient, 'deployer'),
    describe(makerClient, 'maker'),
  ]
}
