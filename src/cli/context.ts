import type { Client } from '#contract'
import { DroverError } from '#domain/kernel'
import type { CommandContext } from './command.ts'
import type { CliDeps } from './deps.ts'
import { createProgressBar } from './render/progress.ts'
import { readableText } from './render/words.ts'

/** What one run of a command sees. */
export function createContext({
  args,
  options,
  deps,
  isJson,
}: {
  readonly args: readonly string[]
  readonly options: Readonly<Record<string, unknown>>
  readonly deps: CliDeps
  readonly isJson: boolean
}): CommandContext {
  /** Commander keeps --emulator-port as emulatorPort. */
  function given(name: string): unknown {
    return options[name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())]
  }
  function option(name: string): string | undefined {
    const value = given(name)
    return typeof value === 'string' ? value : undefined
  }
  function required(value: string | undefined, what: string): string {
    if (value === undefined) throw new DroverError('cli.usage', `${what} is missing.`, { hint: 'Run it with --help to see what it takes.' })
    return value
  }
  const workspace = option('workspace') ?? filled(deps.env['DROVER_WORKSPACE']) ?? '.drover'
  return {
    deps,
    workspace,
    argument: (index) => required(args[index], `Argument ${index + 1}`),
    optionalArgument: (index) => args[index],
    rest: (index) => args.slice(index),
    option,
    list: (name) => listOf(given(name)),
    requiredOption: (name) => required(option(name), `--${name}`),
    numberOption: (name) => wholeNumber(name, option(name)),
    flag: (name) => given(name) === true,
    server: () => findServer({ deps, workspace, server: option('server') }),
    client: () => openClient({ deps, workspace, server: option('server'), token: option('token') }),
    progress: (line) => {
      if (!isJson) deps.stderr.write(`${readableText(line)}\n`)
    },
    progressBar: (verb) =>
      createProgressBar(verb, { ...deps.stderr, isTerminal: deps.stderr.isTerminal && !isJson && !isCi(deps) }, Date.now),
  }
}

/** Commander keeps what may be given more than once as a list of texts. */
function listOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : []
}

/** From the command line, else the environment, else what `drover up` left in the workspace. */
async function openClient({
  deps,
  workspace,
  server,
  token,
}: {
  readonly deps: CliDeps
  readonly workspace: string
  readonly server: string | undefined
  readonly token: string | undefined
}): Promise<Client> {
  const wantedServer = server ?? filled(deps.env['DROVER_SERVER'])
  const wantedToken = token ?? filled(deps.env['DROVER_TOKEN'])
  const access = wantedServer === undefined || wantedToken === undefined ? await deps.offline.loadWorkspace(workspace) : undefined
  const baseUrl = checkServer(wantedServer ?? access?.server, workspace)
  // The workspace's token is for the workspace's server; another server must not be shown it.
  const bearer = wantedToken ?? (wantedServer === undefined || wantedServer === access?.server ? access?.token : undefined)
  if (bearer === undefined) {
    throw new DroverError('cli.no-token', `There is no token for ${baseUrl}.`, {
      hint: 'Give one with --token or DROVER_TOKEN; `drover token issue --person <id>` makes one.',
    })
  }
  return deps.createClient({ baseUrl, token: bearer })
}

async function findServer({
  deps,
  workspace,
  server,
}: {
  readonly deps: CliDeps
  readonly workspace: string
  readonly server: string | undefined
}): Promise<string> {
  const wanted = server ?? filled(deps.env['DROVER_SERVER'])
  return checkServer(wanted ?? (await deps.offline.loadWorkspace(workspace))?.server, workspace)
}

function checkServer(baseUrl: string | undefined, workspace: string): string {
  if (baseUrl === undefined) {
    throw new DroverError('api.unreachable', `No Drover server is named, and none was started in ${workspace}.`, {
      hint: 'Start one with `drover up`, or name one with --server or DROVER_SERVER.',
    })
  }
  if (URL.canParse(baseUrl)) return baseUrl
  throw new DroverError('cli.usage', `"${baseUrl}" is not an address.`, { hint: 'Write one such as http://127.0.0.1:4600.' })
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new DroverError('cli.usage', `--${name} takes a whole number, not "${text}".`, { hint: 'Run it with --help to see what it takes.' })
}

/** Logs of a build show each rewriting of a line. */
function isCi(deps: CliDeps): boolean {
  return filled(deps.env['CI']) !== undefined && deps.env['CI'] !== 'false'
}

function filled(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}
