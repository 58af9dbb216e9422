import { DroverError } from '#domain/kernel'
import { safeEntryPath } from '../zip/entry-path.ts'

/** Whether a file or folder may have the name, with an extension or without, on every system. */
export function isFileName(name: string): boolean {
  if (/[<>:"/\\|?*\x00-\x1f]/.test(name)) return false
  try {
    safeEntryPath(`${name}/${name}.yml`)
    return true
  } catch (error) {
    if (error instanceof DroverError) return false
    throw error
  }
}
