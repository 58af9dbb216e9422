import { DroverError } from '#domain/kernel'
import type { SolutionFiles } from './solution-files.ts'
import { entriesOf, entryOf } from './yaml-node.ts'

/** Types of root components that SolutionPackager cannot pack without their source [seen in 1 public repository]. */
const needSource: ReadonlyMap<string, { readonly noun: string; readonly folder: string }> = new Map([
  ['91', { noun: 'plug-in assembly', folder: 'pluginassemblies' }],
  ['92', { noun: 'plug-in step', folder: 'sdkmessageprocessingsteps' }],
])

/** Refuses root components of which there must be a file and is none, all at once. */
export function refuseWithoutSource(
  files: SolutionFiles,
  source: { readonly found: ReadonlySet<string>; readonly source: { readonly solution: string } },
): void {
  const missing = entriesOf(files.rootComponents?.node, 'RootComponent').flatMap((root) => {
    const kind = needSource.get(String(entryOf(root, '@type') ?? ''))
    const id = entryOf(root, '@id')
    return kind === undefined || typeof id !== 'string' || source.found.has(bareId(id)) ? [] : [`  ${kind.noun} ${id}, in ${kind.folder}/`]
  })
  if (missing.length === 0) return
  const path = `solutions/${source.source.solution}/rootcomponents.yml`
  throw new DroverError('solution.no-source', `${path} names components of which there is no file:\n${missing.join('\n')}`, {
    hint: 'Take the files from version control again, or take the components out of rootcomponents.yml.',
  })
}

export function bareId(id: string): string {
  return id.replace(/[{}]/g, '').toLowerCase()
}
