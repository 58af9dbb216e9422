import type { FileMap } from '#format'
import { parseFileMap } from '#format'
import { readWholeFile } from './open-solution.ts'

/** The map file that --map names. */
export function loadFileMap(path: string): FileMap {
  return parseFileMap(new TextDecoder().decode(readWholeFile(path)), path)
}
