import type { Client, ClientOptions } from '#contract'
import type { CheckReport } from '#domain/check'
import type { SolutionDifference } from '#domain/difference'
import type { PackFinding, SignedHead } from '#domain/evidence'
import type { Reason, Result } from '#domain/kernel'
import type { AccessScope } from '#domain/people'
import type { Conditions } from '#domain/policy'
import type { Tier } from '#domain/solution'
import type { InspectedSolution } from './render/solution.ts'

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
  /** How fast the time of the local environments goes: 1 as at the service. */
  readonly clockScale: number
  readonly signal: AbortSignal
}

/** How a started Drover is reached. */
export interface UpReady {
  readonly url: string
  /** Of the local environments. */
  readonly environmentsUrl: string
  /** Addresses of the page that sign somebody in; each holds a token. */
  readonly signIn: readonly { readonly person: string; readonly name: string; readonly url: string }[]
}

export interface EmulatorOptions {
  readonly data: string
  readonly host: string
  readonly port: number
  /** To make when they are absent, each with its kind if one was given; undefined: those that are there, or dev, test and prod in a new folder. */
  readonly environments: readonly { readonly name: string; readonly kind?: string }[] | undefined
  /** What new environments are made of; undefined: plain Dataverse. */
  readonly template: string | undefined
  /** Path of a file. */
  readonly faults: string | undefined
  /** How much faster than that of the service time goes. */
  readonly clockScale: number
  readonly isLimited: boolean
  readonly signal: AbortSignal
}

/** How local environments are reached. Secrets are in files and never told. */
export interface EmulatorReady {
  readonly url: string
  readonly environments: readonly { readonly name: string; readonly url: string }[]
  readonly signIn: {
    readonly tokenUrl: string
    /** With the environment's address in the place of the braces. */
    readonly scope: string
    readonly clients: readonly { readonly name: string; readonly clientId: string; readonly clientSecretFile: string }[]
  }
  readonly control: { readonly url: string; readonly secretFile: string }
}

