import { DroverError } from '#domain/kernel'
import type { FileTree } from '../file-tree.ts'
import type { XmlTape } from '../xml/tape.ts'
import type { PackWarning } from './options.ts'
import { demandRoot, readTape } from './packing.ts'
import { lineOf } from './required-files.ts'

interface IndexCheck {
  readonly source: FileTree
  /** Names of the relationships that the files of the folder bring, in lower case. */
  readonly present: ReadonlySet<string>
  /** The folder is of both package types: the index that holds for both may list what only one of them has. */
  readonly isOfBoth: boolean
  readonly warn: (warning: PackWarning) => void
}

/**
 * Compares Other/Relationships.xml, the list of all relationships, with the files that hold them. A relationship that is listed and
 * in no file is refused, as it would be lost; one that is not listed is packed with a warning, as nothing is.
 */
export async function checkRelationshipIndex({ source, present, isOfBoth, warn }: IndexCheck): Promise<void> {
  const path = source.paths.find((one) => one.toLowerCase() === indexPath.toLowerCase())
  if (path === undefined) {
    if (present.size > 0)
      warn(outdated(`There is no ${indexPath}, which lists the relationships. They are packed as their files have them.`))
    return
  }
  const tape = await readTape(source, path)
  const items = tape.elementsOf(demandRoot(tape, 'EntityRelationships'))
  const listed = new Map(items.map((at) => [nameOf(tape, at).toLowerCase(), at]))
  const missing = [...listed].filter(([key]) => !present.has(key)).map(([, at]) => at)
  if (missing.length > 0 && isOfBoth) {
    const names = missing.map((at) => nameOf(tape, at))
    warn(outdated(`${path} lists relationships that no file of this package type holds: ${names.join(', ')}.`))
  } else if (missing.length > 0) throw notFound(tape, missing)
  const unlisted = [...present].filter((key) => !listed.has(key))
  if (unlisted.length > 0) warn(outdated(`${path} does not list all relationships. They are packed nevertheless: ${unlisted.join(', ')}.`))
}

const indexPath = 'Other/Relationships.xml'

function nameOf(tape: XmlTape, item: number): string {
  return tape.attribute(item, 'Name') ?? ''
}

function outdated(message: string): PackWarning {
  return { code: 'solution.index-outdated', message, path: indexPath }
}

function notFound(tape: XmlTape, missing: readonly number[]): DroverError {
  const { path } = tape
  const lines = missing.map(
    (at) =>
      `Cannot find required file 'Other/Relationships/<table>.xml' with the relationship '${nameOf(tape, at)}'. ${path}, line ${lineOf(tape, at)}, lists it.`,
  )
  return new DroverError('solution.file-missing', lines.join('\n'), {
    hint: `Restore the file of the relationships from source control, or remove their lines from ${path} to take them out of the solution.`,
  })
}
