import type { Refusal } from '#domain/kernel'
import type { Paint } from './render/paint.ts'

/** What a command came to: data for machines, the same in words for people, and how the process ends. */
export type Outcome =
  // No data: --json prints nothing more.
  | {
      readonly kind: 'done'
      readonly data: unknown
      readonly text: (paint: Paint) => string
      /** The text is a file to be saved: not a letter of it is changed for readers. */
      readonly isFile?: true
      readonly exitCode?: number
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly exitCode: number }

export function done(data: unknown, text: (paint: Paint) => string, exitCode?: number): Outcome {
  return { kind: 'done', data, text, ...(exitCode === undefined ? {} : { exitCode }) }
}

/** What is printed to be saved as a file. */
export function doneWithFile(data: unknown, text: string): Outcome {
  return { kind: 'done', data, text: () => text, isFile: true }
}

/** A "no": from the API with its status, or from an offline command without. */
export function refused(answer: { readonly refusal: Refusal; readonly status?: number }): Outcome {
  return { kind: 'refused', refusal: answer.refusal, exitCode: refusalExitCode(answer) }
}

function refusalExitCode({ refusal, status }: { readonly refusal: Refusal; readonly status?: number }): number {
  if (status === 404 || refusal.code === 'solution.file-absent') return 4
  if (refusal.code === 'request.invalid') return 2
  if (refusal.code.startsWith('auth.')) return 5
  return 3
}
