import type { Environment } from '#domain/environment'
import type { RecoveryWork } from '#domain/recovery'
import type { ReadModel } from '#engine/ports'
import { listRescues } from '../rescue/list-rescues.ts'
import type { RescueRecord, Restore } from '../rescue/events.ts'
import type { BiographyEntry } from './biography.ts'

/** What was restored and repaired: of a pet with its sandboxes, of a sandbox with its pet, and what rescues put back. By when it began, which stays. */
export async function tellRecoveries(
  deps: { readonly readModel: ReadModel },
  { id: environmentId }: Pick<Environment, 'id'>,
): Promise<readonly BiographyEntry[]> {
  const ofPet = await deps.readModel.list<RecoveryWork>('recovery', { where: { environmentId } })
  const ofSandbox = await deps.readModel.list<RecoveryWork>('recovery', { where: { sandboxId: environmentId } })
  const works = new Map([...ofPet, ...ofSandbox].map((work) => [work.id, work]))
  const rescues = await listRescues(deps, { environmentId })
  return [...[...works.values()].flatMap(ofWork), ...rescues.flatMap(ofRescue)]
}

/** What only looked changed nothing, and what was only asked for has not happened; rehearsals are in the record of their pet. */
function ofWork(work: RecoveryWork): readonly BiographyEntry[] {
  const { deed, startedAt, id, by, confirmedBy, environmentId, sandboxId, state, reason } = work
  if (startedAt === undefined || deed.kind === 'rehearsal' || ('isDryRun' in deed && deed.isDryRun)) return []
  const what = whatOf(deed, { environmentId, sandboxId })
  return [
    {
      ...{ id: `${deed.kind}-${id}`, at: startedAt, kind: deed.kind === 'restore' ? 'restore' : 'repair', by: [by] },
      ...(confirmedBy === undefined ? {} : { approvedBy: [confirmedBy] }),
      text: `${what} (${reason}). ${state === 'running' ? 'It is under way.' : `${endWords[state]}${work.note}`}`.trim(),
      isFailure: state !== 'done' && state !== 'running',
    },
  ]
}

function whatOf(
  deed: Exclude<RecoveryWork['deed'], { readonly kind: 'rehearsal' }>,
  { environmentId, sandboxId }: Pick<RecoveryWork, 'environmentId' | 'sandboxId'>,
): string {
  switch (deed.kind) {
    case 'restore':
      return `${environmentId} as it was at ${deed.point.at.slice(0, 16).replace('T', ' ')} UTC was restored into ${sandboxId}`
    case 'repair':
      return `Rows of ${deed.table} were repaired from ${sandboxId} in ${environmentId}`
    case 'repair-components':
      return `Components of ${deed.solution} were repaired from ${sandboxId} in ${environmentId}`
  }
}

const endWords: Readonly<Record<Exclude<RecoveryWork['state'], 'running'>, string>> = {
  proposed: '',
  done: '',
  failed: 'It failed: ',
  errored: 'It broke off: ',
  indeterminate: 'Nobody can tell how it ended: ',
}

/** A repair tells what its own rescue put back. */
function ofRescue(record: RescueRecord): readonly BiographyEntry[] {
  if (record.repair !== undefined) return []
  return record.restores.map((restore): BiographyEntry => {
    const { id, by, startedAt, reason, status } = restore
    const what = record.layer === undefined ? `What rescue ${record.rescue.id} holds` : `The change by hand of ${record.layer.name}`
    return {
      ...{ id: `restore-${record.rescue.id}-${id}`, at: startedAt, kind: 'restore', by: [by] },
      ...(record.promotionId === undefined ? {} : { promotionId: record.promotionId }),
      text: `${what} was put back (${reason}). ${countsOf(restore)}`.trim(),
      isFailure: status.state === 'errored',
    }
  })
}

function countsOf({ done, status }: Restore): string {
  if (status.state === 'running') return 'It is under way.'
  if (status.state === 'errored') return `It broke off: ${status.message}`
  const rows = done.filter(({ part }) => part === 'values')
  if (rows.length === 0) return ''
  const sum = (of: (one: Restore['done'][number]) => number): number => rows.reduce((total, one) => total + of(one), 0)
  return `Rows written: ${sum(({ written }) => written)}; left as people have them now: ${sum(({ kept }) => kept ?? 0)}; refused: ${sum(({ refused }) => refused)}.`
}