/** What is done with one environment of a folder, whether an emulator runs there or not. */
export interface EnvironmentChange {
  readonly data: string
  /** Where the emulator of the folder listens, when one runs. */
  readonly host: string
  readonly environment: string
  readonly what:
    | { readonly kind: 'reset' }
    | { readonly kind: 'snapshot'; readonly out: string }
    | { readonly kind: 'restore'; readonly from: string }
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

/** What is in a package of configuration data. */
export interface CheckedConfigurationData {
  /** In the order of loading. */
  readonly tables: readonly {
    readonly table: string
    readonly rows: number
    readonly deletes: number
    readonly changedInTarget: 'keep' | 'overwrite'
  }[]
  /** Rows that it points to and does not hold, with the columns that they are found by. */
  readonly outside: readonly { readonly table: string; readonly id: string; readonly key?: readonly string[] }[]
  /** What keeps it from being used. */
  readonly problems: readonly Reason[]
  /** What of it is not brought. */
  readonly notes: readonly Reason[]
}

export type PackageTypeName = 'unmanaged' | 'managed' | 'both'

/** Told now and then how many files are done; of how many, where that is known. */
export type Tell = (done: number, total?: number) => void

/** How a solution is read. */
export interface ReadOptions {
  /** Most that it may hold, unpacked; undefined: the limits for solution files. */
  readonly maxBytes: number | undefined
  /** Which solution of a folder that holds several, in the YAML layout; undefined: its only one. */
  readonly solution: string | undefined
}

export interface CheckOptions extends ReadOptions {
  /** Text of a policy document or a drover.yaml, whose policy judges; undefined: the shipped one does. */
  readonly policy: string | undefined
}

export interface UnpackRequest extends ReadOptions {
  readonly zip: string
  /** Folder to write. */
  readonly out: string
  /** Undefined: what the zip is. */
  readonly type: PackageTypeName | undefined
  /** The managed zip of `both`; undefined: beside the other. */
  readonly managed: string | undefined
  readonly layout: 'xml' | 'yaml'
  /** May an unpacked solution in `out` be replaced? */
  readonly isClean: boolean
  /** Also copies of the sources of canvas apps, for reviewers. */
  readonly withCanvasSources: boolean
  readonly map: string | undefined
  readonly signal: AbortSignal
}

export interface PackRequest extends ReadOptions {
  readonly folder: string
  /** Zip to write. */
  readonly out: string
  /** Undefined: what the folder holds, unmanaged when it holds both. */
  readonly type: PackageTypeName | undefined
  readonly version: string | undefined
  readonly map: string | undefined
  readonly signal: AbortSignal
}

/** Something odd that is no reason to stop. */
export interface SolutionWarning {
  readonly code: string
  readonly message: string
  readonly path?: string
}

export interface UnpackReport {
  readonly solution: string
  readonly version: string
  readonly type: PackageTypeName
  readonly layout: 'xml' | 'yaml'
  readonly folder: string
  readonly files: number
  readonly bytes: number
  /** There was something that the layout has no place for. */
  readonly isCarrying: boolean
  readonly warnings: readonly SolutionWarning[]
}

export interface PackReport {
  readonly zips: readonly {
    readonly path: string
    readonly type: 'unmanaged' | 'managed'
    readonly files: number
    readonly bytes: number
  }[]
  readonly warnings: readonly SolutionWarning[]
}

/** `open`: nothing is wrong, and an anchor that it was to be held against says nothing about it. */
export interface PackVerdict {
  readonly verdict: 'holds' | 'open' | 'failed'
  readonly findings: readonly PackFinding[]
  readonly neverProvable: readonly string[]
}

/** What the command line does without a server. A "no" is a Refusal; breakage is thrown as DroverError. */
export interface OfflineCommands {
  unpackSolution(request: UnpackRequest, tell: Tell): Promise<UnpackReport>
  packSolution(request: PackRequest, tell: Tell): Promise<PackReport>
  diffSolutions(before: string, after: string, options: ReadOptions): Promise<SolutionDifference>
  inspectSolution(path: string, options: ReadOptions): Promise<Result<InspectedSolution>>
  checkSolution(path: string, tier: Tier, options: CheckOptions): Promise<Result<CheckedSolution>>
  checkConfigurationData(path: string): Promise<CheckedConfigurationData>
  /** What says what is wrong with a condition of the policy. */
  loadConditions(): Promise<Pick<Conditions, 'check'>>
  /** Resolves when `signal` aborts and everything it started has stopped. */
  /** Resolves when it was stopped; tells once that requests are answered. */
  up(options: UpOptions, progress: Progress, tell: (ready: UpReady) => void): Promise<Result<void>>
  /** As `up`. */
  emulator(options: EmulatorOptions, tell: (ready: EmulatorReady) => void): Promise<Result<void>>
  /** `isRunning` says whether a running emulator did it. */
  changeEnvironment(change: EnvironmentChange): Promise<{ readonly isRunning: boolean }>
  /** `summary` is what `--json` prints. */
  demo(options: DemoOptions, progress: Progress): Promise<Result<{ readonly summary: unknown }>>
  issueToken(options: {
    readonly workspace: string
    readonly person: string
    readonly hours: number
    readonly scopes?: readonly AccessScope[]
    readonly environments?: readonly string[]
    readonly solutions?: readonly string[]
  }): Promise<Result<{ readonly token: string; readonly tokenId: string; readonly expiresAt: string }>>
  /** Signed heads from a file, from tags of a repository, or as they are; throws when there is none. */
  readAnchor(given: string): Promise<readonly SignedHead[]>
  /** Verifies a pack of evidence; `publicKey` is the path of a PEM file. */
  verifyPack(options: {
    readonly pack: string
    readonly anchors: readonly string[]
    readonly publicKey: string | undefined
  }): Promise<PackVerdict>
  /** Undefined when no server was ever started in this workspace. */
  loadWorkspace(workspace: string): Promise<WorkspaceAccess | undefined>
}
