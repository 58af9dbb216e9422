import type { Output } from '../deps.ts'

/** How far long work is, in one line of a terminal that is written over; nothing anywhere else. */
export interface ProgressBar {
  /** `total` is undefined while nobody knows it. */
  tell(done: number, total?: number): void
  /** Takes the line away again. */
  end(): void
}

const showAfterMs = 1000
const barWidth = 24

/** Shows itself when the work has taken a second; `now` in milliseconds. */
export function createProgressBar(verb: string, output: Output, now: () => number): ProgressBar {
  const startedAt = now()
  let isShown = false
  return {
    tell(done, total) {
      if (!output.isTerminal || now() - startedAt < showAfterMs) return
      isShown = true
      output.write(`\r\u001b[2K${lineOf(verb, done, total)}`)
    },
    end() {
      if (isShown) output.write('\r\u001b[2K')
    },
  }
}

function lineOf(verb: string, done: number, total: number | undefined): string {
  if (total === undefined || total === 0) return `${verb} … ${done} files`
  const filled = Math.round((Math.min(done, total) / total) * barWidth)
  return `${verb} ${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${done}/${total} files`
}
