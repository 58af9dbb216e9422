import type { Progress, UpOptions } from '#cli'
import type { Result } from '#domain/kernel'
import { accept } from '#domain/kernel'
import { localConfiguration, personId } from './local-configuration.ts'
import { localPace } from './local-pace.ts'
import type { RunningDrover, UpSettings } from './start-up.ts'
import { startUp } from './start-up.ts'
import { untilAborted } from './until-aborted.ts'

/** `drover up`: everything on this machine, until Ctrl-C. A workspace without a configuration gets one for the local environments. */
export async function up(options: UpOptions, progress: Progress): Promise<Result<void>> {
  const drover = await startUnlessStopped(
    {
      workspace: options.workspace,
      host: options.host,
      port: options.port,
      emulatorPort: options.emulatorPort,
      clockScale: options.clockScale,
      pace: localPace,
    },
    progress,
    options.signal,
  )
  if (drover === undefined) return accept(undefined)
  try {
    if ((await drover.engine.loadConfiguration()) === undefined) {
      const applied = await drover.engine.applyConfiguration({
        configuration: localConfiguration({ platformUrl: drover.platformUrl, solutions: [] }),
        actor: personId('pat'),
      })
      if (!applied.ok) return applied
      progress('a first configuration for the local environments is in force; change it with `drover config apply`')
    }
    progress(`web and API at ${drover.url}`)
    for (const { id, name } of (await drover.engine.loadConfiguration())?.configuration.people ?? []) {
      progress(`  sign in as ${name}: ${drover.url}/#token=${await drover.issueToken(id)}`)
    }
    progress('Ctrl-C stops everything.')
    await untilAborted(options.signal)
    progress('stopping …')
    return accept(undefined)
  } finally {
    await drover.stop()
  }
}

/** Undefined when Ctrl-C came while things were starting: it reaches processes that do not listen yet, so the start may fail by it. */
async function startUnlessStopped(settings: UpSettings, progress: Progress, signal: AbortSignal): Promise<RunningDrover | undefined> {
  try {
    return await startUp(settings, progress)
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  }
}
