import { checkConfigurationFile, type ConfigurationVersionReply, parseConfiguration, toConfigurationFile } from '#contract'
import type { ConfigurationVersion, Engine } from '#engine'
import { accept, refuse } from '#domain/kernel'
import type { VerifyToken } from '../authentication.ts'
import type { Handlers } from '../register-routes.ts'

export function configurationRoutes(engine: Engine, verifyToken: VerifyToken): Pick<Handlers, 'loadConfiguration' | 'applyConfiguration'> {
  return {
    loadConfiguration: async () => {
      const version = await engine.loadConfiguration()
      if (version !== undefined) return accept(present(version))
      return refuse(
        'configuration.none',
        'No configuration has been applied yet.',
        'Write a drover.yaml and run `drover config apply drover.yaml`.',
      )
    },
    applyConfiguration: async ({ input, actor }) => {
      const proposal = 'yaml' in input ? parseConfiguration(input.yaml) : checkConfigurationFile(input.configuration)
      if (!proposal.ok) return proposal
      const confirmedBy = input.confirmationToken === undefined ? undefined : await verifyToken(input.confirmationToken)
      const applied = await engine.applyConfiguration({
        configuration: proposal.value,
        actor,
        ...(confirmedBy === undefined ? {} : { confirmedBy }),
      })
      return applied.ok ? accept(present(applied.value)) : applied
    },
  }
}

function present(version: ConfigurationVersion): ConfigurationVersionReply {
  return { ...version, configuration: toConfigurationFile(version.configuration) }
}
