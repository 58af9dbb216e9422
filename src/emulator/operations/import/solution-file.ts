import { createHash } from 'node:crypto'
import { readSolution } from '#format'
import { errorCode, errorMessage } from '#domain/kernel'
import { ODataError } from '../../errors.ts'
import { notSupported } from '../../odata/refuse.ts'

/** A solution file taken apart. */
export type SolutionFile = Awaited<ReturnType<typeof readSolution>>

/** Reads a solution file. Throws the service's refusal of what is none (texts of the error reference; what follows them is our own reason). */
export async function readSolutionFile(bytes: Uint8Array): Promise<SolutionFile> {
  try {
    const file = await readOnce(bytes)
    if (!file.package.otherFiles.some(({ path }) => path.toLowerCase() === '[content_types].xml'))
      throw badZip('It has no [Content_Types].xml.')
    if (isUnmanagedDefault(file)) throw notSupported('importing the Default solution')
    return file
  } catch (error) {
    throw error instanceof ODataError ? error : refusalOf(error)
  }
}

// The service takes one; here no solution stands for all that is unmanaged.
function isUnmanagedDefault({ model }: SolutionFile): boolean {
  return model.manifest.uniqueName.toLowerCase() === 'default' && !model.manifest.isManaged
}

function refusalOf(error: unknown): ODataError {
  switch (errorCode(error)) {
    // ImportNonWellFormedFileError.
    case 'solution.bad-xml':
      return new ODataError(400, '0x80048013', `Invalid customization file. This file is not well formed. ${errorMessage(error)}`)
    // ImportXsdValidationError: an element that the schema demands is absent. Which words the validation uses is unverified.
    case 'solution.bad-manifest':
      return new ODataError(
        400,
        '0x8004801A',
        `The import file is invalid. XSD validation failed with the following error: '${errorMessage(error)}'.`,
      )
    default:
      return badZip(errorMessage(error))
  }
}

// ImportCustomizationsBadZipFileError.
function badZip(reason: string): ODataError {
  return new ODataError(
    400,
    '0x80048060',
    `The solution file is invalid. The compressed file must contain the following files at its root: solution.xml, customizations.xml, and [Content_Types].xml. Customization files exported from previous versions of Microsoft Dynamics 365 are not supported. ${reason}`,
  )
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
