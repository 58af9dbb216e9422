import type { Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Environment } from './environment.ts'

/** What can be done to a whole environment, or to a whole solution in it, and cannot be undone. */
export type EnvironmentDeed = 'reset' | 'delete' | 'restore-over' | 'copy-over' | 'change-kind' | 'uninstall'

const words: Readonly<Record<EnvironmentDeed, string>> = {
  reset: 'reset',
  delete: 'deleted',
  'restore-over': 'restored over',
  'copy-over': 'copied over',
  'change-kind': 'changed to another kind',
  uninstall: 'relieved of a solution',
}

/**
 * Pets are never rebuilt (PET-02): none of these deeds is offered for them. The one that must exist, uninstalling as the recovery of a first
 * release, asks for two people, the typed name and a fresh restore point instead.
 */
export function refuseDeed(environment: Pick<Environment, 'name' | 'careClass'>, deed: EnvironmentDeed): Result<true> {
  if (environment.careClass === 'cattle') return accept(true)
  return refuse(
    'PET-02',
    `${environment.name} is a pet and is never ${words[deed]}.`,
    'Use a recovery sandbox to restore into, or a cattle environment; see `drover recovery --help`.',
    [{ subject: environment.name, message: 'Its care class is pet: it holds the real data.' }],
  )
}
