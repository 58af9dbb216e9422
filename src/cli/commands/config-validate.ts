import { type PersonId, toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { readTextFile } from '../files.ts'
import { done, refused } from '../outcome.ts'

export const configValidate: CommandSpec = {
  path: ['config', 'validate'],
  summary: 'check a drover.yaml without applying it',
  details:
    'Reads the file and says what does not hold, by line and path: unknown keys, names that nothing declares, pipelines that offer less than a tier demands. Needs no server and changes nothing. Who may apply it is decided when it is applied.',
  arguments: [{ name: 'file', description: 'configuration file (default: drover.yaml)', isOptional: true }],
  examples: [{ command: 'drover config validate', what: 'check ./drover.yaml' }],
  exits: ['refused', 'notFound'],
  needs: 'nothing',
  run: async (context) => {
    const [{ parseConfiguration }, { decideConfiguration }] = await Promise.all([import('#contract'), import('#domain/policy')])
    const path = context.optionalArgument(0) ?? 'drover.yaml'
    const conditions = await context.deps.offline.loadConditions()
    const parsed = parseConfiguration(await readTextFile(path), (expression) => conditions.check(expression))
    if (!parsed.ok) return refused(parsed)
    const configuration = parsed.value
    const admin = configuration.people.find((person) => person.roles.includes('platform-admin'))
    const decision = decideConfiguration({ before: undefined, after: configuration, actor: admin?.id ?? toId<PersonId>('nobody') })
    if (!decision.ok) return refused(decision)
    const counts = {
      people: configuration.people.length,
      environments: configuration.environments.length,
      pipelines: configuration.pipelines.length,
      solutions: configuration.solutions.length,
    }
    return done(
      { file: path, isValid: true, ...counts },
      (paint) =>
        `${paint.green('✔')} ${path} holds: ${counts.environments} environments, ${counts.pipelines} pipelines, ${counts.solutions} solutions, ${counts.people} people.\n`,
    )
  },
}
