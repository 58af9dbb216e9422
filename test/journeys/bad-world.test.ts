import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { Digest } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Rehearsal } from '../support/product.ts'
import {
  governed,
  granted,
  issueTokenIn,
  localConfiguration,
  prepareRelease,
  startStack,
  testStage,
  toConfigurationFile,
} from '../support/product.ts'
import { runDrover } from '../support/run-drover.ts'
import { rehearseSample } from '../support/world-of-one.ts'

const dist = pathToFileURL(join(import.meta.dirname, '../../dist/')).href
const { startEmulator } = (await import(`${dist}emulator/index.js`)) as typeof import('../../src/emulator/index.ts')
const { emulatorOptions } = (await import(`${dist}app/local-platform.js`)) as typeof import('../../src/app/local-platform.ts')

const solution = 'ContosoInspection'
let folder: string
let stack: Awaited<ReturnType<typeof startStack>>
let environments: Awaited<ReturnType<typeof startEnvironments>>
let worker: ReturnType<typeof startWorker>
let run: Rehearsal

/** Environments that can be stopped and come back, as a real one may, and a worker that can be given less disk. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-bad-world-'))
  stack = await startStack({ hasWorker: false })
  worker = startWorker()
  environments = await startEnvironments(0)
  run = await rehearseSample({ ...stack.drover, platformUrl: environments.url })
})
afterAll(async () => {
  await worker?.stop()
  await environments?.close()
  await stack?.stop()
  await rm(folder, { recursive: true, force: true })
})

async function startEnvironments(port: number) {
  return startEmulator({ ...(await emulatorOptions(stack.drover.workspace, port)), dataDir: join(folder, 'environments') })
}

/** A worker as `drover up` runs it; `blocks` of 512 bytes are the most that it may write into one file. */
function startWorker(blocks?: number) {
  const entry = join(import.meta.dirname, '../support/dying-worker.mjs')
  const command = [
    process.execPath,
    '--disable-warning=DeprecationWarning',
    entry,
    JSON.stringify(stack.drover.workerStart),
    'none',
    'before',
  ]
  const [file, ...args] = blocks === undefined ? command : ['/bin/sh', '-c', `ulimit -f ${blocks} && exec "$@"`, 'sh', ...command]
  // What it logs are the very faults that are provoked here.
  const child = spawn(file ?? '', args, { stdio: 'ignore' })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  return {
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

interface Said {
  readonly code: string
  readonly message: string
  readonly hint: string
}

/** Runs a command as Ada, who may do it, and gives what a machine reads. */
async function command(args: readonly string[], token?: string) {
  const ran = await runDrover([...args, '--json'], {
    DROVER_SERVER: stack.drover.url,
    DROVER_TOKEN: token ?? (await stack.drover.issueToken('ada')),
  })
  const error = ran.stderr.trim() === '' ? undefined : (JSON.parse(ran.stderr) as { error: Said }).error
  return { code: ran.code, error, value: ran.stdout === '' ? undefined : (JSON.parse(ran.stdout) as unknown) }
}

async function post(path: string, body: string, token?: string) {
  const response = await fetch(`${stack.drover.url}/api/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token ?? (await stack.drover.issueToken('pat'))}`, 'content-type': 'application/json' },
    body,
  })
  const { error } = (await response.json()) as { error: Said & { reasons: readonly { subject: string; message: string }[] } }
  return { status: response.status, ...error }
}

async function ledgerLength(): Promise<number> {
  return granted(await (await run.as('ada')).verifyLedger()).entries
}

describe('what does not exist', () => {
  it.each([
    [['env', 'show', 'nowhere'], 'environment.unknown', 'nowhere'],
    [['release', 'show', 'r-nothing'], 'release.unknown', 'r-nothing'],
    [['release', 'create', 'Nothing'], 'solution.not-governed', 'Nothing'],
    [['promotion', 'show', 'p-nothing'], 'promotion.unknown', 'p-nothing'],
    [['promotion', 'request', 'r-nothing', '--to', 'test'], 'release.unknown', 'r-nothing'],
  ])('drover %j ends with 4, names it and says what to do', async (args, code, name) => {
    const before = await ledgerLength()
    const answer = await command(args)
    expect(answer.code).toBe(4)
    expect(answer.error).toMatchObject({ code, message: expect.stringContaining(name), hint: expect.stringMatching(/\w{3}/) })
    expect(await ledgerLength()).toBe(before)
  })

  it('a stage of no pipeline is unknown', async () => {
    const release = await prepareRelease(run, solution)
    const answer = await command(['promotion', 'request', release.id, '--to', 'nowhere'])
    expect([answer.code, answer.error?.code]).toEqual([4, 'stage.unknown'])
    expect(answer.error?.hint).toContain('test')
  })
})

