import { DroverError, errorMessage } from '#domain/kernel'

/** Largest answer of a host that is read, in characters. */
const largestAnswer = 5_000_000

/** What goes along with a question to a host. */
export interface Asking {
  readonly headers: Readonly<Record<string, string>>
  readonly answersWithinMs: number
  /** What is to be made there; absent: only asked. */
  readonly post?: unknown
}

/** Asks a host and gives its JSON. A redirect is not followed: it would take the token elsewhere. */
export async function askHost(url: string, asking: Asking): Promise<unknown> {
  const response = await send(url, asking)
  const { status } = response
  const isMaking = asking.post !== undefined
  if (status === 401 || status === 403 || (status >= 300 && status < 400) || status === 203) {
    // Azure DevOps answers a token that it does not know with 203, or leads to its sign-in page.
    throw new DroverError('forge.not-let-in', `${new URL(url).origin} does not let Drover in (${status}).`, {
      hint: `Give the source host in drover.yaml a token that may ${isMaking ? 'open' : 'read'} pull requests.`,
    })
  }
  if (status === 404) {
    throw new DroverError(
      'forge.unknown',
      `${new URL(url).origin} knows no such ${isMaking ? 'repository' : 'pull request'}, or does not show it to Drover.`,
      {
        hint: 'Check the address, and whether the token of the source host may read that repository.',
      },
    )
  }
  if (isMaking && (status === 400 || status === 409 || status === 422)) throw await refused(url, response)
  const isAnswered = status === 200 || (isMaking && status === 201)
  const text = isAnswered ? await response.text() : ''
  if (!isAnswered || text.length > largestAnswer) throw unreachable(url, `it answered ${status}`)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw unreachable(url, 'its answer is no JSON', error)
  }
}

async function send(url: string, { headers, answersWithinMs, post }: Asking): Promise<Response> {
  const making =
    post === undefined
      ? { headers }
      : { headers: { ...headers, 'content-type': 'application/json' }, method: 'POST', body: JSON.stringify(post) }
  try {
    return await fetch(url, { ...making, redirect: 'manual', signal: AbortSignal.timeout(answersWithinMs) })
  } catch (error) {
    throw unreachable(url, errorMessage(error), error)
  }
}

/** Longest of a host's own words that is repeated, in characters. */
const longestWords = 300

async function refused(url: string, response: Response): Promise<DroverError> {
  const text = await response.text().catch(() => '')
  const said = text.length > largestAnswer ? '' : wordsIn(text)
  return new DroverError(
    'forge.refused',
    `${new URL(url).origin} opened no pull request (${response.status})${said === '' ? '' : `: ${said.slice(0, longestWords)}`}.`,
    { hint: 'Look at the branch on the host of the source; merge it there by hand where it takes no pull request for it.' },
  )
}

/** GitHub says why in `message` and `errors[].message`, Azure DevOps in `message`. */
function wordsIn(text: string): string {
  try {
    const answer: unknown = JSON.parse(text)
    const more = listAt(answer, 'errors').flatMap((each) => textAt(each, 'message') ?? [])
    return [textAt(answer, 'message') ?? '', ...more]
      .filter((words) => words !== '')
      .join(' ')
      .replaceAll(/\s+/g, ' ')
  } catch {
    return ''
  }
}

function unreachable(url: string, why: string, cause?: unknown): DroverError {
  return new DroverError('forge.unreachable', `${new URL(url).origin} could not be asked about the pull request: ${why}.`, {
    hint: 'Try again; check the address of the source host in drover.yaml.',
    isRetryable: true,
    ...(cause === undefined ? {} : { cause }),
  })
}

/** A part of an answer, as far as it is an object. */
export function part(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, name) => (typeof at === 'object' && at !== null ? Object.entries(at).find(([key]) => key === name)?.[1] : undefined),
    value,
  )
}

export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = part(value, ...path)
  return typeof found === 'string' && found !== '' ? found : undefined
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = path.length === 0 ? value : part(value, ...path)
  return Array.isArray(found) ? found : []
}

/** The number of a pull request; undefined where the answer has none. */
export function numberAt(value: unknown, name: string): number | undefined {
  const found = part(value, name)
  return typeof found === 'number' && Number.isSafeInteger(found) && found > 0 ? found : undefined
}
