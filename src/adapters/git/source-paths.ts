import { DroverError } from '#domain/kernel'

/** Joins folder and file to the path inside the repository; throws `source-control.path-refused` for what could leave the folder. */
export function sourcePath(folder: string, file: string): string {
  const path = `${checkPath(folder)}/${checkPath(file)}`
  return path
}

export function checkPath(path: string): string {
  const isSafe = path !== '' && !path.includes('\\') && !path.includes('\0') && path.split('/').every(isSafeSegment)
  if (isSafe) return path
  throw new DroverError(
    'source-control.path-refused',
    `The path ${JSON.stringify(path)} cannot be committed: it is absolute, leaves its folder or names git's own.`,
    {
      hint: 'Check the solution file: a file inside it has a path that no solution should have.',
    },
  )
}

/** Empty segments come from absolute paths and doubled slashes; `.git` in any case (and `git~1`) is git's own on some file systems. */
function isSafeSegment(segment: string): boolean {
  if (segment === '' || segment === '.' || segment === '..') return false
  return !/^(\.git|git~\d+)[. ]*$/i.test(segment)
}
