import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createClient } from '#contract'
import { accept, DroverError, refuse } from '#domain/kernel'
import { sampleYaml } from '../../test/web/sample-configuration.ts'
import { startServer, type TestServer } from '../../test/web/start-server.ts'
import { parts } from './commands/groups.ts'
import { commands } from './commands/registry.ts'
import type { CliDeps, OfflineCommands } from './deps.ts'
import { runCli } from './run.ts'

let server: TestServer
let folder: string

beforeEach(async () => {
  server = await startServer()
  folder = await mkdtemp(join(tmpdir(), 'drover-cli-'))
})

afterEach(async () => {
  await server.app.close()
  await rm(folder, { recursive: true, force: true })
})

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

interface World {
  readonly env?: CliDeps['env']
  readonly offline?: Partial<OfflineCommands>
  readonly isTerminal?: boolean
  readonly signal?: AbortSignal
}

async function drover(line: string | readonly string[], world: World = {}): Promise<Ran> {
  let out = ''
  let err = ''
  const isTerminal = world.isTerminal ?? false
  const code = await runCli(typeof line === 'string' ? line.split(' ') : line, {
    createClient,
    offline: { ...offline, ...world.offline },
    stdout: { write: (text) => void (out += text), isTerminal },
    stderr: { write: (text) => void (err += text), isTerminal },
    env: world.env ?? { DROVER_SERVER: server.url, DROVER_TOKEN: 'token-ada' },
    version: '0.1.0',
    signal: world.signal ?? new AbortController().signal,
  })
  return { code, out, err }
}

function unexpected(): never {
  throw new Error('This test does not expect that call.')
}

const offline: OfflineCommands = {
  unpackSolution: unexpected,
  packSolution: unexpected,
  diffSolutions: unexpected,
  inspectSolution: unexpected,
  checkSolution: unexpected,
  checkConfigurationData: unexpected,
  loadConditions: async () => ({ check: () => undefined }),
  up: unexpected,
  emulator: unexpected,
  changeEnvironment: unexpected,
  demo: unexpected,
  readAnchor: unexpected,
  verifyPack: unexpected,
  issueToken: unexpected,
  loadWorkspace: async () => undefined,
}

describe('the policy', () => {
  it('is printed as a document that another command takes', async () => {
    const shown = await drover('policy show --yaml')
    expect([shown.code, shown.out.includes('reviewWindowHours:'), shown.out.includes('changeClasses:')]).toEqual([0, true, true])
    const file = join(await mkdtemp(join(tmpdir(), 'drover-policy-')), 'policy.yaml')
    await writeFile(file, shown.out)
    const tested = await drover(`policy test ${file} --since 2026-01-01 --json`)
    expect([tested.code, JSON.parse(tested.out)]).toMatchObject([0, { promotions: [], sums: { promotions: 0 } }])
    await writeFile(file, 'tiers: { 3: { reviewWindowHours: soon } }')
    const refused = await drover(`policy test ${file}`)
    expect([refused.code, refused.err.includes('a number of hours')]).toEqual([3, true])
  })
})

