import type { OfflineCommands } from '#cli'

/**
 * What the command line does without a server. Each loads what it runs when it is called:
 * `drover solution` must not wait for the database, the server and the schemas that others need.
 */
export const offlineCommands: OfflineCommands = {
  inspectSolution: async (path) => (await solutionFiles()).inspectSolution(path),
  checkSolution: async (path, tier) => (await solutionFiles()).checkSolution(path, tier),
  up: async (options, progress) => (await import('./up.ts')).up(options, progress),
  emulator: async (options, progress) => (await import('./run-emulator.ts')).runEmulator(options, progress),
  demo: async (options, progress) => (await import('./demo/demo.ts')).demo(options, progress),
  issueToken: async (options) => (await import('./issue-token.ts')).issueToken(options),
  loadWorkspace: async (workspace) => (await import('./workspace.ts')).loadAccess(workspace),
}

function solutionFiles() {
  return import('./solution-files/index.ts')
}
