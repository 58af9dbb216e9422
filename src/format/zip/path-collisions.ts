import { unsafePath } from './zip-error.ts'

/**
 * Refuses paths that some file system would take for one: equal save capitals (Windows, macOS) or the way that accents are
 * composed (macOS), or a file where another path needs a folder. Folders are named with a slash at the end.
 */
export function refuseCollisions(paths: readonly string[]): void {
  const byKey = new Map<string, string>()
  for (const path of paths) {
    const key = sortKey(path)
    const twin = byKey.get(key)
    if (twin !== undefined && !path.endsWith('/')) throw unsafePath(`The zip has two entries named "${path}"${saidOtherwise(twin, path)}.`)
    byKey.set(key, path)
  }
  let before: string | undefined
  for (const key of [...byKey.keys()].sort()) {
    if (before !== undefined && key.startsWith(`${before}\0`)) {
      throw unsafePath(`The zip has a file "${byKey.get(before)}" where "${byKey.get(key)}" needs a folder.`)
    }
    before = key
  }
}

/** NUL, which no path holds, sorts before everything: what lies under a path comes right after it. */
function sortKey(path: string): string {
  // Replacing them in place takes seconds for paths of thousands of folders.
  return path.toLowerCase().normalize('NFC').split('/').join('\0')
}

function saidOtherwise(one: string, other: string): string {
  return one === other ? '' : ` (once as "${one}"), which some systems take for the same file`
}
