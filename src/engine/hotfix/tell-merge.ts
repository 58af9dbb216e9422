import type { Hotfix } from '#domain/hotfix'
import type { SolutionMerge } from '#format'

type Named = Pick<Hotfix, 'hotfixId' | 'solution' | 'reason' | 'base' | 'shipped'>

/** The commit message: what the hotfix changed, in words that a reviewer needs no platform for. */
export function mergeMessage({ hotfixId, solution, reason, base, shipped }: Named, merge: SolutionMerge): string {
  const head = `Bring hotfix ${hotfixId} of ${solution} to main`
  const about = `${base.version} → ${shipped?.version ?? ''}: ${reason}`
  const notes = merge.components.filter(({ note }) => note !== '').map(({ component, note }) => `- ${component}: ${note}`)
  return [head, about, section('What changes in the source:', merge.difference), section('To be looked at:', notes)]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** Both sides of every conflict, for whoever brings them together; undefined when there is none. */
export function mergePage({ hotfixId, solution }: Named, merge: SolutionMerge): string | undefined {
  if (merge.conflicts.length === 0) return undefined
  const head = `# Changed on both sides: ${solution}\n\nHotfix ${hotfixId} and Dev changed the following, each in its own way. The source on this branch has what Dev says. Decide for each, and delete this file.`
  const each = merge.conflicts.map(({ component, where, base, theirs, ours }) =>
    [
      `## ${component}`,
      `At ${where}:`,
      block('as production had it before', base),
      block('in the hotfix', theirs),
      block('in Dev, and on this branch', ours),
    ].join('\n\n'),
  )
  return `${[head, ...each].join('\n\n')}\n`
}

function block(title: string, text: string | undefined): string {
  if (text === undefined) return `${title}: not there`
  // A fence longer than any in the text keeps the text inside.
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `${title}:\n\n${fence}\n${text}\n${fence}`
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${title}\n${lines.join('\n')}`
}