describe('a token', () => {
  async function expired(): Promise<string> {
    return (await issueTokenIn(stack.drover.workspace.folder, { person: 'ada', hours: -1 })).token
  }

  async function wrong(): Promise<string> {
    return 'nonsense'
  }

  it.each([
    ['that is wrong', wrong, 'auth.token-invalid', 'copied whole'],
    ['that has expired', expired, 'auth.token-expired', 'new one'],
  ] as const)('%s has a code and a hint of its own, and the command line ends with 5', async (_what, make, code, hint) => {
    const token = await make()
    const answer = await post('releases', JSON.stringify({ solution }), token)
    expect([answer.status, answer.code]).toEqual([401, code])
    expect(answer.hint).toContain(hint)
    const ran = await command(['board'], token)
    expect(ran.code).toBe(5)
    expect(ran.error).toMatchObject({ message: answer.message, hint: answer.hint })
  })
})

describe('a request body', () => {
  it('that is no JSON is refused as invalid', async () => {
    const answer = await post('releases', '{"solution": ')
    expect([answer.status, answer.code]).toEqual([400, 'request.invalid'])
    expect(answer.hint).toContain('openapi')
  })

  it('that is too large is refused before it is read', async () => {
    const answer = await post('releases', JSON.stringify({ solution: 'x'.repeat(3_000_000) }))
    expect([answer.status, answer.code]).toEqual([413, 'request.too-large'])
  })
})

describe('an environment that is stopped', () => {
  it('is named; a release cannot be prepared from it, until it is back', async () => {
    await environments.close()
    const failed = await command(['release', 'create', solution, '--wait'])
    const { preparation, release } = failed.value as {
      preparation: { releaseId: string; status: Said; artifacts: unknown[] }
      release?: unknown
    }
    environments = await startEnvironments(environments.port)

    expect(failed.code).toBe(1)
    expect(preparation.status).toMatchObject({
      state: 'errored',
      code: 'dataverse.unreachable',
      hint: expect.stringContaining('environment'),
    })
    expect(preparation.status.message).toContain('Dev')
    expect([preparation.artifacts, release]).toEqual([[], undefined])
    expect(granted(await (await run.as('ada')).verifyLedger()).firstBroken).toBeUndefined()
    expect((await command(['release', 'create', solution, '--wait'])).code).toBe(0)
  })

  it('is named; nothing is promoted into it, and nothing of it is kept, until it is back', async () => {
    const release = await prepareRelease(run, solution)
    const before = await ledgerLength()
    await environments.close()
    const failed = await command(['promotion', 'request', release.id, '--to', 'test'])
    environments = await startEnvironments(environments.port)

    expect(failed.code).toBe(1)
    expect(failed.error).toMatchObject({ code: 'dataverse.unreachable', hint: expect.stringContaining('try again') })
    expect(failed.error?.message).toContain('Test')
    // Reading the tier of a release that was just sealed may come last.
    const { events } = granted(await (await run.as('ada')).listEvents({ after: before }))
    expect(events.filter(({ type }) => type !== 'tier-read').map(({ stream, type }) => `${stream} ${type}`)).toEqual([])
    const { promotions } = granted(await (await run.as('ada')).listPromotions())
    expect(promotions.filter((each) => each.releaseId === release.id)).toEqual([])

    expect((await command(['promotion', 'request', release.id, '--to', testStage, '--wait'])).code).toBe(0)
  })
})

