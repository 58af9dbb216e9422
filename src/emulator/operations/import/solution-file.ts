import { createHash } from 'node:crypto'
import { readSolution } from '#format'
import { errorMessage } from '#domain/kernel'
import { ODataError } from '../../errors.ts'

/** A solution file taken apart. */
export type SolutionFile = Awaited<ReturnType<typeof readSolution>>

/** Reads the base64 text of `CustomizationFile`. Throws the service's refusal of what is not a solution file. */
export async function readSolutionFile(bytes: Uint8Array): Promise<SolutionFile> {
  try {
    return await readOnce(bytes)
  } catch (error) {
    // ImportCustomizationsBadZipFileError (web-api A.5); the text after the first sentence is the emulator's own reason.
    throw new ODataError(
      400,
      '0x80048060',
      `The solution file is invalid. The compressed file must contain the following files at its root: solution.xml, customizations.xml, and [Content_Types].xml. ${errorMessage(error)}`,
    )
  }
}

const filesByDigest = new Map<string, WeakRef<SolutionFile>>()
const maxFiles = 8

/** What is staged is imported right after, and then into the next environment: equal bytes are taken apart once, while memory allows. */
async function readOnce(bytes: Uint8Array): Promise<SolutionFile> {
  const digest = createHash('sha256').update(bytes).digest('hex')
  const known = filesByDigest.get(digest)?.deref()
  if (known !== undefined) return known
  const file = await readSolution(bytes)
  filesByDigest.delete(digest)
  const [oldest] = filesByDigest.size < maxFiles ? [] : filesByDigest.keys()
  if (oldest !== undefined) filesByDigest.delete(oldest)
  filesByDigest.set(digest, new WeakRef(file))
  return file
}

/** The bytes of a binary parameter. Throws the service's payload error. */
export function decodeBinary(name: string, value: unknown): Uint8Array {
  if (typeof value !== 'string' || value === '') throw new ODataError(400, '0x80040203', `Required field '${name}' is missing.`)
  return Buffer.from(value, 'base64')
}
