import { DroverError } from '#domain/kernel'
import type { XmlTape } from '../xml/tape.ts'

/** A file that a component cannot be without. */
export interface RequiredFile {
  readonly zipPath: string
  /** Where the folder should have it. */
  readonly sourcePath: string
  /** The file that asks for it, and the line there. */
  readonly askedBy: string
  readonly line: number
}

/** Refuses a folder in which files are missing that components name, all of them at once. `present`: paths in the zip, in lower case. */
export function checkRequiredFiles(required: readonly RequiredFile[], present: ReadonlySet<string>): void {
  const missing = required.filter(({ zipPath }) => !present.has(zipPath.toLowerCase()))
  if (missing.length === 0) return
  const lines = missing.map(
    ({ sourcePath, askedBy, line }) => `Cannot find required file '${sourcePath}'. ${askedBy}, line ${line}, asks for it.`,
  )
  throw new DroverError('solution.file-missing', lines.join('\n'), {
    hint: 'Restore the file from source control, or remove the component that asks for it together with its RootComponent.',
  })
}

/** The line that a node begins on, counted from 1. */
export function lineOf(tape: XmlTape, at: number): number {
  let line = 1
  for (let i = 0, end = tape.start(at); i < end; i++) if (tape.bytes[i] === 10) line++
  return line
}
