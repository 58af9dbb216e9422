import type { Unseen } from '#domain/environment'
import { DroverError } from '#domain/kernel'

/** What an answer of the environment means that asks for a right, a table or a message which is not there for us: 403, 404, 400 and 501. */
const unseenCodes: ReadonlySet<string> = new Set(['dataverse.forbidden', 'dataverse.not-found', 'dataverse.refused'])

/** Whether the environment answered, and the answer is that this cannot be had. Everything else is breakage. */
export function isUnseen(error: unknown): error is DroverError {
  return error instanceof DroverError && unseenCodes.has(error.code) && !error.isRetryable
}

/** Whether the environment answered that it has no such table or message: then there is nothing of it to see. */
export function isNotServed(error: unknown): error is DroverError {
  return isUnseen(error) && error.code !== 'dataverse.forbidden'
}

/** A question about an environment, with what would help who may not ask it. */
export interface Question<Answer> {
  /** What stays unknown without an answer. */
  readonly what: string
  /** What cannot be said to be in order without an answer. */
  readonly hides?: Unseen['hides']
  /** The right that it takes, in a sentence. */
  readonly help: string
  ask(): Promise<Answer>
}

/** The answer, or what could not be seen and why. */
export async function askOrUnseen<Answer>({
  what,
  help,
  hides,
  ask,
}: Question<Answer>): Promise<{ readonly answer: Answer | undefined; readonly unseen: readonly Unseen[] }> {
  try {
    return { answer: await ask(), unseen: [] }
  } catch (error) {
    if (!isUnseen(error)) throw error
    const unseen: Unseen = { what, why: `${error.message} ${help}`, ...(hides === undefined ? {} : { hides }) }
    return { answer: undefined, unseen: [unseen] }
  }
}
