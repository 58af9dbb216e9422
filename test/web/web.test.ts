import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from './start-server.ts'

const configFile = fileURLToPath(new URL('../../vite.config.ts', import.meta.url))
const axeSource = `${readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8')}\nundefined`
const executablePath =
  process.env['DROVER_CHROMIUM'] ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path))

describe.skipIf(executablePath === undefined)(
  'the web page, in Chromium (skipped where none is installed; DROVER_CHROMIUM names one)',
  () => {
    let browser: Browser
    let server: TestServer
    let context: BrowserContext
    let page: Page
    let webRoot: string
    const errors: string[] = []

    beforeAll(async () => {
      webRoot = await mkdtemp(join(tmpdir(), 'drover-web-'))
      await build({ configFile, logLevel: 'silent', build: { outDir: webRoot } })
      browser = await chromium.launch({
        executablePath: executablePath ?? '',
        args: [
          '--headless',
          '--no-sandbox',
          '--disable-gpu',
          '--disable-background-networking',
          '--disable-dev-shm-usage',
          '--no-first-run',
        ],
      })
    })

    afterAll(async () => {
      await browser?.close()
      await rm(webRoot, { recursive: true, force: true })
    })

    beforeEach(async () => {
      server = await startServer({ webRoot })
      context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', timezoneId: 'Europe/Zurich' })
      page = await context.newPage()
      errors.length = 0
      page.on('pageerror', (error) => errors.push(String(error)))
      page.on('console', (message) => {
        // Chromium reports every reply of 400 and above by itself; what follows from it is what the tests look at.
        if (message.type() === 'error' && !/status of 4(0[14]|09|22)/.test(message.text())) errors.push(message.text().trim())
      })
    })

    afterEach(async () => {
      await context.close()
      await server.app.close()
      expect(errors).toEqual([])
    })

    async function signIn(person: string, path = '/'): Promise<void> {
      await page.goto(`${server.url}${path}#token=token-${person}`)
      await page.getByRole('status').getByText('Live', { exact: true }).waitFor()
    }

    it('shows what is ready, what only a person says, and what to do next', async () => {
      await signIn('grace')
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Readiness' }).click()
      await page.getByRole('heading', { name: 'Readiness' }).waitFor()
      await page.getByText('1 proved, 1 said by a person, 19 missing, of 21.').waitFor()
      // What was read to be otherwise is done first.
      await page.getByRole('region', { name: 'What to do next' }).getByText('Makers cannot edit production').waitFor()
      await page.getByText('ContosoExpenses 1.4.0.2 in prod: Commit a1b2c3d4.').waitFor()
      await expectAccessible(page)
      await page.goto(`${server.url}/promotions/p-prod`)
      const checklist = page.getByRole('region', { name: 'Release checklist' })
      await checklist.getByText('The change is approved, in its time').waitFor()
      await expectAccessible(page)
    })

    it('signs in with a pasted token, refuses a wrong one in words, and keeps no token in the address', async () => {
      await page.goto(server.url)
      await page.getByLabel('Access token').fill('wrong')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByText('This token is not accepted').waitFor()
      await expectAccessible(page)
      await page.getByLabel('Access token').fill('token-grace')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('heading', { name: 'Board' }).waitFor()
      await page.getByText('Grace Hopper').first().waitFor()
      await signIn('ada')
      expect(page.url()).not.toContain('token')
    })

    it('shows each pipeline with what is deployed and what waits', async () => {
      await signIn('ada')
      const production = page.getByRole('article', { name: 'Stage Production' })
      await production.getByText('ContosoExpenses 1.4.0.2').waitFor()
      expect(await production.getByText('Waiting').count()).toBe(1)
      expect(await production.getByText('Nothing yet').count()).toBe(1)
      expect(await page.getByRole('article', { name: 'Stage Test' }).getByText('1.4.0.2').count()).toBe(1)
      await expectAccessible(page)
    })

    it('marks what waits for whoever looks, and nothing for others, and leads to trains and solutions', async () => {
      server.engine.train.depart()
      await signIn('ada')
      await page.getByRole('region', { name: 'Trains on their way' }).getByText('ContosoBase 2.0.0.0 → ContosoExpenses 1.4.0.2').waitFor()
      expect(await page.getByText('Waits for you').count()).toBe(0)
      await signIn('grace')
      const mine = page.getByRole('region', { name: 'Waits for you' })
      await mine.getByText('into prod: decide on “Approval”').waitFor()
      expect(await page.getByRole('article', { name: 'Stage Production' }).getByText('Waits for you').count()).toBe(1)
      await expectAccessible(page)
      await page.getByRole('link', { name: 'Solution ContosoExpenses' }).click()
      await page.getByRole('heading', { name: 'Tier 3' }).waitFor()
      await page.getByText('Held to Tier 3, though drover.yaml says 2').waitFor()
      await page.getByText('How is it cut? Undecided, and it has to be decided').waitFor()
      await page.getByText('Missing: Somebody stands in for its owner').waitFor()
      await page.getByText('Owner: Ada Lovelace').waitFor()
      await expectFitting(page)
    })

    it('shows a train, and takes one word for all of it in the place that is chosen', async () => {
      server.engine.train.depart()
      await signIn('grace', '/trains')
      await page.getByRole('region', { name: 'Under way' }).getByRole('link', { name: 'Autumn' }).click()
      await page.getByText('both have a say on table:contoso_expense').waitFor()
      await expectFitting(page)
      await page.getByRole('radio', { name: /in the place of mallory/ }).check()
      await page.getByText('You decide in the place of mallory').waitFor()
      await page.getByLabel('Comment').fill('Seen with the team')
      await page.getByRole('button', { name: 'Approve the train' }).click()
      await page.getByText('Grace Hopper in the place of mallory said yes at “Approval”: Seen with the team').waitFor()
      expect(await page.getByRole('button', { name: 'Approve the train' }).count()).toBe(0)
      await expectFitting(page)
    })

    it('shows every value of the policy with its source, what was changed first, and finds one by its words', async () => {
      await signIn('ada', '/policy')
      const changed = page.getByRole('region', { name: 'Changed here' })
      await changed.getByText('Review window: 36 hours').waitFor()
      await changed.getByText('As shipped: 24').waitFor()
      await page.getByLabel('Find').fill('escalated to approval')
      await page.getByText('people.escalation.approval.to').waitFor()
      await expectFitting(page)
    })

    it('lets a named approver approve, and shows the work begin', async () => {
      await signIn('grace')
      await page.getByRole('link', { name: /ContosoExpenses 1\.4\.0\.2.*Waiting/ }).click()
      await page.getByRole('heading', { name: 'Your decision is needed' }).waitFor()
      expect(await page.getByText('Column contoso_OldTotal').count()).toBe(1)
      await expectAccessible(page)
      await page.getByLabel('Comment').fill('Tested by the team')
      await page.getByRole('button', { name: 'Approve' }).click()
      await page.getByText('The work is going on').waitFor()
      await page.getByText('approved: Tested by the team').waitFor()
      expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0)
      await expectAccessible(page)
    })

    it('tells an emergency and its exceptions before asking, lets a deputy say whose place they take, and takes what is owed', async () => {
      server.engine.declare('p-prod')
      await signIn('grace', '/promotions/p-prod')
      await page.getByText('This is an emergency').waitFor()
      await page.getByText('The work has to begin by').waitFor()
      const exceptions = page.getByRole('region', { name: 'Exceptions that were granted' })
      await exceptions.getByText('Instead: The form is tested by hand.').waitFor()
      await page.getByText('“Approval” has waited for more than 24 hours').waitFor()
      await expectAccessible(page)
      await page.getByRole('radio', { name: /in the place of mallory/ }).check()
      await page.getByText('You decide in the place of mallory').waitFor()
      await page.getByRole('button', { name: 'Approve' }).click()
      await page.getByText('approved in the place of mallory at “Approval”').waitFor()

      server.engine.finish('p-prod')
      const owed = page.getByRole('region', { name: 'Owed afterwards' })
      await owed.getByText('Until it is given, the next release does not go in here').waitFor()
      await expectAccessible(page)
      await owed.getByRole('button', { name: 'Say no' }).click()
      await owed.getByText('Say what is wrong with what went in.').waitFor()
      await owed.getByLabel(/Your word on/).fill('Seen by the board')
      await owed.getByRole('button', { name: 'Sign it off' }).click()
      await owed.waitFor({ state: 'detached' })

      const watch = page.getByRole('region', { name: 'Watched after it went in' })
      await watch.getByText('Overdue: somebody had to say how it went').waitFor()
      await watch.getByLabel('What did you look at?').fill('Two payments')
      await watch.getByRole('button', { name: 'All is well' }).click()
      await watch.getByText('All is well: Two payments').waitFor()
      await expectAccessible(page)
    })

    it('offers a word on a waiver to those whose word counts, and tells whoever asked why theirs does not', async () => {
      await signIn('ada')
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Waivers' }).click()
      const waiting = page.getByRole('region', { name: 'Waiting for a decision' })
      await waiting.getByText(/You cannot approve it\. Ada Lovelace may not decide.*Ask Grace Hopper/).waitFor()
      expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0)
      await page.getByText('The rule STR-06 (Components carry the prefix) was waived 3 times').waitFor()
      await page.getByRole('button', { name: 'Ask for a waiver' }).click()
      const form = page.getByRole('form', { name: 'Ask for a waiver' })
      await form.getByRole('button', { name: 'Send it' }).click()
      await form.getByText('Say what stands in for the rule.').waitFor()
      await expectAccessible(page)
      await form.getByLabel('What is to be excepted').selectOption({ label: 'What nobody can tell of the plan does not stop it' })
      await form.getByLabel('Why the rule cannot be kept').fill('The role may not read it')
      await form.getByLabel('What is done instead').fill('An admin looked')
      await form.getByRole('button', { name: 'Send it' }).press('Enter')
      await waiting.getByText('Why: The role may not read it').waitFor()

      await signIn('grace', '/waivers')
      const asked = waiting.getByRole('listitem').filter({ hasText: 'The role may not read it' })
      await asked.getByRole('button', { name: 'Reject' }).click()
      await asked.getByText('Say what is to be done instead.').waitFor()
      await asked.getByRole('button', { name: 'Approve' }).click()
      const inForce = page.getByRole('region', { name: 'In force' }).getByRole('listitem').filter({ hasText: 'The role may not read it' })
      await inForce.getByRole('button', { name: /End it now/ }).click()
      await inForce.getByLabel('Why it is no longer to hold').fill('It may read it now')
      await inForce.getByRole('button', { name: 'End it', exact: true }).click()
      await page
        .getByRole('region', { name: 'Over' })
        .getByText(/ended by Grace Hopper/)
        .waitFor()
      await expectAccessible(page)
    })

    it('asks for a release to go in, and for what harm is done before it declares an emergency', async () => {
      await signIn('ada')
      await page.getByRole('link', { name: 'Ask for it to go in: ContosoExpenses 1.4.0.2' }).click()
      await page.getByLabel('Stage').selectOption('Production')
      await page.getByLabel(/This is an emergency/).check()
      const declare = page.getByRole('button', { name: 'Declare an emergency and ask' })
      await declare.click()
      await page.getByText('Say what harm is done while it waits.').waitFor()
      await expectAccessible(page)
      await page.getByLabel('What harm is done while it waits').fill('Nobody is paid')
      await declare.click()
      await page.getByText('This is an emergency').waitFor()
      await page.getByText(/Nobody is paid/).waitFor()
    })

    it('lists what is owed to whom, who may do what, who was told, and what proves it, on a narrow screen too', async () => {
      server.engine.declare('p-prod')
      server.engine.finish('p-prod')
      await page.setViewportSize({ width: 390, height: 844 })
      await signIn('grace', '/owed')
      const mine = page.getByRole('region', { name: 'Your word is wanted' })
      await mine.getByText(/went into Contoso Production as an emergency/).waitFor()
      await mine.getByText(/Grace Hopper may give it; Ada Lovelace, who asked for the promotion, may not/).waitFor()
      await expectFitting(page)
      const go = (name: string) => page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click()
      await go('People')
      await page.getByRole('region', { name: 'Who may do what' }).getByText('Platform admin').waitFor()
      await page.getByRole('list', { name: 'Deputies' }).getByText('Ada Lovelace for Grace Hopper').waitFor()
      await page.getByRole('button', { name: 'Name a deputy for yourself' }).click()
      await page.getByLabel('Why').fill('On leave')
      await page.getByRole('button', { name: 'Name the deputy' }).click()
      await page.getByText('A deputy until then would never be one.').waitFor()
      await expectFitting(page)
      await go('Notifications')
      await page.getByText('The last try failed: The address answered 503.').waitFor()
      await expectFitting(page)
      await go('Evidence')
      await page.getByText('holds nothing yet').waitFor()
      await page.getByRole('button', { name: 'Check it now' }).click()
      await page.getByText(/entries hold$/).waitFor()
      await expectFitting(page)
    })

    it('shows what data goes and what changed, and takes the word of its owner', async () => {
      server.engine.renew('p-prod')
      await signIn('grace', '/promotions/p-prod')
      await page.getByRole('heading', { name: 'What changed since it was asked for' }).waitFor()
      await page.getByText('It is now destroyed too.').waitFor()
      const content = page.getByRole('region', { name: /What becomes of what is in/ })
      expect(await content.getByText('1,204 values').count()).toBe(1)
      expect(await content.getByText('An unknown number of rows').count()).toBe(1)
      expect(await content.getByText('at least 3 shared rows').count()).toBe(1)
      expect(await content.getByText('Data policies').count()).toBe(1)
      await expectAccessible(page)
      if (process.env['DROVER_SHOTS'] !== undefined) await page.screenshot({ path: process.env['DROVER_SHOTS'], fullPage: true })
      const form = page.getByRole('group', { name: /Old total/ })
      await form.getByRole('button', { name: 'Let it go' }).click()
      await form.getByText('Say why this data may go').waitFor()
      await form.getByLabel('At most so many may go').fill('1300')
      await form.getByLabel('Why it may go').fill('Exported last week')
      await form.getByRole('button', { name: 'Let it go' }).click()
      await form.waitFor({ state: 'detached' })
      expect(server.engine.acknowledged('p-prod')).toMatchObject([
        { subject: 'Attribute:contoso_expense.contoso_oldtotal', ceiling: 1300, comment: 'Exported last week' },
      ])
      await expectAccessible(page)
    })

    it('shows what is known of an environment: whose it is, what differs, who may change it, what was rescued', async () => {
      await signIn('grace')
      await page.getByRole('link', { name: 'Environment Contoso Production' }).click()
      await page.getByRole('heading', { name: 'Contoso Production', level: 1 }).waitFor()
      expect(await page.getByText(/Grace Hopper answers for it/).count()).toBe(1)
      const deployed = page.getByRole('region', { name: 'Deployed' })
      expect(await deployed.getByText('1.3.0.0 +1?').count()).toBe(1)
      const differs = page.getByRole('region', { name: 'What differs' })
      expect(await differs.getByRole('heading', { name: /nobody has said yet what shall become of it \(1\)/ }).count()).toBe(1)
      expect(await differs.getByText(/Form Expense .* was changed by hand/).count()).toBe(1)
      expect(
        await differs.getByText(/Ada Lovelace answers for it until .*then it comes back from Dev: Auditors need the field/).count(),
      ).toBe(1)
      expect(await differs.getByText('layers of 2 SiteMap').count()).toBe(1)
      expect(await differs.getByText('contoso_expense.Later').count()).toBe(1)
      await page.getByRole('region', { name: 'Protection' }).getByText('It allows unmanaged changes.').waitFor()
      await page.getByRole('cell', { name: '1,204 rows of contoso_expense (contoso_oldtotal)' }).waitFor()
      const biography = page.getByRole('list', { name: 'Biography' })
      await biography.getByText('Approvals stood still for an hour.').waitFor()
      expect(await biography.getByText(/Ada Lovelace · approved by Grace Hopper/).count()).toBe(1)
      expect(await biography.getByText(/^expired /).count()).toBe(1)
      await expectAccessible(page)
      if (process.env['DROVER_SHOTS'] !== undefined)
        await page.screenshot({ path: `${process.env['DROVER_SHOTS']}.environment.png`, fullPage: true })
      expect(await page.getByRole('region', { name: 'End and rebuild' }).count()).toBe(0)
      await page.goto(`${server.url}/environments/test#token=token-grace`)
      const life = page.getByRole('region', { name: 'End and rebuild' })
      await life.getByText(/It ends .*2026.* That was announced .*2026.* It is removed from .* on, unless it is kept\./).waitFor()
      await life.getByText('Its rebuild waits for people. The new environment answers. (rb-7)').waitFor()
      expect(await life.getByRole('listitem').allInnerTexts()).toEqual([
        expect.stringMatching(/^Make a connection of shared_office365\.\s+Service account, in Contoso Test, Connections$/),
      ])
      await expectAccessible(page)
      await page.goto(`${server.url}/environments/nowhere#token=token-grace`)
      await page.getByText('There is no environment "nowhere".').waitFor()
      // The 404 itself is reported by Chromium.
      errors.length = 0
    })

    it('asks for a reason before it rejects', async () => {
      await signIn('grace', '/promotions/p-prod')
      await page.getByRole('button', { name: 'Reject' }).click()
      await page.getByText('Say why').waitFor()
      await page.getByLabel('Comment').fill('The totals are wrong in Test')
      await page.getByRole('button', { name: 'Reject' }).click()
      await page.getByText('Rejected by Grace Hopper').waitFor()
    })

    it('offers no decision to the requester', async () => {
      await signIn('ada', '/promotions/p-prod')
      await page.getByRole('heading', { name: 'Gates' }).waitFor()
      expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0)
    })

    it('is live: what others do appears without a reload, also after the connection was lost', async () => {
      await signIn('ada', '/promotions/p-prod')
      await page.getByRole('heading', { name: 'Gates' }).waitFor()
      await decideAsGrace(server)
      await page.getByText('The work is going on').waitFor()
      const port = new URL(server.url).port
      const { engine } = server
      await server.app.close()
      await page.getByText('Reconnecting').waitFor()
      const again = await startServer({ webRoot, engine, port: Number(port) })
      server = again
      await page.getByRole('status').getByText('Live', { exact: true }).waitFor()
      engine.finish('p-prod')
      await page.getByRole('heading', { name: 'Done and verified' }).waitFor()
      await expectAccessible(page)
      // Chromium itself reports the refused connections of the reconnects.
      errors.length = 0
    })

    it('has no violations in dark mode either', async () => {
      await page.emulateMedia({ colorScheme: 'dark' })
      await signIn('grace', '/promotions/p-prod')
      await page.getByRole('heading', { name: 'Your decision is needed' }).waitFor()
      await expectAccessible(page)
    })

    it('says that a promotion does not exist', async () => {
      await page.goto(`${server.url}/promotions/p-nix#token=token-ada`)
      await page.getByText('There is no promotion "p-nix".').waitFor()
      // The 404 itself is reported by Chromium.
      errors.length = 0
    })
  },
)

async function decideAsGrace(server: TestServer): Promise<void> {
  await fetch(`${server.url}/api/v1/promotions/p-prod/decisions`, {
    method: 'POST',
    headers: { authorization: 'Bearer token-grace', 'content-type': 'application/json' },
    body: JSON.stringify({ gate: 'approval', verdict: 'approve', comment: 'Looks right' }),
  })
}

/** Everything is there without scrolling sideways, and for everybody. */
async function expectFitting(page: Page): Promise<void> {
  expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBe(true)
  await expectAccessible(page)
}

async function expectAccessible(page: Page): Promise<void> {
  // Fluent UI fades things in; contrast is judged when they have arrived, or were taken away while they did.
  await page.evaluate(
    'Promise.allSettled(document.getAnimations().filter((a) => a.effect.getComputedTiming().iterations !== Infinity).map((a) => a.finished))',
  )
  // A script tag would be refused by the page's own content security policy.
  await page.evaluate(axeSource)
  const violations = await page.evaluate(
    'axe.run(document).then((r) => r.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.html).join(" | ")))',
  )
  // Tabster's focus sentinels are Fluent's own, and never visible.
  expect((violations as string[]).filter((text) => !text.includes('data-tabster-dummy'))).toEqual([])
}
