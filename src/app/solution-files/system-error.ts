import { DroverError } from '#domain/kernel'

/** What the system said, for example ENOSPC; undefined for what it did not say. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** A failed write as an error of ours: what could not be written, why in words, and what to do. */
export function unwritable(path: string, error: unknown): DroverError {
  if (error instanceof DroverError) return error
  const code = systemCode(error)
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new DroverError('solution.disk-full', `There is not enough room to write ${path}. Nothing was changed.`, {
      hint: 'Free some space, or write to another disk, and run it again.',
      cause: error,
    })
  }
  if (code === 'ENAMETOOLONG' || code === 'EINVAL' || code === 'EILSEQ') {
    return new DroverError('solution.name-unusable', `This file system cannot hold a file named ${path}. Nothing was changed.`, {
      hint: 'Choose a target with a shorter path, or on another file system.',
      cause: error,
    })
  }
  return new DroverError('solution.target-unwritable', `${path} cannot be written (${code ?? String(error)}). Nothing was changed.`, {
    hint: 'Check the path and the rights on its folder.',
    cause: error,
  })
}

/** A failed read as an error of ours. */
export function unreadable(path: string, error: unknown): DroverError {
  if (error instanceof DroverError) return error
  const code = systemCode(error)
  return code === 'ENOENT'
    ? new DroverError('file.absent', `There is no file or folder "${path}".`, { hint: 'Check the path.', cause: error })
    : new DroverError('file.unreadable', `"${path}" cannot be read (${code ?? String(error)}).`, {
        hint: 'Check the path and the rights on it.',
        cause: error,
      })
}
