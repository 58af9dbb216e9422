import { checkConfigurationFile, type ConfigurationVersionReply, parseConfiguration, toConfigurationFile } from '#contract'
import type { ConfigurationVersion, Engine } from '#engine'
import { accept, refuse } from '#domain/kernel'
import type { Handlers } from '../register-routes.ts'

type ConfigurationHandlers = Pick<Handlers, 'loadConfiguration' | 'applyConfiguration' | 'loadProposal' | 'confirmConfiguration'>

export function configurationRoutes(engine: Engine): ConfigurationHandlers {
  const check = (expression: string): string | undefined => engine.checkCondition(expression)
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
      const proposal = 'yaml' in input ? parseConfiguration(input.yaml, check) : checkConfigurationFile(input.configuration, check)
      if (!proposal.ok) return proposal
      const applied = await engine.applyConfiguration({ configuration: proposal.value, actor })
      return applied.ok ? accept(present(applied.value)) : applied
    },
    loadProposal: async ({ input }) => {
      const proposal = await engine.loadProposal(input.digest)
      if (proposal !== undefined) {
        const isOutdated = proposal.basedOn !== ((await engine.loadConfiguration())?.version ?? 0)
        return accept({ ...proposal, isOutdated, configuration: toConfigurationFile(proposal.configuration) })
      }
      return refuse(
        'proposal.unknown',
        `Nobody proposed the configuration ${input.digest}.`,
        'Name the digest that `drover config apply` told, or propose it again.',
      )
    },
    confirmConfiguration: async ({ input, actor }) => {
      const applied = await engine.confirmConfiguration({ digest: input.digest, actor })
      return applied.ok ? accept(present(applied.value)) : applied
    },
  }
}

function present({ rolesSince: _rolesSince, ...version }: ConfigurationVersion): ConfigurationVersionReply {
  return { ...version, configuration: toConfigurationFile(version.configuration) }
}
