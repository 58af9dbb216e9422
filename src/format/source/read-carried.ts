import { DroverError } from '#domain/kernel'
import type { FileTree } from '../file-tree.ts'
import { type Carried, carriedPath } from './carried.ts'

/** What the folder carries beside its layout; nothing when there is no such file. */
export async function readCarried(source: FileTree): Promise<Carried> {
  if (!source.paths.includes(carriedPath)) return { format: 1 }
  const text = new TextDecoder().decode(await source.read(carriedPath))
  try {
    return JSON.parse(text) as Carried
  } catch (cause) {
    throw new DroverError('solution.bad-carried', `${carriedPath} is not JSON.`, { cause })
  }
}
