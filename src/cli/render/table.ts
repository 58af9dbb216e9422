import type { Paint } from './paint.ts'

/** A table with headings; cells may carry colours. Says `whenEmpty` when there is nothing to show. */
export function table(
  columns: { readonly headings: readonly string[]; readonly rows: readonly (readonly string[])[]; readonly whenEmpty: string },
  paint: Paint,
): string {
  if (columns.rows.length === 0) return `${columns.whenEmpty}\n`
  // A cell is one line, whatever somebody wrote into it: a second one would look like a row.
  const rows = columns.rows.map((row) => row.map((cell) => cell.replace(/\s*[\r\n]+\s*/g, ' ')))
  const widths = columns.headings.map((heading, index) =>
    Math.max(visibleLength(heading), ...rows.map((row) => visibleLength(row[index] ?? ''))),
  )
  const lines = rows.map((row) => line(row, widths))
  return `${paint.dim(line(columns.headings, widths))}\n${lines.join('\n')}\n`
}

/** How to go on after a page of a list; nothing when it was the last. */
export function moreText(command: string, next: number | undefined): string {
  return next === undefined ? '' : `More follow: ${command} --after ${next}\n`
}

function line(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, index) => cell + ' '.repeat(Math.max(0, (widths[index] ?? 0) - visibleLength(cell))))
    .join('  ')
    .trimEnd()
}

function visibleLength(text: string): number {
  return [...text.replace(/\u001b\[\d+m/g, '')].length
}
