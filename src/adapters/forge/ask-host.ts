import { DroverError, errorMessage } from '#domain/kernel'

/** Largest answer of a host that is read, in characters. */
const largestAnswer = 5_000_000

/** Asks a host and gives its JSON. A redirect is not followed: it would take the token elsewhere. */
export async function askHost(url: string, headers: Readonly<Record<string, string>>, answersWithinMs: number): Promise<unknown> {
  const response = await send(url, headers, answersWithinMs)
  if (response.status === 401 || response.status === 403 || (response.status >= 300 && response.status < 400) || response.status === 203) {
    // Azure DevOps answers a token that it does not know with 203, or leads to its sign-in page.
    throw new DroverError('forge.not-let-in', `${new URL(url).origin} does not let Drover in (${response.status}).`, {
      hint: 'Give the source host in drover.yaml a token that may read pull requests.',
    })
  }
  if (response.status === 404) {
    throw new DroverError('forge.unknown', `${new URL(url).origin} knows no such pull request, or does not show it to Drover.`, {
      hint: 'Check the address, and whether the token of the source host may read that repository.',
    })
  }
  const text = response.status === 200 ? await response.text() : ''
  if (response.status !== 200 || text.length > largestAnswer) throw unreachable(url, `it answered ${response.status}`)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw unreachable(url, 'its answer is no JSON', error)
  }
}

async function send(url: string, headers: Readonly<Record<string, string>>, answersWithinMs: number): Promise<Response> {
  try {
    return await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(answersWithinMs) })
  } catch (error) {
    throw unreachable(url, errorMessage(error), error)
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
