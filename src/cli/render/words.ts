import type { Paint } from './paint.ts'

/** 2026-11-21T09:30:12.345Z → 2026-11-21 09:30:12 UTC. */
export function timeText(instant: string): string {
  return `${instant.slice(0, 19).replace('T', ' ')} UTC`
}

/**
 * Sentences for a reader: the exact instants that the engine puts into them as {@link timeText}. Only those that a word leads to: values of
 * options and of keys stay as they are to be taken. What others wrote among them says nothing to the terminal: see {@link shownText}.
 */
export function readableText(text: string): string {
  return shownText(text).replace(/(?<=(?<![-\w])[A-Za-z]+ )\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, timeText)
}

/**
 * Control characters, and those that turn the order of letters around, as their numbers: in a reason, a name or a label of a solution they would
 * wipe out or write over what whoever decides is to read. Lines, tabs and the colours of {@link createPaint} stay.
 */
function shownText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(commanding, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const commanding =
  /\u001b(?!\[(?:1|2|22|31|32|33|39)m)|[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** Whole text of a duration, for example 2 min 5 s. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** sha256:0123456789ab… */
export function shortDigest(digest: string): string {
  return `${digest.slice(0, 'sha256:'.length + 12)}…`
}

export function stateText(state: string, paint: Paint): string {
  if (['succeeded', 'sealed', 'pass', 'open'].includes(state)) return paint.green(state)
  if (['failed', 'errored', 'refused', 'rejected', 'fail', 'closed'].includes(state)) return paint.red(state)
  if (['pending', 'running', 'migrating', 'indeterminate'].includes(state)) return paint.yellow(state)
  return state
}
