import type { Progress, UpOptions } from '#cli'
import type { Result } from '#domain/kernel'
import { accept } from '#domain/kernel'
import { localConfiguration, personId } from './local-configuration.ts'
import { localPace } from './local-pace.ts'
import { startUp } from './start-up.ts'
import { untilAborted } from './until-aborted.ts'

/** `drover up`: everything on this machine, until Ctrl-C. A workspace without a configuration gets one for the local environments. */
export async function up(options: UpOptions, progress: Progress): Promise<Result<void>> {
  const drover = await startUp(
    { workspace: options.workspace, host: options.host, port: options.port, emulatorPort: options.emulatorPort, pace: localPace },
    progress,
  )
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
