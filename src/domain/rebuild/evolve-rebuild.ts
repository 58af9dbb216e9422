import type { Instant } from '#domain/kernel'
import type { RebuildEvent, RebuildRecord, RebuildStatus } from './rebuild.ts'

/** Folds one event of a rebuild; `rebuild-started` comes first by construction. */
export function evolveRebuild(record: RebuildRecord | undefined, event: RebuildEvent): RebuildRecord | undefined {
  if (event.type === 'rebuild-started') {
    const { rebuildId, environmentId, lane, order } = event.data
    return {
      ...{ id: rebuildId, environmentId, lane, order, startedAt: event.at, since: event.at },
      // The stream is begun by whoever asked for it.
      by: event.actor as RebuildRecord['by'],
      ...{
        run: 1,
        status: { state: 'running' },
        steps: [],
        brought: [],
        imports: [],
        hasBegun: false,
        newPlatformId: undefined,
        mapped: [],
        settings: undefined,
      },
      ...{ finishedAt: undefined, machineMs: 0, humanMs: 0 },
    }
  }
  return record && evolve(timed(record, event.at), event)
}

function evolve(record: RebuildRecord, event: Exclude<RebuildEvent, { type: 'rebuild-started' }>): RebuildRecord {
  switch (event.type) {
    case 'rebuild-request':
      return { ...withImport(record, event.data), hasBegun: true }
    case 'rebuild-step':
      return { ...record, steps: [...record.steps, { ...event.data, finishedAt: event.at }] }
    case 'rebuild-environment-made':
      return { ...record, newPlatformId: event.data.platformId }
    case 'rebuild-connections-mapped':
      return { ...record, mapped: event.data.mapped }
    case 'rebuild-settings':
      return { ...record, settings: event.data }
    case 'rebuild-solution-brought': {
      const { note, deployed: _deployed, ...brought } = event.data
      const step = { name: `bring ${brought.solution}`, note, finishedAt: event.at }
      return { ...record, brought: [...record.brought, brought], steps: [...record.steps, step] }
    }
    case 'rebuild-resumed':
      return { ...record, run: event.data.run, status: { state: 'running' }, finishedAt: undefined }
    case 'rebuild-waiting':
      return { ...record, status: { state: 'waiting', steps: event.data.steps } }
    case 'rebuild-done':
      return ended(record, { state: 'done', comparisons: event.data.comparisons }, event.at)
    case 'rebuild-failed':
      return ended(record, { state: 'failed', refusal: event.data.refusal }, event.at)
    case 'rebuild-errored':
      return ended(record, { state: 'errored', ...event.data }, event.at)
    case 'rebuild-indeterminate':
      return ended(record, { state: 'indeterminate', message: event.data.message }, event.at)
  }
}

function withImport(record: RebuildRecord, { state, id, solution }: { state: string; id?: string; solution?: string }): RebuildRecord {
  if (state !== 'sent' || id === undefined || solution === undefined) return record
  return { ...record, imports: [...record.imports, { solution, importJobId: id }] }
}

function ended(record: RebuildRecord, status: RebuildStatus, at: Instant): RebuildRecord {
  return { ...record, status, finishedAt: at }
}

/** The time since the entry before counts for whoever had the turn then; after an end it counts for nobody. */
function timed(record: RebuildRecord, at: Instant): RebuildRecord {
  const passed = Math.max(0, Date.parse(at) - Date.parse(record.since))
  const { state } = record.status
  return {
    ...record,
    since: at,
    machineMs: record.machineMs + (state === 'running' ? passed : 0),
    humanMs: record.humanMs + (state === 'waiting' ? passed : 0),
  }
}
