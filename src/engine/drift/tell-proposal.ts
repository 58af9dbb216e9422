import type { SourceMerge } from '#format'
import type { DispositionRun } from './disposition-work.ts'
import type { MergedChanges } from './merge-changes.ts'

/** The commit message of a proposal: what production changed, in words that a reviewer needs no platform for. */
export function proposalMessage(run: Pick<DispositionRun, 'environment' | 'solution' | 'subjects'>, merge: MergedChanges): string {
  const count = run.subjects.length
  const head = `Bring back ${count === 1 ? 'a change' : `${count} changes`} of ${run.solution} from ${run.environment.name}`
  const found = run.subjects.map(({ deviation }) => `- ${deviation.message}${whoAndWhen(deviation)}`)
  const outcome = merge.components.filter(({ note }) => note !== '').map(({ component, note }) => `- ${component}: ${note}`)
  const how = merge.withoutTransport === undefined ? '' : `${merge.withoutTransport}: what changed is read from the layers by hand.`
  return [head, found.join('\n'), how, section('What changes in the source:', merge.difference), section('To be looked at:', outcome)]
    .filter((part) => part !== '')
    .join('\n\n')
}

function whoAndWhen({ who, when }: { readonly who: { readonly name: string } | undefined; readonly when: string | undefined }): string {
  if (when === undefined) return ''
  return ` (${who === undefined ? '' : `${who.name}, `}${when.slice(0, 16).replace('T', ' ')})`
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${title}\n${lines.join('\n')}`
}

/** Both sides of every conflict, for whoever brings them together; undefined when there is none. The source itself has what Dev says. */
export function conflictPage(run: Pick<DispositionRun, 'environment' | 'solution'>, merge: SourceMerge): string | undefined {
  if (merge.conflicts.length === 0) return undefined
  const head = [
    `# Changed on both sides: ${run.solution}`,
    `${run.environment.name} and Dev changed the following, each in its own way. The source on this branch has what Dev says. Decide for each, and delete this file.`,
  ]
  const each = merge.conflicts.map(({ component, where, base, theirs, ours }) =>
    [
      `## ${component}`,
      `At ${where}:`,
      block('as it was shipped', base),
      block(`in ${run.environment.name}`, theirs),
      block('in Dev, and on this branch', ours),
    ].join('\n\n'),
  )
  return `${[...head, ...each].join('\n\n')}\n`
}

function block(title: string, text: string | undefined): string {
  if (text === undefined) return `${title}: not there`
  // A fence longer than any in the text keeps the text inside.
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `${title}:\n\n${fence}\n${text}\n${fence}`
}
