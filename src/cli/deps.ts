import type { Client, ClientOptions } from '#contract'
import type { CheckReport } from '#domain/check'
import type { Result } from '#domain/kernel'
import type { SolutionModel, Tier } from '#domain/solution'

/** Where output goes; colours only when it is a terminal. */
export interface Output {
  write(text: string): void
  readonly isTerminal: boolean
}

/** Everything the command line needs from outside; wired in app. */
export interface CliDeps {
  createClient(options: ClientOptions): Client | Promise<Client>
  readonly offline: OfflineCommands
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  readonly version: string
  /** Aborted by Ctrl-C: long-running commands then stop what they started and return. */
  readonly signal: AbortSignal
}

/** How a running server is reached, as `drover up` leaves it in the workspace. */
export interface WorkspaceAccess {
  readonly server: string
  readonly token: string
}

/** One line of progress of a long-running command, for people. */
export type Progress = (line: string) => void

export interface UpOptions {
  readonly workspace: string
  readonly host: string
  readonly port: number
  /** Undefined: where the local environments of this workspace were, or their usual port. */
  readonly emulatorPort: number | undefined
  readonly signal: AbortSignal
}

export interface EmulatorOptions {
  readonly data: string
  readonly host: string
  readonly port: number
  readonly signal: AbortSignal
}

export interface DemoOptions {
  /** Path of a solution zip; undefined: the sample of our own. */
  readonly solution: string | undefined
  /** Undefined: the sample's own tier, or 2 for a zip of the user's. */
  readonly tier: Tier | undefined
  readonly signal: AbortSignal
}

/** `sarif` is the report as a SARIF 2.1.0 log. */
export interface CheckedSolution {
  readonly report: CheckReport
  readonly sarif: unknown
}

/** What the command line does without a server. A "no" is a Refusal; breakage is thrown as DroverError. */
export interface OfflineCommands {
  inspectSolution(path: string): Promise<Result<SolutionModel>>
  checkSolution(path: string, tier: Tier): Promise<Result<CheckedSolution>>
  /** Resolves when `signal` aborts and everything it started has stopped. */
  up(options: UpOptions, progress: Progress): Promise<Result<void>>
  emulator(options: EmulatorOptions, progress: Progress): Promise<Result<void>>
  /** `summary` is what `--json` prints. */
  demo(options: DemoOptions, progress: Progress): Promise<Result<{ readonly summary: unknown }>>
  issueToken(options: {
    readonly workspace: string
    readonly person: string
    readonly hours: number
  }): Promise<Result<{ readonly token: string; readonly expiresAt: string }>>
  /** Undefined when no server was ever started in this workspace. */
  loadWorkspace(workspace: string): Promise<WorkspaceAccess | undefined>
}