describe('exit codes', () => {
  it('0: done, with the result on stdout only', async () => {
    const ran = await drover('board')
    expect([ran.code, ran.err]).toEqual([0, ''])
    expect(ran.out).toContain('Contoso main line')
  })

  it('1: something broke', async () => {
    server.engine.failWith = new Error('inside')
    expect((await drover('config show')).code).toBe(1)
  })

  it('2: the command line was wrong, and says how', async () => {
    for (const line of [
      'nix',
      'board --nix',
      'promotion',
      'promotion request r-1',
      'ledger list --after x',
      'promotion approve p-prod --gate nix',
      'release show',
      'board extra',
    ]) {
      const ran = await drover(line)
      expect([line, ran.code, ran.out]).toEqual([line, 2, ''])
      expect(ran.err).toContain('cli.usage')
    }
  })

  it('3: a rule said no, with each reason and what to do', async () => {
    const ran = await drover('promotion request r-1 --to test')
    expect(ran.code).toBe(3)
    expect(ran.err).toBe(
      '✖ Settings are missing for Test. [promotion.settings-incomplete]\n  - contoso_ApiUrl: has no value\n→ Add them to drover.yaml.\n',
    )
  })

  it('4: what was named does not exist', async () => {
    for (const line of [
      'promotion show p-nix',
      'release show r-nix',
      'env show nix',
      'promotion request r-1 --to nix',
      'config validate nix.yaml',
      'release create Nix',
    ]) {
      expect([line, (await drover(line)).code]).toEqual([line, 4])
    }
  })

  it('5: no server, no token, or one that is not accepted', async () => {
    expect((await drover('board', { env: {} })).code).toBe(5)
    expect((await drover('board', { env: { DROVER_SERVER: server.url } })).code).toBe(5)
    expect((await drover('board', { env: { DROVER_SERVER: server.url, DROVER_TOKEN: 'expired' } })).code).toBe(5)
    const ran = await drover('board --server http://127.0.0.1:9')
    expect([ran.code, ran.err]).toEqual([5, expect.stringContaining('drover up')])
  })

  it('6: not finished in time', async () => {
    const ran = await drover('promotion request r-1 --to prod --wait --timeout 0')
    expect([ran.code, ran.err]).toEqual([6, expect.stringContaining('waits for approval')])
  })
})

describe('--json', () => {
  it('prints exactly one JSON value on stdout', async () => {
    for (const line of [
      'board',
      'promotion list',
      'promotion show p-prod',
      'release list',
      'release show r-1',
      'env list',
      'env show prod',
      'ledger list',
      'ledger verify',
      'config show',
      'config schema',
      'release create ContosoExpenses --wait',
    ]) {
      const ran = await drover(`${line} --json`)
      expect([line, ran.code, ran.err]).toEqual([line, 0, ''])
      expect(JSON.parse(ran.out)).toBeTypeOf('object')
    }
  })

  it('prints errors as JSON on stderr and nothing on stdout', async () => {
    for (const line of ['promotion request r-1 --to test', 'promotion show p-nix', 'nix', 'board --server http://127.0.0.1:9']) {
      const ran = await drover(`${line} --json`)
      expect(ran.out).toBe('')
      expect(JSON.parse(ran.err)).toEqual({
        error: { code: expect.any(String), message: expect.any(String), hint: expect.any(String), reasons: expect.any(Array) },
      })
    }
  })
})

describe('colours', () => {
  const escape = '\u001b['

  it('come only on a terminal, and not with NO_COLOR', async () => {
    const env = { DROVER_SERVER: server.url, DROVER_TOKEN: 'token-ada' }
    expect((await drover('promotion show p-prod')).out).not.toContain(escape)
    expect((await drover('promotion show p-prod', { isTerminal: true, env })).out).toContain(escape)
    expect((await drover('promotion show p-prod', { isTerminal: true, env: { ...env, NO_COLOR: '1' } })).out).not.toContain(escape)
  })
})

describe('help', () => {
  it('tells each command in words, with an example and its exit codes', async () => {
    for (const spec of commands) {
      const ran = await drover([...spec.path, '--help'])
      expect([spec.path.join(' '), ran.code]).toEqual([spec.path.join(' '), 0])
      expect(ran.out).toContain(`$ ${spec.examples[0]?.command ?? 'an example is missing'}`)
      expect(ran.out).toContain('Exit codes:')
      expect(ran.out).toContain('--json')
    }
  })

  it('lists every command or its group', async () => {
    expect((await drover('help promotion request')).out).toBe((await drover('promotion request --help')).out)
    expect(commands.map(({ path }) => path[0]).filter((name) => !Object.values(parts).flat().includes(name))).toEqual([])
    const ran = await drover('--help')
    for (const spec of commands) expect(ran.out).toContain(`  ${spec.path[0]}`)
  })

  it('gives examples of the command itself', () => {
    for (const spec of commands) {
      for (const example of spec.examples) expect(example.command).toContain(`drover ${spec.path.join(' ')}`)
    }
  })
})

