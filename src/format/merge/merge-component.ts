import type { ComponentPart, PackageFile } from '../package.ts'
import { mergeFile } from './merge-file.ts'
import { mergeElements, type MergeNotes } from './merge-xml.ts'
import { withRepeatedLabels } from './repeated-labels.ts'
import { pick, type MergeConflict, type Versions } from './pick.ts'

/** Brings their changes of one component to ours: its XML, and its files. */
export function mergeComponent(versions: Versions<ComponentPart>): {
  readonly part: ComponentPart
  readonly conflicts: readonly MergeConflict[]
} {
  const { base, theirs, ours } = versions
  const notes: MergeNotes = { component: `${ours.kind}:${ours.key}`, kind: ours.kind, conflicts: [] }
  const xml =
    base.xml === undefined || theirs.xml === undefined || ours.xml === undefined
      ? ours.xml
      : mergeElements(notes, { base: base.xml, theirs: withRepeatedLabels(theirs.xml, base.xml), ours: ours.xml })
  const files = mergeFiles(notes, versions)
  return { part: { ...ours, xml, files }, conflicts: notes.conflicts }
}

function mergeFiles(notes: MergeNotes, versions: Versions<ComponentPart>): readonly PackageFile[] {
  return pairFiles(versions).flatMap((files) => {
    const merged = mergeFile(notes, files)
    if (merged === undefined) return []
    // A flow's file is named after the flow: whoever renamed it named the file.
    const paths = { base: files.base?.path, theirs: files.theirs?.path, ours: files.ours?.path }
    const side = pick(paths, (a, b) => a === b)
    const path = (side === 'theirs' ? paths.theirs : paths.ours) ?? merged.path
    return [{ path, bytes: merged.bytes }]
  })
}

/** By path; what is left over and the only one of its sort is one file that was renamed. */
function pairFiles({ base, theirs, ours }: Versions<ComponentPart>): readonly Versions<PackageFile | undefined>[] {
  const pairs: Versions<PackageFile | undefined>[] = []
  const left = { base: [...base.files], theirs: [...theirs.files], ours: [...ours.files] }
  const take = (side: keyof typeof left, isWanted: (file: PackageFile) => boolean): PackageFile | undefined => {
    const at = left[side].findIndex(isWanted)
    return at < 0 ? undefined : left[side].splice(at, 1)[0]
  }
  for (const file of ours.files) {
    const fits = ({ path }: PackageFile): boolean => path.toLowerCase() === file.path.toLowerCase()
    const isAlone = ours.files.filter((other) => sortOf(other) === sortOf(file)).length === 1
    const isSort = (other: PackageFile): boolean => isAlone && sortOf(other) === sortOf(file)
    take('ours', (other) => other === file)
    pairs.push({ base: take('base', fits) ?? take('base', isSort), theirs: take('theirs', fits) ?? take('theirs', isSort), ours: file })
  }
  for (const file of [...left.theirs]) {
    const fits = ({ path }: PackageFile): boolean => path.toLowerCase() === file.path.toLowerCase()
    pairs.push({ base: take('base', fits), theirs: file, ours: undefined })
  }
  return pairs
}

function sortOf({ path }: PackageFile): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return name.includes('.') ? name.slice(name.lastIndexOf('.')).toLowerCase() : ''
}
