import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createContext } from '../context.ts'
import type { CliDeps } from '../deps.ts'
import { createProgressBar } from './progress.ts'

/** The one line of a terminal: `shown` is what a person sees on it, `lines` how many there are. */
function createTerminal(isTerminal = true) {
  let written = ''
  return {
    isTerminal,
    write: (text: string) => void (written += text),
    written: () => written,
    shown: () => written.slice(written.lastIndexOf('\r') + 1).replace('\u001b[2K', ''),
    lines: () => written.split('\n').length,
  }
}

describe('a progress bar', () => {
  it('shows nothing of work that takes less than a second', () => {
    const [terminal, clock] = [createTerminal(), { now: 5000 }]
    const bar = createProgressBar('Unpacking', terminal, () => clock.now)
    for (clock.now of [5000, 5400, 5999]) bar.tell(1, 10)
    bar.end()
    expect(terminal.written()).toBe('')
  })

  it('writes one line over and over from then on, and takes it away at the end', () => {
    const [terminal, clock] = [createTerminal(), { now: 5000 }]
    const bar = createProgressBar('Packing', terminal, () => clock.now)
    clock.now = 6000
    bar.tell(1, 4)
    expect(terminal.shown()).toBe(`Packing ${'█'.repeat(6)}${'░'.repeat(18)} 1/4 files`)
    bar.tell(4, 4)
    expect(terminal.shown()).toBe(`Packing ${'█'.repeat(24)} 4/4 files`)
    bar.end()
    expect([terminal.shown(), terminal.lines()]).toEqual(['', 1])
    // Each writing clears the line first, so that no rest of a longer one stays.
    expect([terminal.written().split('\r').length, terminal.written().split('\r\u001b[2K').length]).toEqual([4, 4])
  })

  it('counts while nobody knows how many files there will be, and never runs over its end', () => {
    const [terminal, clock] = [createTerminal(), { now: 0 }]
    const bar = createProgressBar('Unpacking', terminal, () => clock.now)
    clock.now = 1000
    bar.tell(17)
    expect(terminal.shown()).toBe('Unpacking … 17 files')
    bar.tell(12, 10)
    expect(terminal.shown()).toBe(`Unpacking ${'█'.repeat(24)} 12/10 files`)
  })
})

describe('the progress bar of a command', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
  afterEach(() => void vi.useRealTimers())

  function shownAfterASecond({ isTerminal = true, isJson = false, env = {} }: { isTerminal?: boolean; isJson?: boolean; env?: object }) {
    const stderr = createTerminal(isTerminal)
    // A progress bar asks for nothing else of the world.
    const deps = { stderr, env } as unknown as CliDeps
    const bar = createContext({ args: [], options: {}, deps, isJson }).progressBar('Unpacking')
    vi.setSystemTime(Date.now() + 1000)
    bar.tell(3)
    return stderr.shown()
  }

  it('is shown on a terminal', () => {
    expect(shownAfterASecond({})).toBe('Unpacking … 3 files')
    expect(shownAfterASecond({ env: { CI: 'false' } })).toBe('Unpacking … 3 files')
    expect(shownAfterASecond({ env: { CI: '' } })).toBe('Unpacking … 3 files')
  })

  it.for([
    ['where stderr is a file or a pipe', { isTerminal: false }],
    ['in a build, whose log would keep every writing', { env: { CI: 'true' } }],
    ['for machines', { isJson: true }],
  ] as const)('is not shown %s', ([, world]) => {
    expect(shownAfterASecond(world)).toBe('')
  })
})