describe('promotions', () => {
  it('show gates with ✔ and ○ and their reasons', async () => {
    const ran = await drover('promotion show p-prod')
    expect(ran.out).toContain('  ✔ checks\n')
    expect(ran.out).toContain('  ○ approval\n      grace: has not decided yet')
    expect(ran.out).toContain('delete Column contoso_OldTotal')
    expect(ran.out).toContain('(unknown)')
  })

  it('are approved at the only gate that waits, without naming it', async () => {
    const ran = await drover(['promotion', 'approve', 'p-prod', '--comment', 'Tested'], {
      env: { DROVER_SERVER: server.url, DROVER_TOKEN: 'token-grace' },
    })
    expect(ran.code).toBe(0)
    expect(ran.out).toContain('running')
  })

  it('are not approved by their requester: the server says why', async () => {
    const ran = await drover('promotion approve p-prod')
    expect([ran.code, ran.err]).toEqual([3, expect.stringContaining('approval.own-request')])
  })

  it('say what changed since, and what an owner has to let go, who then does', async () => {
    server.engine.renew('p-prod')
    const env = { DROVER_SERVER: server.url, DROVER_TOKEN: 'token-grace' }
    const shown = await drover('promotion show p-prod', { env })
    expect(shown.out).toContain('It is now destroyed too.')
    expect(shown.out).toContain(
      'drover promotion acknowledge p-prod --loss Attribute:contoso_expense.contoso_oldtotal --ceiling 1204 --comment',
    )
    const line = 'promotion acknowledge p-prod --loss Attribute:contoso_expense.contoso_oldtotal --ceiling 1300 --days 7 --comment Archived'
    expect((await drover(line, { env })).code).toBe(0)
    expect(server.engine.acknowledged('p-prod')).toMatchObject([{ by: 'grace', ceiling: 1300, comment: 'Archived' }])
    expect((await drover(line.replace('1300', 'many'), { env })).code).toBe(2)
  })

  it('are approved after their plan changed only by who names the plan that is there now', async () => {
    server.engine.renew('p-prod')
    const env = { DROVER_SERVER: server.url, DROVER_TOKEN: 'token-grace' }
    const blind = await drover('promotion approve p-prod', { env })
    expect([blind.code, blind.err]).toEqual([3, expect.stringContaining('It is now destroyed too.')])
    const [, seen = ''] = /--seen (\S+)/.exec((await drover('promotion show p-prod', { env })).out) ?? []
    expect((await drover(`promotion approve p-prod --seen ${'a'.repeat(12)}`, { env })).code).toBe(3)
    expect((await drover(`promotion approve p-prod --seen ${seen.slice(0, 4)}`, { env })).code).toBe(3)
    expect(await drover(`promotion approve p-prod --seen ${seen}`, { env })).toMatchObject({ code: 0 })
  })

  it('are rejected only with a comment', async () => {
    expect((await drover('promotion reject p-prod')).code).toBe(2)
  })
})

describe('lists', () => {
  it.each(['release', 'promotion'])('of %ss say how to go on after a page, until there is no more', async (word) => {
    const first = await drover(`${word} list --limit 1`)
    expect(first.out.trimEnd().split('\n')).toHaveLength(3)
    const next = /More follow: drover (.+)$/m.exec(first.out)?.[1] ?? ''
    expect(next).toMatch(`${word} list --after `)
    const second = await drover(next)
    expect(second.out.trimEnd().split('\n')).toHaveLength(2)
    expect(second.out).not.toContain('More follow')
  })

  it('refuse a limit that no page has', async () => {
    expect((await drover('release list --limit many')).code).toBe(2)
    expect((await drover('release list --limit 0')).err).toContain('limit')
  })
})

