import { unsafePath } from './zip-error.ts'

/**
 * Refuses paths that some file system would take for one: equal save capitals (Windows, macOS) or the way that accents are
 * composed (macOS), or a file where another path needs a folder. Folders are named with a slash at the end.
 */
export function refuseCollisions(paths: readonly string[]): void {
  const keyed = paths.map((path) => ({ path, key: sortKey(path) }))
  keyed.sort((one, other) => (one.key < other.key ? -1 : Number(one.key > other.key)))
  let previous: { path: string; key: string } | undefined
  for (const current of keyed) {
    if (previous !== undefined && !previous.path.endsWith('/')) {
      if (current.key === previous.key)
        throw unsafePath(`The zip has two entries named "${current.path}"${as(previous.path, current.path)}.`)
      if (current.key.startsWith(`${previous.key}\0`)) {
        throw unsafePath(`The zip has a file "${previous.path}" where "${current.path}" needs a folder.`)
      }
    }
    previous = current
  }
}

/** NUL, which no path holds, sorts before everything: what lies under a path comes right after it. */
function sortKey(path: string): string {
  return path.toLowerCase().normalize('NFC').replaceAll('/', '\0')
}

function as(one: string, other: string): string {
  return one === other ? '' : ` (the other says "${one}"), which some systems take for the same file`
}
