import type { EnvironmentId, PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { MappedConnection, RebuildRecord } from '#domain/rebuild'
import { remapSettings } from '#domain/rebuild'
import { applyConfiguration, requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { orThrow } from '../or-throw.ts'
import { loadRebuildStream, recordRebuild } from './rebuild-stream.ts'
import type { RebuildRun } from './rebuild-run.ts'

/**
 * Brings the ids of the new connections into the settings of the stages, as a version of the configuration, where whoever ordered the rebuild may
 * apply one. Otherwise it waits for the word of somebody who may; what was bound in the environment itself is right either way.
 */
export async function bringConnectionIds(run: RebuildRun): Promise<void> {
  await run.ctx.step('connection-ids', async () => {
    const { deps, rebuild, environment } = run
    const mapped = (await loadRebuildStream(deps.ledger, rebuild.id)).record?.mapped ?? []
    const applied = await applyIds(deps, { environmentId: environment.id, mapped, actor: rebuild.by })
    if (applied === undefined) return
    const data = applied.ok
      ? ({ state: 'in-force', version: applied.value } as const)
      : ({ state: 'waiting', why: applied.refusal.message } as const)
    await run.append([{ type: 'rebuild-settings', data, key: `${run.run}:settings` }])
  })
}

/** The word of somebody who may apply a configuration, on the connection ids of the newest rebuild: they come into force in their name. */
export async function confirmConnectionIds(
  deps: EngineDependencies,
  command: { readonly record: RebuildRecord; readonly actor: PersonId },
): Promise<Result<true>> {
  const { record, actor } = command
  const { id, environmentId, mapped, settings } = record
  if (settings?.state !== 'waiting') {
    return refuse(
      'rebuild.nothing-to-confirm',
      `No connection id of ${id} waits for anybody's word.`,
      'Look at the rebuild with `drover env rebuild <env> --dry-run`, and at the settings with `drover config show`.',
    )
  }
  const applied = await applyIds(deps, { environmentId, mapped, actor })
  if (applied !== undefined && !applied.ok) return applied
  const version = applied?.value ?? orThrow(await requireConfiguration(deps)).version
  const data = { state: 'in-force', version } as const
  await recordRebuild(deps.ledger, id, [{ type: 'rebuild-settings', data, key: 'settings-confirmed' }])
  return accept(true)
}

/** The version that holds them, or why it may not be applied; undefined where the settings name none of the old ids. Repeated, it changes nothing. */
async function applyIds(
  deps: EngineDependencies,
  of: { readonly environmentId: EnvironmentId; readonly mapped: readonly MappedConnection[]; readonly actor: PersonId },
): Promise<Result<number> | undefined> {
  for (let tries = 0; ; tries++) {
    const { configuration: before } = orThrow(await requireConfiguration(deps))
    const configuration = remapSettings(before, of)
    if (configuration === before) return undefined
    const applied = await applyConfiguration(deps, { configuration, actor: of.actor })
    if (applied.ok) return accept(applied.value.version)
    // Somebody applied another version in between: theirs is the base now.
    if (applied.refusal.code !== 'configuration.moved-on' || tries >= 5) return applied
  }
}