describe('configuration', () => {
  it('is validated without a server, by line and path', async () => {
    const file = join(folder, 'drover.yaml')
    await writeFile(file, sampleYaml.replace('careClass: pet', 'careClass: dog'))
    const ran = await drover(['config', 'validate', file], { env: {} })
    expect([ran.code, ran.err]).toEqual([3, expect.stringContaining('environments[2].careClass: line 24, column 16')])
  })

  it('that is shown can be applied again', async () => {
    const file = join(folder, 'drover.yaml')
    const told = 'what is in force since 2026-11-02T09:00:00.000Z'
    await writeFile(file, sampleYaml.replace(/^tenant: .*$/m, `tenant: ${told}`))
    expect((await drover(['config', 'apply', file])).err).toBe('')
    await writeFile(file, (await drover('config show')).out)
    expect(await readFile(file, 'utf8')).toContain(told)
    const ran = await drover(['config', 'apply', file])
    expect([ran.err, ran.code]).toEqual(['', 0])
    expect(ran.out).toMatch(/Version \d+ of the configuration is in force/)
  })
})

describe('offline commands', () => {
  it('write SARIF and exit 3 when the verdict is fail', async () => {
    const report = {
      solution: 'X',
      version: '1.0',
      rules: ['STR-06'],
      findings: [],
      counts: { critical: 1, high: 0, medium: 0, low: 0, informational: 0 },
      verdict: 'fail',
      failsFrom: 'critical',
    } as const
    const sarif = join(folder, 'x.sarif')
    const ran = await drover(['solution', 'check', 'x.zip', '--tier', '3', '--sarif', sarif, '--json'], {
      offline: {
        checkSolution: async (path, tier) => accept({ report: { ...report, solution: `${path} ${tier}` }, sarif: { version: '2.1.0' } }),
      },
    })
    expect([ran.code, JSON.parse(ran.out).solution]).toEqual([3, 'x.zip 3'])
    expect(JSON.parse(await readFile(sarif, 'utf8'))).toEqual({ version: '2.1.0' })
  })

  it('print a token and nothing else, so that a shell can take it', async () => {
    const ran = await drover('token issue --person ada --workspace w', {
      offline: {
        issueToken: async ({ workspace, person, hours }) =>
          accept({ token: `${workspace}.${person}.${hours}`, tokenId: 't-1', expiresAt: '' }),
      },
    })
    expect([ran.code, ran.out]).toEqual([0, 'w.ada.8\n'])
  })

  it('hand a refusal of the demo on as exit 3', async () => {
    const ran = await drover('demo x.zip --tier 4', {
      offline: { demo: async ({ tier }) => refuse('TIER-04', `Tier ${tier} needs a CAB.`, 'Ask them.') },
    })
    expect([ran.code, ran.err]).toEqual([3, expect.stringContaining('Tier 4 needs a CAB.')])
  })

  it('call a file that is no solution refused, not broken', async () => {
    const ran = await drover('solution inspect x.zip', {
      offline: { inspectSolution: () => Promise.reject(new DroverError('solution.not-a-zip', 'x.zip is not a zip.')) },
    })
    expect(ran.code).toBe(3)
  })

  it('stop when they are told to', async () => {
    const stop = new AbortController()
    const ran = await drover('up --port 0', {
      signal: stop.signal,
      offline: {
        up: async ({ signal }) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => resolve(accept(undefined)))
            stop.abort()
          }),
      },
    })
    expect(ran.code).toBe(0)
  })

  it('say in one line of JSON how they are reached, while they run', async () => {
    const ready = { url: 'http://a', environmentsUrl: 'http://b', signIn: [{ person: 'ada', name: 'Ada', url: 'http://a/#token=x' }] }
    const offline: Partial<OfflineCommands> = {
      up: async (_options, progress, tell) => {
        progress('database ready')
        tell(ready)
        return accept(undefined)
      },
    }
    expect(await drover('up --json', { offline })).toEqual({ code: 0, out: `${JSON.stringify(ready)}\n`, err: '' })
    expect((await drover('up', { offline })).err).toContain('sign in as Ada: http://a/#token=x')
  })
})

describe('the workspace', () => {
  it('lends its token to its own server only', async () => {
    const other = await startServer()
    const loadWorkspace = async () => ({ server: server.url, token: 'token-ada' })
    expect((await drover('board', { env: {}, offline: { loadWorkspace } })).code).toBe(0)
    const ran = await drover(`board --server ${other.url}`, { env: {}, offline: { loadWorkspace } })
    await other.app.close()
    expect([ran.code, ran.err]).toEqual([5, expect.stringContaining('cli.no-token')])
  })
})
