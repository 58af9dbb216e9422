import { GitError, type SimpleGit, simpleGit } from 'simple-git'
import { DroverError, errorMessage } from '#domain/kernel'

/** Runs git in one repository. Identity, signing and hooks come from here and never from the user's settings. */
export interface GitCommand {
  /** Standard output without the final line break. */
  run(args: readonly string[], more?: GitRun): Promise<string>
  /** `git cat-file` with its output as it is. */
  readObjects(args: readonly string[], more?: GitRun): Promise<Uint8Array>
}

export interface GitRun {
  readonly input?: string
  /** Index file to work on instead of the repository's own. */
  readonly indexFile?: string
  /** Who wrote the change; the committer is always Drover. */
  readonly author?: { readonly name: string; readonly email: string }
  /** Talks to a remote: then the user's own settings count, since they hold proxies and credential helpers. */
  readonly isRemote?: boolean
}

const committer = { name: 'Drover', email: 'drover@drover.invalid' }

/** Without hooks, whoever installed them, and with file contents exactly as given. */
const settings = ['core.hooksPath=/dev/null', 'core.autocrlf=false', 'commit.gpgSign=false', 'tag.gpgSign=false', 'gc.auto=0']

const ownVariables = [
  'GIT_DIR',
  'GIT_INDEX_FILE',
  'GIT_AUTHOR_NAME',
  'GIT_AUTHOR_EMAIL',
  'GIT_COMMITTER_NAME',
  'GIT_COMMITTER_EMAIL',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_TERMINAL_PROMPT',
]

/** Variables by which users say how a remote is reached. */
const remoteVariables = ['GIT_SSH', 'GIT_SSH_COMMAND', 'GIT_ASKPASS', 'SSH_ASKPASS', 'GIT_SSL_CAINFO', 'GIT_SSL_NO_VERIFY']

export function createGitCommand(folder: string, gitDir: string | undefined): GitCommand {
  return {
    run: (args, more = {}) => orFailure(args, () => open(folder, gitDir, more).raw([...args])),
    readObjects: async (args, more = {}) => {
      // simple-git types the bytes as anything.
      const bytes = (await orFailure(args, () => open(folder, gitDir, more).binaryCatFile([...args]))) as Uint8Array
      return bytes
    },
  }
}

function open(folder: string, gitDir: string | undefined, more: GitRun): SimpleGit {
  const git = simpleGit({
    baseDir: folder,
    config: settings,
    trimmed: true,
    completion: { onClose: true, onExit: false },
    allowEnvironment: more.isRemote === true ? [...ownVariables, ...remoteVariables] : ownVariables,
    // Hooks path and configuration files are set by us, to switch the user's off; the others are how users reach their remotes.
    unsafe: { allowUnsafeHooksPath: true, allowUnsafeConfigPaths: true, allowUnsafeSshCommand: true, allowUnsafeAskPass: true },
    // By itself simple-git takes a failure without words for a success.
    errors: (error, { exitCode, stdErr }) => (exitCode === 0 ? undefined : (error ?? failureText(stdErr, exitCode))),
    ...(more.input === undefined ? {} : { input: () => more.input }),
  })
  return git.env(environmentFor(gitDir, more))
}

async function orFailure<T>(args: readonly string[], work: () => Promise<T> | PromiseLike<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw gitFailure(error, args)
  }
}

function environmentFor(gitDir: string | undefined, more: GitRun): Record<string, string> {
  const author = more.author ?? committer
  return {
    ...inheritedVariables(more.isRemote === true),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_COMMITTER_NAME: committer.name,
    GIT_COMMITTER_EMAIL: committer.email,
    ...(more.isRemote === true ? {} : { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }),
    ...(gitDir === undefined ? {} : { GIT_DIR: gitDir }),
    ...(more.indexFile === undefined ? {} : { GIT_INDEX_FILE: more.indexFile }),
  }
}

function failureText(stdErr: readonly Buffer[], exitCode: number): Buffer {
  const said = Buffer.concat(stdErr)
  return said.length > 0 ? said : Buffer.from(`exit code ${exitCode}`)
}

/** simple-git refuses variables that name programs or settings; none of them is needed here, but for reaching a remote. */
function inheritedVariables(isRemote: boolean): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env)) {
    const isGuarded = /^(git_.*|editor|visual|pager|prefix|ssh_askpass)$/i.test(name)
    if (value !== undefined && (!isGuarded || (isRemote && remoteVariables.includes(name)))) kept[name] = value
  }
  return kept
}

function gitFailure(error: unknown, args: readonly string[]): DroverError {
  const text = errorMessage(error)
  if (text.includes('ENOENT') && text.includes('spawn')) {
    return new DroverError('source-control.git-missing', 'git is not installed on this machine, or not on the PATH.', {
      hint: 'Install git 2.30 or newer (https://git-scm.com/downloads), then try again.',
      cause: error,
    })
  }
  const said = error instanceof GitError ? text.trim() : text
  return new DroverError('source-control.failed', `git ${args[0] ?? ''} failed: ${said}`, {
    hint: 'Read what git says; nothing was recorded.',
    cause: error,
  })
}
