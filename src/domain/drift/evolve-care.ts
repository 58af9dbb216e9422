import type { PersonId } from '#domain/kernel'
import type { EnvironmentEvent, EnvironmentRecord, StageHold } from './environment-record.ts'

/** What care for an environment adds to its record: restore points, holds, rehearsals, incidents; undefined for an event of another sort. */
export function evolveCare(current: EnvironmentRecord, event: EnvironmentEvent): EnvironmentRecord | undefined {
  switch (event.type) {
    case 'restore-point-recorded': {
      const { restorePoint, promotionId } = event.data
      const recorded = { ...restorePoint, recordedAt: event.at, ...(promotionId === undefined ? {} : { promotionId }) }
      return { ...current, restorePoints: [recorded, ...(current.restorePoints ?? []).filter(({ id }) => id !== recorded.id)] }
    }
    case 'stage-held': {
      const { solution, promotionId, reason } = event.data
      return { ...current, holds: [{ solution, promotionId, reason, since: event.at }, ...(current.holds ?? [])] }
    }
    case 'stage-resumed':
      return { ...current, holds: (current.holds ?? []).map((hold) => resumeHold(hold, event)) }
    case 'recovery-rehearsed':
      return { ...current, rehearsals: [event.data.rehearsal, ...(current.rehearsals ?? [])] }
    case 'incident-recorded':
      return { ...current, incidents: [event.data.incident, ...(current.incidents ?? [])] }
    default:
      return undefined
  }
}

type Resumed = Extract<EnvironmentEvent, { readonly type: 'stage-resumed' }>

function resumeHold(hold: StageHold, { data, actor, at }: Resumed): StageHold {
  const isSameSolution = hold.solution.toLowerCase() === data.solution.toLowerCase()
  const isMeant = hold.resumed === undefined && isSameSolution && (data.promotionId ?? hold.promotionId) === hold.promotionId
  // Whoever resumes is a person; the ledger writes all actors alike.
  return isMeant ? { ...hold, resumed: { by: actor as PersonId, at, reason: data.reason } } : hold
}
