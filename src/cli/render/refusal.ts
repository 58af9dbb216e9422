import type { Refusal } from '#domain/kernel'
import type { Paint } from './paint.ts'
import { readableText } from './words.ts'

/** A "no" for people: what, the single reasons, what to do next. */
export function refusalText(refusal: Refusal, paint: Paint): string {
  const reasons = refusal.reasons.map((reason) => `  - ${paint.bold(reason.subject)}: ${reason.message}\n`)
  const hint = refusal.hint === '' ? '' : `→ ${refusal.hint}\n`
  return readableText(`${paint.red('✖')} ${refusal.message} ${paint.dim(`[${refusal.code}]`)}\n${reasons.join('')}${hint}`)
}
