import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ReleaseId, StageId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { SettingValue } from '#domain/settings'
import { readRows } from '../support/dataverse.ts'
import type { EchoingProxy } from '../support/echoing-proxy.ts'
import { startEchoingProxy } from '../support/echoing-proxy.ts'
import type { Haystack } from '../support/haystacks.ts'
import {
  dumpDatabases,
  findNeedles,
  readArtifacts,
  readCommandLines,
  readDoors,
  readGitObjects,
  readWorkspace,
} from '../support/haystacks.ts'
import type { PrintingStack } from '../support/printing-stack.ts'
import { startPrintingStack } from '../support/printing-stack.ts'
import type { Rehearsal } from '../support/product.ts'
import {
  approveAll,
  createRehearsal,
  governed,
  granted,
  loadMaterial,
  localConfiguration,
  prepareEnvironments,
  prepareRelease,
  productionStage,
  promote,
  testStage,
} from '../support/product.ts'
import { applyByTwo, awaitEnd } from '../support/world-of-one.ts'

/** What is searched for: letters and digits only, so that no way of writing it down can hide it. */
const cores = {
  deployer: core(),
  maker: core(),
  emulatorAdmin: core(),
  wrongClientSecret: core(),
  testMailbox: core(),
  testSubject: core(),
  prodMailbox: core(),
  prodSubject: core(),
}

/** The secret itself has characters that JSON, XML, URLs and shells each write in a way of their own. */
const secrets = Object.fromEntries(Object.entries(cores).map(([name, text]) => [name, `${text} "&<é>'%\\`])) as typeof cores

const byVariable = (variable: string): SettingValue => ({ secret: { kind: 'environment', variable } })
const byFile = (path: string): SettingValue => ({ secret: { kind: 'file', path } })
const valuesByReference = {
  test: { contoso_InspectionMailbox: byVariable('CANARY_TEST_MAILBOX'), contoso_MailSubject: byFile('secrets/test-subject') },
  prod: { contoso_InspectionMailbox: byVariable('CANARY_PROD_MAILBOX'), contoso_MailSubject: byFile('secrets/prod-subject') },
}

/** Where something could have been left, and a text that certainly is there: a search that does not find it would find no secret either. */
const places = {
  database: 'ContosoInspection',
  'files of the workspace': 'contoso_InspectionMailbox',
  'git objects': 'contoso_InspectionMailbox',
  artifacts: 'contoso_InspectionMailbox',
  'printed by the processes': 'worker ready',
  'command lines': 'stack-process.mjs',
  page: '<div id="root">',
  'replies of the API': 'CANARY_PROD_MAILBOX',
  'refusals and errors': 'secrets/gone',
} as const
type Place = keyof typeof places

