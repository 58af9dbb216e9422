import type { PackageLimits } from '../limits.ts'
import type { PackageFile } from '../package.ts'
import { openZip } from './open-zip.ts'

/** All files of a zip at once, in the order of its directory. What cannot be trusted is refused as {@link openZip} says. */
export async function readZip(bytes: Uint8Array, limits: Partial<PackageLimits> = {}): Promise<PackageFile[]> {
  const zip = openZip(bytes, limits)
  const files: PackageFile[] = []
  for (const path of zip.paths) files.push({ path, bytes: await zip.read(path) })
  return files
}
