import { open, readFile } from 'node:fs/promises'
import { DroverError, errorMessage } from '#domain/kernel'
import { readSignedHeads } from '#domain/evidence'
import type { Anchors } from '#engine/ports'

/** Keeps signed heads in files and at addresses outside. */
export function createAnchors(options: { readonly answersWithinMs: number } = { answersWithinMs: 15_000 }): Anchors {
  return {
    appendToFile,
    post: (url, anchor) => post(url, anchor, options.answersWithinMs),
  }
}

async function appendToFile(path: string, text: string): Promise<void> {
  const there = await readIfThere(path)
  if (there.split('\n').includes(text)) return
  // Whatever else is in it was written by somebody who does not expect us there.
  const foreign = there.split('\n').find((line) => line.trim() !== '' && readSignedHeads(line).length === 0 && !isTorn(line, text))
  if (foreign !== undefined)
    throw new DroverError(
      'anchor.file-foreign',
      `${path} holds something else than signed heads of a ledger, so nothing was added to it.`,
      {
        hint: 'Name a file of its own for the anchors of the ledger.',
      },
    )
  try {
    const file = await open(path, 'a', 0o644)
    try {
      // A line that a killed process left half written stays what it is: no signed head.
      await file.appendFile(there === '' || there.endsWith('\n') ? `${text}\n` : `\n${text}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    throw new DroverError('anchor.file-unwritable', `The anchor cannot be written to ${path}: ${errorMessage(error)}.`, {
      hint: 'Check that the folder is there and that the user who runs Drover may write to it.',
      cause: error,
      isRetryable: true,
    })
  }
}

/** The beginning of such a line: what was written when the process was killed. */
function isTorn(line: string, text: string): boolean {
  return line.startsWith(text.slice(0, Math.min(line.length, '{"head":{"at":"'.length)))
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw new DroverError('anchor.file-unreadable', `The list of anchors ${path} cannot be read: ${errorMessage(error)}.`, {
      hint: 'Check the rights on the file.',
      cause: error,
    })
  }
}

/** A redirection is not followed: the head goes where the configuration says and nowhere else. */
async function post(url: string, anchor: { readonly id: string; readonly text: string }, answersWithinMs: number): Promise<void> {
  let status: number
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': anchor.id },
      body: anchor.text,
      redirect: 'error',
      signal: AbortSignal.timeout(answersWithinMs),
    })
    status = answer.status
    await answer.body?.cancel()
  } catch (error) {
    throw new DroverError('anchor.unreachable', `${hostOf(url)} did not take the anchor: ${errorMessage(error)}.`, {
      hint: 'Check the address in drover.yaml and the network; it is tried again.',
      cause: error,
      isRetryable: true,
    })
  }
  if (status >= 200 && status < 300) return
  throw new DroverError('anchor.refused', `${hostOf(url)} answered ${status} to the anchor.`, {
    hint: 'Check what listens there; it is tried again.',
    isRetryable: true,
  })
}

/** Paths and queries of such addresses are often secrets. */
function hostOf(url: string): string {
  return new URL(url).host
}
