import type { ObservedOperation, Observation } from '#domain/environment'
import type { Found } from './drift-facts.ts'
import type { Deviation, ExpectedDeployment } from './drift.ts'
import type { ForeignImport } from './foreign-imports.ts'

/**
 * Imports past Drover of what is governed, as deviations: until Drover deploys that solution again, or the state is accepted as known good.
 * Solutions of others are named for what they are, so their imports are not told twice; uninstallations show in what is missing.
 */
export function describeForeignImports(facts: {
  readonly foreignImports: readonly ForeignImport[]
  readonly observation: Pick<Observation, 'operations'>
  readonly deployments: readonly ExpectedDeployment[]
  isOurs(solution: string): boolean
}): readonly Found[] {
  return facts.foreignImports.flatMap(({ operation, certainty, message }): Found[] => {
    const { kind, solution, startedAt, by, importJobId, isSuccess } = operation
    if (kind !== 'import' || solution === undefined) return []
    const name = solution.replace(/_upgrade$/i, '')
    const deployed = facts.deployments.find((deployment) => deployment.solution.toLowerCase() === name.toLowerCase())
    if (!facts.isOurs(name) || (deployed !== undefined && isOverwritten(facts.observation, deployed, startedAt))) return []
    const judged = judge({ isDeployed: deployed !== undefined, certainty, isSuccess })
    const key = importJobId ?? `${solution}@${startedAt}`
    return [
      {
        id: `import:${key}`,
        subject: { kind: undefined, key, name: solution, table: undefined },
        solution: deployed?.solution ?? name,
        origin: certainty === 'certain' ? 'by-hand' : 'unknown',
        message: `Past Drover, ${message}`,
        changed: [],
        who: by,
        when: startedAt,
        says: ['import', key, String(isSuccess)],
        ...judged,
      },
    ]
  })
}

function judge(found: {
  readonly isDeployed: boolean
  readonly certainty: ForeignImport['certainty']
  readonly isSuccess: boolean | undefined
}): Pick<Deviation, 'class' | 'reason'> {
  if (!found.isDeployed) return { class: 'foreign-solution', reason: 'Drover has not deployed it here yet; it is only named.' }
  if (found.isSuccess === false) return { class: 'foreign-solution', reason: 'It failed and brought nothing; it is only named.' }
  if (found.certainty === 'unknown') return { class: 'unregistered', reason: 'Whether it was Drover or somebody else cannot be told.' }
  return { class: 'broken', reason: 'What Drover deployed was imported over; promote a release of it to have it as it was deployed.' }
}

/** What Drover imported later lies in the same layer. Both times are of the environment's clock where it remembers our import. */
function isOverwritten(observation: Pick<Observation, 'operations'>, deployed: ExpectedDeployment, startedAt: string): boolean {
  const own = new Set(deployed.importJobIds)
  const isOwn = ({ importJobId, isSuccess }: ObservedOperation): boolean =>
    isSuccess !== false && importJobId !== undefined && own.has(importJobId)
  const starts = observation.operations.filter(isOwn).map((operation) => Date.parse(operation.startedAt))
  return Date.parse(startedAt) < Math.max(...(starts.length > 0 ? starts : [Date.parse(deployed.deployedAt)]))
}
