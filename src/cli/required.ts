import type { Reply } from '#contract'
import { DroverError } from '#domain/kernel'

/** The value of an answer that can only be yes: what was just made is there. */
export function required<T>(answer: Reply<T>): T {
  if (answer.ok) return answer.value
  throw new DroverError(answer.refusal.code, answer.refusal.message, { hint: answer.refusal.hint })
}
