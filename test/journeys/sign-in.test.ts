import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { startDrover } from '../support/drover-process.ts'
import type { Issuer } from '../support/oidc-issuer.ts'
import { startIssuer } from '../support/oidc-issuer.ts'
import type { PetStage } from '../support/pet-stage.ts'
import { openPetStage, refusedBy } from '../support/pet-stage.ts'
import { granted, personId } from '../support/product.ts'
import { runDrover } from '../support/run-drover.ts'

const clientId = 'drover'
const dora = toId<ReturnType<typeof personId>>('dora')
const executablePath =
  process.env['DROVER_CHROMIUM'] ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path))

/* Dora has an account at the organisation and no token of the workspace. */
describe.skipIf(executablePath === undefined)('somebody with an account', () => {
  let issuer: Issuer
  let pet: PetStage
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let promotionId: Awaited<ReturnType<PetStage['ask']>>

  beforeAll(async () => {
    issuer = await startIssuer(clientId)
    pet = await openPetStage({ change: withDora })
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    })
    context = await browser.newContext({ locale: 'en-GB' })
    page = await context.newPage()
    promotionId = await pet.ask(await pet.release())
  })
  afterAll(async () => {
    await browser?.close()
    await pet?.stop()
    await issuer?.close()
  })

  /** Dora signs in there; Ada and the others go on with tokens. */
  function withDora(configuration: Configuration): Configuration {
    return {
      ...configuration,
      signIn: { issuer: issuer.url, clientId, claim: 'sub', scopes: 'openid email' },
      people: [...configuration.people, { id: dora, name: 'Dora Deputy', roles: ['approver'], subject: 'dora-subject' }],
      pipelines: configuration.pipelines.map((pipeline) => ({
        ...pipeline,
        stages: pipeline.stages.map((stage) => ({
          ...stage,
          gates: stage.gates.map((gate) => (gate.kind === 'approval' ? { ...gate, people: [...gate.people, dora] } : gate)),
        })),
      })),
    }
  }

  /** The forms of the issuer, as whoever has an account there answers them. */
  async function answerIssuer(account: string): Promise<void> {
    await page.locator('input[name=login]').fill(account)
    await page.locator('input[name=password]').fill('secret')
    await page.getByRole('button', { name: /sign-in/i }).click()
    await page.getByRole('button', { name: 'Continue' }).click()
  }

  async function signIn(): Promise<void> {
    await page.goto(pet.stack.url)
    await page.getByRole('link', { name: 'Sign in with your organisation’s account' }).click()
  }

  const asked = (token: string, ...args: readonly string[]) => runDrover(args, { DROVER_SERVER: pet.stack.url, DROVER_TOKEN: token })

  it('signs in at the page, approves what waits there, and signs out', async () => {
    await signIn()
    await answerIssuer('dora-subject')
    await page.getByRole('heading', { name: 'Board' }).waitFor()
    await page.getByText('Dora Deputy').first().waitFor()
    await page.getByRole('status').getByText('Live', { exact: true }).waitFor()
    await page.goto(`${pet.stack.url}/promotions/${promotionId}`)
    await page.getByRole('heading', { name: 'Your decision is needed' }).waitFor()
    await page.getByLabel('Comment').fill('Seen')
    await page.getByRole('button', { name: 'Approve' }).click()
    const ended = await pet.succeed(promotionId)
    expect(ended.promotion.decisions.map(({ by, gate }) => `${by} ${gate}`)).toEqual(['dora approval'])
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.goto(pet.stack.url)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  })

  it('signs in at the command line, is listed with how far that reaches, and is out with the configuration that names her no more', async () => {
    const command = startDrover(['sign-in'], { env: { DROVER_SERVER: pet.stack.url, DROVER_TOKEN: '' } })
    await command.said('confirm the code')
    const [, address = '', code = ''] = /Open (\S+) and confirm the code (\S+)\./.exec(command.output()) ?? []
    await page.goto(address)
    const field = page.locator('input[name=user_code]')
    if ((await field.count()) > 0 && (await field.isVisible())) await field.fill(code)
    await page.getByRole('button', { name: 'Continue' }).click()
    if ((await page.locator('input[name=login]').count()) > 0) await answerIssuer('dora-subject')
    else await page.getByRole('button', { name: 'Continue' }).click()
    expect(await command.ended, command.output()).toBe(0)
    const token = /drv_\S+/.exec(command.output())?.[0] ?? ''
    const listed = await asked(token, 'token', 'list')
    expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining('dora') as string })

    const { configuration } = granted(await (await pet.run.as('pat')).loadConfiguration())
    const without = JSON.parse(JSON.stringify(configuration).replaceAll(',"dora"', '')) as typeof configuration
    const file = join(pet.stack.workspace.folder, 'without-dora.yaml')
    await writeFile(file, JSON.stringify({ ...without, people: without.people.filter(({ id }) => id !== 'dora') }))
    const applied = await pet.drover('pat', 'config', 'apply', file)
    const digest = /proposal: (sha256:\S+)/.exec(applied.stderr)?.[1] ?? ''
    expect((await pet.drover('paul', 'config', 'confirm', digest)).code).toBe(0)
    const out = await asked(token, 'board')
    expect(out.code).toBe(5)
    expect(out.stderr).toContain('auth.unknown-person')
    await signIn()
    const refused = page.getByRole('heading', { name: 'You are not signed in' })
    const consent = page.getByRole('button', { name: 'Continue' })
    await refused.or(consent).first().waitFor()
    if (await consent.isVisible()) await consent.click()
    await refused.waitFor()
  })

  it('acts by tokens that reach so far, can be seen, and end when they are revoked', async () => {
    const issue = ['token', 'issue', '--scope', 'read', '--hours', '1', '--label', 'wallboard']
    const token = (await pet.drover('ada', ...issue)).stdout.trim()
    expect((await asked(token, 'board')).code).toBe(0)
    const refused = await asked(token, 'release', 'create', 'ContosoInspection')
    expect(refused.stderr).toContain('auth.scope-missing')
    const listed = await pet.drover('ada', 'token', 'list')
    const [id = ''] = /\S+(?=.*wallboard)/.exec(listed.stdout) ?? []
    expect((await pet.drover('ada', 'token', 'revoke', id, '--reason', 'pasted into a chat')).code).toBe(0)
    expect(await asked(token, 'board')).toMatchObject(refusedBy('was revoked', 5))
  })
})
