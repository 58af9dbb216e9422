import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DroverProcess } from '../support/drover-process.ts'
import { freePort, startDrover } from '../support/drover-process.ts'
import { runDrover } from '../support/run-drover.ts'
import { linesOf, patternOf, shownIn } from '../support/shown-sessions.ts'

const root = join(import.meta.dirname, '../..')
const guide = 'docs/emulator.md'
const [start, ...rest] = shownIn(guide)
// What the guide speaks HTTP with; in CI its absence is a failure.
const hasCurl = process.env['CI'] === 'true' || spawnSync('curl', ['--version']).status === 0

let folder: string
let port: number
let emulator: DroverProcess
const printed: string[] = []
/** The guide's own port is somebody else's on this machine. */
const here = (text: string): string => text.replaceAll(':4700', `:${port}`)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'drover-guide-'))
  cpSync(join(root, 'samples'), join(folder, 'samples'), { recursive: true })
  port = await freePort()
  const args = (start?.command ?? '').replace('npx drover ', '').split(' ')
  emulator = startDrover([...args, '--port', String(port)], { cwd: folder })
  await emulator.said('Makers in Dev')
  if (hasCurl) printed.push(...sessionOf(rest.map(({ command }) => here(command))))
})
afterAll(async () => {
  await emulator.dispose()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs the commands in one shell, as a reader does, and returns what each printed. */
function sessionOf(commands: readonly string[]): string[] {
  const bin = join(root, 'bin/drover.cjs')
  const script = [
    `npx() { shift; "${process.execPath}" "${bin}" "$@"; }`,
    ...commands.flatMap((command) => [command, 'echo; echo "--- next"']),
  ]
  writeFileSync(join(folder, 'session.sh'), script.join('\n'))
  // The reader stands in a clone of the repository.
  const env = { ...process.env, GIT_DIR: join(root, '.git') }
  const ran = spawnSync('bash', ['-eu', 'session.sh'], { cwd: folder, env, encoding: 'utf8', timeout: 240_000 })
  expect([ran.status, ran.stderr]).toEqual([0, ''])
  return ran.stdout.split('--- next\n')
}

describe('the guide to local environments (its commands need curl)', () => {
  it('starts them as it shows', () => {
    expect(start?.command).toMatch(/^npx drover emulator /)
    expect(`${linesOf(emulator.output()).join('\n')}\n`).toMatch(patternOf(here(start?.output ?? '')))
  })

  it.skipIf(!hasCurl).each(rest.map((shown, index) => ({ ...shown, index })))('$command', ({ index, output }) => {
    expect(`${linesOf(printed[index] ?? '').join('\n')}\n`.replace(/^\n$/, '')).toMatch(patternOf(here(output)))
  })

  it('shows a faults file that can be used', async () => {
    const file = /```yaml\n([^]*?)```/.exec(readFileSync(join(root, guide), 'utf8'))?.[1] ?? ''
    writeFileSync(join(folder, 'faults.yaml'), file)
    const other = startDrover(['emulator', '--data', 'other', '--port', '0', '--faults', 'faults.yaml', '--json'], { cwd: folder })
    await other.said('"signIn"')
    other.interrupt()
    expect(await other.ended).toBe(0)
    expect(linesOf(other.output())).toHaveLength(1)
  })
})

describe('starting local environments', () => {
  const run = (...args: readonly string[]) => runDrover(['emulator', ...args, '--json'])
  const errorOf = (stderr: string) => (JSON.parse(stderr) as { error: { code: string; message: string } }).error

  it('names the line of a faults file that is wrong', async () => {
    const file = join(folder, 'wrong.yaml')
    writeFileSync(file, 'seed: 1\nfaults:\n  - kind: server-error\n    status: 418\n  - kind: lock\n')
    const { code, stderr } = await run('--data', join(folder, 'x'), '--port', '0', '--faults', file)
    expect([code, errorOf(stderr).code]).toEqual([3, 'emulator.faults-invalid'])
    expect(errorOf(stderr).message).toMatch(/line 4: faults\.0\.status: .*; line 5: faults\.1\.seconds: /)
  })

  it('refuses an unknown template and lists the known, and a clock that cannot be', async () => {
    const unknown = await run('--data', join(folder, 'y'), '--port', '0', '--template', 'marketing')
    expect([unknown.code, errorOf(unknown.stderr).code]).toEqual([3, 'emulator.template-unknown'])
    expect((await run('--clock', '0')).code).toBe(2)
  })

  it('refuses to change what is not there, and a folder that another emulator serves', async () => {
    const data = join(folder, '.drover/emulator')
    expect((await run('reset', 'nobody', '--data', data)).code).toBe(4)
    expect((await run('reset', 'dev', '--data', join(folder, 'nowhere'))).code).toBe(4)
    expect((await run('restore', 'dev', '--data', data, '--from', join(folder, 'no.snapshot'))).code).toBe(4)
    const damaged = join(folder, 'damaged.snapshot')
    writeFileSync(damaged, 'nothing')
    expect(errorOf((await run('restore', 'dev', '--data', data, '--from', damaged)).stderr).code).toBe('emulator.snapshot-unreadable')
    expect(errorOf((await run('--data', data, '--port', '0')).stderr).code).toBe('workspace.in-use')
  })

  it('works on the folder itself when no emulator runs there', async () => {
    const data = join(folder, 'stopped')
    const first = startDrover(['emulator', '--data', data, '--port', '0', '--environments', 'one', '--json'])
    await first.said('"signIn"')
    first.interrupt()
    expect(await first.ended).toBe(0)
    const file = join(folder, 'one.snapshot')
    for (const args of [
      ['snapshot', 'one', '--out', file],
      ['reset', 'one'],
      ['restore', 'two', '--from', file],
    ]) {
      const { code, stdout, stderr } = await run(...args, '--data', data)
      expect([code, stderr, JSON.parse(stdout)]).toMatchObject([0, '', { isRunning: false }])
    }
    const again = startDrover(['emulator', '--data', data, '--port', '0', '--json'])
    await again.said('"signIn"')
    expect((JSON.parse(again.output()) as { environments: { name: string }[] }).environments.map(({ name }) => name)).toEqual([
      'one',
      'two',
    ])
    again.interrupt()
    await again.ended
  })
})
