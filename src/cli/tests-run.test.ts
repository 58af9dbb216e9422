import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '#contract'
import type { CommandContext } from './command.ts'
import { testsRun } from './commands/tests-run.ts'

let folder = ''
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'drover-tests-run-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

const green = '<testsuite><testcase name="a"/></testsuite>'

/** Runs `node -e <script>` as the command, against a server that takes any report, and gives what it was sent. */
async function run(script: string, report: string): Promise<{ readonly outcome: unknown; readonly sent: readonly unknown[] }> {
  const sent: unknown[] = []
  const request = { promotionId: 'p-1', solution: 'Permits', version: '1.0.0.0', boundTo: { artifact: 'sha256:aa', plan: 'the-plan' } }
  const view = {
    promotion: { request, status: { state: 'pending' } },
    seen: 'the-plan',
    previous: { environmentId: 'test', name: 'Test', url: 'https://test.example' },
  }
  const client = {
    loadPromotion: async () => ({ ok: true, value: view }),
    reportTests: async (input: unknown) => {
      sent.push(input)
      return { ok: true, value: view }
    },
  } as unknown as Client // no other route is called
  const context = {
    deps: { env: { PATH: process.env['PATH'], DROVER_TOKEN: 'secret' }, signal: new AbortController().signal },
    argument: () => 'p-1',
    rest: () => [process.execPath, '-e', script],
    list: () => [report],
    option: () => undefined,
    client: async () => client,
  } as unknown as CommandContext // what the command looks at
  return { outcome: await testsRun.run(context), sent }
}

const writing = (path: string, text: string) => `require('fs').writeFileSync(${JSON.stringify(path)}, ${JSON.stringify(text)})`
const refused = (code: string) => expect.objectContaining({ kind: 'refused', refusal: expect.objectContaining({ code }) as unknown })

describe('tests that are run here', () => {
  it("are told where the artifact runs, and nobody's token, and their report is handed in with the plan that was seen", async () => {
    const [report, told] = [join(folder, 'results.xml'), join(folder, 'told.json')]
    const { sent } = await run(
      `require('fs').writeFileSync(${JSON.stringify(told)}, JSON.stringify(process.env)); ${writing(report, green)}`,
      report,
    )
    expect(sent).toEqual([expect.objectContaining({ seen: 'the-plan', reports: [{ name: 'results.xml', xml: green }] })])
    const env = JSON.parse(await readFile(told, 'utf8')) as Record<string, string>
    expect(env).toMatchObject({ DROVER_ENVIRONMENT_URL: 'https://test.example', DROVER_DIGEST: 'sha256:aa', DROVER_SOLUTION: 'Permits' })
    expect(env['DROVER_TOKEN']).toBeUndefined()
  })

  it('hand in nothing where the command fails with a green report, or writes none, or only an older one is there', async () => {
    const failing = join(folder, 'failing.xml')
    expect(await run(`${writing(failing, green)}; process.exit(2)`, failing)).toEqual({
      outcome: refused('tests.command-failed'),
      sent: [],
    })
    expect(await run('0', join(folder, 'none.xml'))).toEqual({ outcome: refused('tests.no-report'), sent: [] })
    const old = join(folder, 'old.xml')
    await writeFile(old, green)
    await utimes(old, new Date('2026-01-01'), new Date('2026-01-01'))
    expect(await run('0', old)).toEqual({ outcome: refused('tests.no-report'), sent: [] })
  })

  it('hand in a red report also of a command that fails, which is how red tests end', async () => {
    const red = join(folder, 'red.xml')
    const { sent } = await run(`${writing(red, '<testsuite><testcase name="a"><failure/></testcase></testsuite>')}; process.exit(1)`, red)
    expect(sent).toHaveLength(1)
  })
})