describe('a full disk below the artifact store', () => {
  async function storedFiles(): Promise<readonly string[]> {
    const entries = await readdir(stack.drover.workspace.artifacts, { recursive: true, withFileTypes: true })
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
  }

  async function expectFull(): Promise<void> {
    const before = await storedFiles()
    const failed = await command(['release', 'create', solution, '--wait'])
    const { preparation } = failed.value as { preparation: { status: Said } }
    expect(preparation.status).toMatchObject({ state: 'errored', code: 'artifact-store.full', hint: expect.stringContaining('Free space') })
    expect(failed.code).toBe(1)
    expect(await storedFiles(), 'no part of an artifact is kept').toEqual(before)
  }

  it('by a limit on the size of files: nothing is half kept, and it works again when there is room', async (context) => {
    if (process.platform === 'win32') return context.skip('there is no ulimit here')
    await worker.stop()
    worker = startWorker(16)
    try {
      await expectFull()
    } finally {
      await worker.stop()
      worker = startWorker()
    }
    expect((await command(['release', 'create', solution, '--wait'])).code).toBe(0)
  })

  it('by a real disk that is too small: nothing is half kept, and it works again when there is room', async (context) => {
    const place = stack.drover.workspace.artifacts
    const mounted = spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=8k,mode=0700', 'tmpfs', place])
    if (mounted.status !== 0) return context.skip('a disk of a given size can be mounted by root only')
    try {
      await expectFull()
      expect(spawnSync('/bin/mount', ['-o', 'remount,size=16m', place]).status).toBe(0)
      expect((await command(['release', 'create', solution, '--wait'])).code).toBe(0)
    } finally {
      expect(spawnSync('/bin/umount', [place]).status).toBe(0)
    }
  })
})

describe('a configuration', () => {
  function proposal(tier: 1 | 2 = 2) {
    const solutions = [{ ...governed(run.material, tier), versioning: 'raise' as const }]
    return toConfigurationFile(localConfiguration({ platformUrl: environments.url, solutions }))
  }

  it('that is broken YAML is refused with the line', async () => {
    const answer = await post('configuration', JSON.stringify({ yaml: 'tenant: contoso\npeople:\n  - id: ada\n    name: [unclosed\n' }))
    expect([answer.status, answer.code]).toEqual([400, 'configuration.not-yaml'])
    expect(answer.reasons[0]?.message).toMatch(/line \d+, column \d+/)
  })

  it('with a secret in it is refused with line and path, and the secret is not said again', async () => {
    const secret = 'hunter2-canary'
    const yaml = stringify(proposal()).replace(/clientSecret:\n\s+file: .*/, `clientSecret: ${secret}`)
    expect(yaml).toContain(secret)
    const line = yaml.split('\n').findIndex((each) => each.includes(secret)) + 1
    const answer = await post('configuration', JSON.stringify({ yaml }))
    expect([answer.status, answer.code]).toEqual([400, 'configuration.invalid'])
    const reason = answer.reasons.find((each) => each.subject.includes('clientSecret'))
    expect(reason?.subject).toBe('environments[0].credentials.clientSecret')
    expect(reason?.message).toContain(`line ${line}`)
    expect(JSON.stringify(answer)).not.toContain(secret)
  })

  it('that lowers a tier needs a second platform administrator', async () => {
    const before = granted(await (await run.as('pat')).loadConfiguration()).version
    const lower = { configuration: proposal(1) }
    const alone = await post('configuration', JSON.stringify(lower))
    expect([alone.status, alone.code]).toEqual([409, 'configuration.needs-second-person'])
    expect(alone.reasons.map((reason) => `${reason.subject} ${reason.message}`).join()).toMatch(/ContosoInspection.*tier/i)
    const byMaker = await post('configuration', JSON.stringify(lower), await stack.drover.issueToken('ada'))
    expect(byMaker.code).toBe('configuration.not-authorised')
    expect(granted(await (await run.as('pat')).loadConfiguration()).version).toBe(before)
    const digest = toId<Digest>(alone.reasons.find((reason) => reason.subject === 'proposal')?.message ?? '')
    expect((await (await run.as('pat')).confirmConfiguration({ digest })).ok).toBe(false)
    expect((await (await run.as('paul')).confirmConfiguration({ digest })).ok).toBe(true)
  })
})
