import type { JobFaults } from '../jobs/jobs.ts'
import type { FaultList } from './fault-list.ts'
import { matchesPattern } from './fault-list.ts'

/** What the faults in force do to jobs. */
export function jobFaults(faults: FaultList): JobFaults {
  const isHere = (fault: { readonly environment?: string | undefined }, environment: string): boolean =>
    fault.environment === undefined || fault.environment === environment
  return {
    duration(job, usual) {
      const slow = faults.strike('slow-operation', (fault) => isHere(fault, job.environment) && matchesPattern(fault.message, job.message))
      if (slow === undefined) return usual
      return slow.seconds === undefined ? usual * (slow.factor ?? 1) : slow.seconds * 1000
    },
    otherHolder(environment, wanted) {
      const lock = faults.strike('lock', (fault) => isHere(fault, environment) && (fault.wanted === undefined || fault.wanted === wanted))
      return lock === undefined ? undefined : { holder: lock.holder, ms: lock.seconds * 1000, solution: lock.solution }
    },
    failing(job) {
      const failure = faults.strike(
        'component-failure',
        (fault) => isHere(fault, job.environment) && matchesPattern(fault.message, job.message),
      )
      if (failure === undefined) return () => undefined
      const { components, code, text: message } = failure
      return (kind, key) => (components.some((pattern) => matchesPattern(pattern, `${kind}:${key}`)) ? { code, message } : undefined)
    },
  }
}
