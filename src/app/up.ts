import type { Progress, UpOptions, UpReady } from '#cli'
import type { Result } from '#domain/kernel'
import { accept } from '#domain/kernel'
import { localConfiguration, personId } from './local-configuration.ts'
import { localPace } from './local-pace.ts'
import type { RunningDrover, UpSettings } from './start-up.ts'
import { startUp } from './start-up.ts'
import { untilAborted } from './until-aborted.ts'

/** `drover up`: everything on this machine, until Ctrl-C. A workspace without a configuration gets one for the local environments. */
export async function up(options: UpOptions, progress: Progress, tell: (ready: UpReady) => void): Promise<Result<void>> {
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
    tell(await reachedHow(drover))
    await untilAborted(options.signal)
    progress('stopping …')
    return accept(undefined)
  } finally {
    await drover.stop()
  }
}

async function reachedHow({ url, platformUrl, engine, issueToken }: RunningDrover): Promise<UpReady> {
  const signIn = []
  for (const { id, name } of (await engine.loadConfiguration())?.configuration.people ?? [])
    signIn.push({ person: id, name, url: `${url}/#token=${await issueToken(id)}` })
  return { url, environmentsUrl: platformUrl, signIn }
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
