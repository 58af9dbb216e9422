import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { recoveryText } from '../render/recovery.ts'

export const recoveryShow: CommandSpec = {
  path: ['recovery', 'show'],
  summary: 'show how an environment would come back from what is there now',
  details:
    'Names the known-good release and each way back, the one to take first standing first: its steps, what stands against it, what data would go, what was saved and can be written back, and how long it took when it was last rehearsed. A restore point is a time stamp that rewinds everybody’s rows: it is listed as what it is. Looks which version is installed, and changes nothing.',
  arguments: [
    { name: 'environment', description: 'id of the environment' },
    { name: 'solution', description: 'unique name of the solution' },
  ],
  examples: [{ command: 'drover recovery show prod ContosoInspection', what: 'see how Production would come back from its release' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.showRecovery({ environmentId: toId(context.argument(0)), solution: context.argument(1) })
    return answer.ok ? done(answer.value, (paint) => recoveryText(answer.value, paint)) : refused(answer)
  },
}
