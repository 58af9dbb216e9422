import { readdirSync, statSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import type { FileMap, MappedFiles } from '#format'
import { parseFileMap } from '#format'
import { readWholeFile } from './open-solution.ts'

/**
 * The map file that --map names, and the files outside of the solution's folder that it leads to. Locations are read from that folder on
 * (https://learn.microsoft.com/power-platform/alm/solution-packager-tool, "Use the /map command argument").
 */
export function loadFileMap(path: string, folder: string): { readonly map: FileMap; readonly outside: MappedFiles } {
  const home = resolve(folder)
  return {
    map: parseFileMap(readWholeFile(path), path, process.env),
    outside: { find: (location) => findFiles(resolve(home, location)), read: readWholeFile },
  }
}

/** Files that a location names: itself, or what lies below the folder before its first `**` and fits the rest. */
function findFiles(location: string): string[] {
  const parts = location.split(sep)
  const any = parts.indexOf('**')
  if (any === -1) return isFile(location) ? [location] : []
  const base = parts.slice(0, any).join(sep)
  const fits = new RegExp(`^${parts.slice(any).map(patternOf).join('')}$`, process.platform === 'win32' ? 'iu' : 'u')
  return filesBelow(base)
    .filter((file) => fits.test(`/${relative(base, file).split(sep).join('/')}`))
    .sort()
}

function patternOf(part: string): string {
  return part === '**' ? '(?:/[^/]+)*' : `/${part.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')}`
}

function filesBelow(folder: string): string[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    // Links are not followed: they may lead round in a circle.
    if (entry.isDirectory()) return filesBelow(path)
    return entry.isFile() ? [path] : []
  })
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}
