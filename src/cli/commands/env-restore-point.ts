import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'

export const envRestorePoint: CommandSpec = {
  path: ['env', 'restore-point'],
  summary: 'have the platform take a restore point of an environment',
  details:
    "A restore point is a time stamp with an expiry, of production and sandbox environments: restoring it rewinds everybody's rows since then, into a sandbox and never onto production. It opens no gate. The platform lets it be used 10 to 15 minutes later. Before each promotion into a pet Drover takes one by itself. Said twice with the same label, there is one.",
  arguments: [{ name: 'environment', description: 'id of the environment' }],
  options: [{ flags: '--label <label>', description: 'by which it is found again', isRequired: true }],
  examples: [{ command: 'drover env restore-point prod --label "before the month-end"', what: 'take one by hand' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const environmentId = toId<EnvironmentId>(context.argument(0))
    const answer = await client.takeRestorePoint({ environmentId, label: context.requiredOption('label') })
    if (!answer.ok) return refused(answer)
    return done(answer.value, () => `${answer.value.message}\n`)
  },
}
