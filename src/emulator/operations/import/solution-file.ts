import { readSolution } from '#format'
import { errorMessage } from '#domain/kernel'
import { ODataError } from '../../errors.ts'

/** A solution file taken apart. */
export type SolutionFile = Awaited<ReturnType<typeof readSolution>>

/** Reads the base64 text of `CustomizationFile`. Throws the service's refusal of what is not a solution file. */
export async function readSolutionFile(bytes: Uint8Array): Promise<SolutionFile> {
  try {
    return await readSolution(bytes)
  } catch (error) {
    // ImportCustomizationsBadZipFileError (web-api A.5); the text after the first sentence is the emulator's own reason.
    throw new ODataError(
      400,
      '0x80048060',
      `The solution file is invalid. The compressed file must contain the following files at its root: solution.xml, customizations.xml, and [Content_Types].xml. ${errorMessage(error)}`,
    )
  }
}

/** The bytes of a binary parameter. Throws the service's payload error. */
export function decodeBinary(name: string, value: unknown): Uint8Array {
  if (typeof value !== 'string' || value === '') throw new ODataError(400, '0x80040203', `Required field '${name}' is missing.`)
  return Buffer.from(value, 'base64')
}
