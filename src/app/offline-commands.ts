import type { OfflineCommands } from '#cli'

/**
 * What the command line does without a server. Each loads what it runs when it is called:
 * `drover solution` must not wait for the database, the server and the schemas that others need.
 */
export const offlineCommands: OfflineCommands = {
  unpackSolution: async (request, tell) => (await import('./solution-files/unpack.ts')).unpackSolution(request, tell),
  packSolution: async (request, tell) => (await import('./solution-files/pack.ts')).packSolution(request, tell),
  diffSolutions: async (before, after, options) => (await import('./solution-files/diff.ts')).diffSolutions(before, after, options),
  inspectSolution: async (path, options) => (await import('./solution-files/inspect-and-check.ts')).inspectSolution(path, options),
  checkSolution: async (path, tier, options) => (await import('./solution-files/inspect-and-check.ts')).checkSolution(path, tier, options),
  checkConfigurationData: async (path) => (await import('./check-configuration-data.ts')).checkConfigurationData(path),
  loadConditions: async () => (await import('#adapters/cel')).celConditions,
  up: async (options, progress, tell) => (await import('./up.ts')).up(options, progress, tell),
  emulator: async (options, tell) => (await import('./run-emulator.ts')).runEmulator(options, tell),
  changeEnvironment: async (change) => (await import('./change-environment.ts')).changeEnvironment(change),
  demo: async (options, progress) => (await import('./demo/demo.ts')).demo(options, progress),
  readAnchor: async (given) => (await import('./evidence/read-anchor.ts')).readAnchor(given),
  verifyPack: async (options) => (await import('./evidence/verify-evidence.ts')).verifyPack(options),
  issueToken: async (options) => (await import('./issue-token.ts')).issueToken(options),
  loadWorkspace: async (workspace) => (await import('./workspace.ts')).loadAccess(workspace),
}
