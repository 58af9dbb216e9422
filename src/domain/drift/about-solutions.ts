import type { ObservedSolution } from '#domain/environment'
import type { Deviation } from './drift.ts'
import type { Context } from './drift-facts.ts'
import { fold } from './drift-facts.ts'

export function ofSolution(name: string): Pick<Deviation, 'id' | 'subject'> {
  return { id: `solution:${name}`, subject: { kind: undefined, key: name, name, table: undefined } }
}

export function whoOf(solution: ObservedSolution): Pick<Deviation, 'who' | 'when'> {
  return { who: solution.changedBy, when: solution.changedAt ?? solution.installedAt }
}

export function whoUninstalled(context: Context, name: string): Pick<Deviation, 'who' | 'when'> {
  const uninstall = context.observation.operations.find(({ kind, solution }) => kind === 'uninstall' && fold(solution ?? '') === fold(name))
  return { who: uninstall?.by, when: uninstall?.startedAt }
}