describe('a secret that is only referred to', () => {
  let folder: string
  let stack: PrintingStack
  let run: Rehearsal
  let proxy: EchoingProxy
  /** How each failure that was provoked ended, by what it was. */
  const ends: Record<string, string> = {}
  const said: string[] = []
  const needles: Record<string, string> = { ...cores }
  const left: Partial<Record<Place, readonly Haystack[]>> = {}

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drover-canary-'))
    await plantFiles()
    stack = await startPrintingStack(folder, { CANARY_TEST_MAILBOX: secrets.testMailbox, CANARY_PROD_MAILBOX: secrets.prodMailbox })
    proxy = await startEchoingProxy(stack.drover.platformUrl)
    const material = await loadMaterial(undefined)
    if (!material.ok) throw new Error(material.refusal.message)
    run = createRehearsal({ drover: stack.drover, material: material.value, tier: 2, say: (line) => said.push(line) })
    await apply(configuration())
    await prepareEnvironments(run)
    await failOnTheWay()
    await travelToProduction()
    await useWrongTokens()
    await gather()
  })

  afterAll(async () => {
    await proxy?.close()
    await stack?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('reaches the platform: the values in Test and Production are the secrets', async () => {
    expect(ends['values in test']).toBe([secrets.testMailbox, secrets.testSubject].sort().join())
    expect(ends['values in prod']).toBe([secrets.prodMailbox, secrets.prodSubject].sort().join())
  })

  it('was at risk: each failure happened as it was meant to', () => {
    expect(ends).toMatchObject({
      'wrong client secret': expect.stringContaining('Signing in to Test') as unknown,
      'absent secret': 'secret.absent',
      'import refused with the values in the reason': expect.stringMatching(/^errored .*\*\*\*/) as unknown,
      'import failed with the values in the reason': expect.stringMatching(/^failed .*\*\*\*/) as unknown,
      'secret gone after the request': 'promotion.plan-changed, preflight closed by the secret',
      'own approval': expect.stringContaining('PIP-10') as unknown,
      rejection: 'rejected',
      'expired token': '401',
      'forged token': '401',
    })
    expect(proxy.echoed()).toBeGreaterThanOrEqual(2)
  })

  it.for(Object.keys(places) as Place[])('is not in: %s', (place) => {
    expect(findNeedles(left[place] ?? [], needles)).toEqual([])
  })

  it.for(Object.entries(places) as [Place, string][])('would be found in: %s', ([place, known]) => {
    expect(findNeedles(left[place] ?? [], { known }).length).toBeGreaterThan(0)
  })

  it('would be found in each form in which it could hide', () => {
    const hidden = (text: string) => findNeedles([{ where: 'here', bytes: Buffer.from(text) }], { deployer: cores.deployer })
    expect(hidden(JSON.stringify({ secret: secrets.deployer }))).toEqual(['here: deployer'])
    for (const before of ['', 'a', 'ab', 'abc'])
      expect(hidden(Buffer.from(`${before}${secrets.deployer}`).toString('base64')), before).toEqual(['here: deployer'])
    expect(hidden(Buffer.from(secrets.deployer).toString('hex'))).toEqual(['here: deployer'])
    expect(hidden(cores.maker)).toEqual([])
  })

  async function plantFiles(): Promise<void> {
    await mkdir(join(folder, 'secrets'), { mode: 0o700 })
    await mkdir(join(folder, 'keys'), { mode: 0o700 })
    const files = {
      'secrets/local-deployer': secrets.deployer,
      'secrets/local-maker': secrets.maker,
      'secrets/local-emulator-admin': cores.emulatorAdmin, // goes into an HTTP header
      'secrets/wrong': secrets.wrongClientSecret,
      'secrets/test-subject': secrets.testSubject,
      'secrets/prod-subject': secrets.prodSubject,
      'keys/token.key': randomBytes(32).toString('base64url'),
    }
    for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), `${text}\n`, { mode: 0o600 })
    needles['token signing key'] = files['keys/token.key']
  }

  function configuration(testValues: Readonly<Record<string, SettingValue>> = valuesByReference.test): Configuration {
    const solution = { ...governed(run.material, 2), versioning: 'raise' as const }
    const generated = solution.settings
    const settings = {
      test: { ...generated[testStage], environmentVariables: testValues },
      prod: { ...generated[productionStage], environmentVariables: valuesByReference.prod },
    }
    // The stages of the local configuration have these two ids.
    return localConfiguration({
      platformUrl: stack.drover.platformUrl,
      solutions: [{ ...solution, settings: settings as typeof generated }],
    })
  }

  async function apply(wanted: Configuration): Promise<void> {
    await applyByTwo(run, wanted)
  }

  function withTest(change: (environment: Configuration['environments'][number]) => Configuration['environments'][number]): Configuration {
    const whole = configuration()
    return {
      ...whole,
      environments: whole.environments.map((environment) => (environment.id === 'test' ? change(environment) : environment)),
    }
  }

  async function failOnTheWay(): Promise<void> {
    const ada = await run.as('ada')
    const first = await prepareRelease(run, 'ContosoInspection')
    const ask = (releaseId: typeof first.id) => ada.requestPromotion({ releaseId, stageId: testStage })

    await apply(
      withTest((test) => ({ ...test, credentials: { ...test.credentials, clientSecret: { kind: 'file', path: 'secrets/wrong' } } })),
    )
    ends['wrong client secret'] = await tell(ask(first.id))

    await apply(configuration({ ...valuesByReference.test, contoso_MailSubject: byFile('secrets/gone') }))
    const refused = await ask(first.id)
    ends['absent secret'] = refused.ok ? 'accepted' : refused.refusal.code
    said.push(JSON.stringify(refused))

    const through = (url: string) => url.replace(stack.drover.platformUrl, proxy.url)
    await apply(
      withTest((test) => ({
        ...test,
        url: through(test.url),
        connectivityUrl: through(test.connectivityUrl),
        credentials: { ...test.credentials, tokenUrl: through(test.credentials.tokenUrl) },
      })),
    )
    const { promotionId } = granted(await ask(first.id)).promotion.request
    ends['import refused with the values in the reason'] = tellEnd(await awaitEnd(run, promotionId))
    granted(await ada.withdrawPromotion({ promotionId }))

    proxy.failImports('while-running')
    const second = granted(await ask(first.id)).promotion.request
    ends['import failed with the values in the reason'] = tellEnd(await awaitEnd(run, second.promotionId))
    await apply(configuration())
  }

  async function travelToProduction(): Promise<void> {
    const ada = await run.as('ada')
    const release = await prepareRelease(run, 'ContosoInspection')
    await promote(run, { releaseId: release.id, stageId: testStage }, (view) => approveAll(run, view))
    const asked = { releaseId: release.id, stageId: productionStage }

    const { promotionId } = granted(await ada.requestPromotion(asked)).promotion.request
    const decision = { promotionId, gate: 'approval', verdict: 'approve', comment: 'my own' } as const
    ends['own approval'] = await tell(ada.decideApproval(decision))
    const grace = await run.as('grace')
    const rejected = granted(await grace.decideApproval({ ...decision, verdict: 'reject', comment: 'not today' }))
    ends['rejection'] = rejected.promotion.status.state

    ends['secret gone after the request'] = await loseSecretWhileWaiting(asked)
    await promote(run, asked, (view) => approveAll(run, view))
    for (const environment of ['test', 'prod']) {
      const rows = await readRows(stack.drover, environment, 'environmentvariablevalues?$select=value')
      ends[`values in ${environment}`] = rows
        .map((row) => String(row['value']))
        .sort()
        .join()
    }
  }

  async function loseSecretWhileWaiting(asked: { readonly releaseId: ReleaseId; readonly stageId: StageId }): Promise<string> {
    const requested = granted(await (await run.as('ada')).requestPromotion(asked))
    const there = join(folder, 'secrets/prod-subject')
    const away = `${there}.away`
    const { promotionId } = requested.promotion.request
    await rename(there, away)
    const decided = await (await run.as('grace')).decideApproval({
      promotionId,
      gate: 'approval',
      verdict: 'approve',
      comment: '',
      seen: undefined,
    })
    const view = granted(await (await run.as('ada')).loadPromotion({ promotionId }))
    await rename(away, there)
    said.push(JSON.stringify([decided, view]))
    granted(await (await run.as('ada')).withdrawPromotion({ promotionId }))
    const preflight = view.gates.find(({ kind }) => kind === 'preflight')
    const why = JSON.stringify(preflight?.reasons ?? []).includes('cannot be had') ? 'the secret' : 'something else'
    return `${decided.ok ? 'approved' : decided.refusal.code}, ${preflight?.kind} ${preflight?.state} by ${why}`
  }

  async function useWrongTokens(): Promise<void> {
    const expired = await stack.issueToken('ada', -60)
    const forged = `${(await stack.issueToken('ada', 60)).slice(0, -6)}${core().slice(-6)}`
    needles['expired token'] = expired
    needles['forged token'] = forged
    for (const [name, token] of [
      ['expired token', expired],
      ['forged token', forged],
    ] as const) {
      const answer = await fetch(`${stack.drover.url}/api/v1/board`, { headers: { authorization: `Bearer ${token}` } })
      ends[name] = String(answer.status)
      said.push(await answer.text())
    }
  }

  /** What it answered or threw, whole. */
  async function tell(work: Promise<unknown>): Promise<string> {
    const text = await work.then(
      (value) => JSON.stringify(value),
      (error: unknown) => `${String(error)} ${JSON.stringify(error, Object.getOwnPropertyNames(error))}`,
    )
    said.push(text)
    return text
  }

  function tellEnd(view: Awaited<ReturnType<typeof awaitEnd>>): string {
    said.push(JSON.stringify(view))
    const { status } = view.promotion
    return `${status.state} ${JSON.stringify(status)}`
  }

  async function gather(): Promise<void> {
    // Written by the embedded database alone; its passwords are random, so they are canaries as they are.
    const database = JSON.parse(await readFile(join(folder, 'database.json'), 'utf8')) as Record<string, string>
    for (const login of ['adminPassword', 'ownerPassword', 'appPassword']) needles[login] = String(database[login])
    const { page, api } = await readDoors(stack.drover, await stack.issueToken('pat', 600))
    left.database = await dumpDatabases(folder)
    left['command lines'] = readCommandLines()
    left.page = page
    left['replies of the API'] = api
    await stack.stop()
    const keepers = ['secrets', 'keys', 'database.json', 'emulator', 'postgres']
    left['files of the workspace'] = readWorkspace(folder, keepers)
    left['git objects'] = readGitObjects(join(folder, 'source.git'))
    left.artifacts = await readArtifacts(join(folder, 'artifacts'))
    left['printed by the processes'] = [{ where: 'standard output and error', bytes: stack.printed() }]
    left['refusals and errors'] = [{ where: 'what was answered', bytes: Buffer.from(said.join('\n')) }]
  }
})

function core(): string {
  return `Canary${randomBytes(12).toString('hex')}`
}
