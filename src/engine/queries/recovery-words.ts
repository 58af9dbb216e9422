import type { RecoveryWork } from '#domain/recovery'

type Asked = Pick<RecoveryWork, 'environmentId' | 'sandboxId' | 'deed'>

/** What somebody wants done with a recovery sandbox, after "wants". */
export function recoveryText({ sandboxId, deed }: Asked, pet: string): string {
  switch (deed.kind) {
    case 'restore':
      return `${pet} as it was at ${deed.point.at} to be copied into ${sandboxId}, where the rows of everybody can then be read`
    case 'repair':
      return `rows of ${deed.table} to be brought back into ${pet} from ${sandboxId}${deed.isOverwriting ? ', over what stands there' : ''}`
    case 'repair-components':
      return `changes by hand in ${deed.solution} to be brought back into ${pet} from ${sandboxId}`
    case 'rehearsal':
      return `the way back of ${deed.solution} to be practised on ${sandboxId}, with a copy of ${pet}`
  }
}

/** The command of the first person, which is what the second says, too. */
export function recoveryCommand({ environmentId, sandboxId, deed }: Asked): string {
  switch (deed.kind) {
    case 'restore': {
      const point = deed.point.restorePointId === undefined ? `--at ${deed.point.at}` : `--point ${deed.point.restorePointId}`
      return `drover recovery restore ${environmentId} --into ${sandboxId} ${point} --yes`
    }
    case 'repair': {
      const columns = deed.columns === undefined ? '' : ` --columns ${deed.columns.join(',')}`
      const since = deed.changedSince === undefined ? '' : ` --where-changed-since ${deed.changedSince}`
      const over = deed.isOverwriting ? ' --overwrite' : ''
      return `drover recovery repair ${environmentId} --from ${sandboxId} --table ${deed.table}${columns}${since}${over} --yes`
    }
    case 'repair-components':
      return `drover recovery repair-components ${environmentId} ${deed.solution} --from ${sandboxId} --yes`
    case 'rehearsal': {
      const from = deed.from === undefined ? '' : ` --from ${deed.from}`
      return `drover recovery rehearse ${environmentId} ${deed.solution} --on ${sandboxId} --way ${deed.way}${from}`
    }
  }
}
