import type { PolicyViewReply } from '#contract'
import { tellValue } from '#domain/policy'
import type { CommandSpec } from '../command.ts'
import { done, doneWithFile, refused } from '../outcome.ts'
import { policyText } from '../render/policy.ts'

export const policyShow: CommandSpec = {
  path: ['policy', 'show'],
  summary: 'show the policy in force, every value with its source',
  details:
    'Prints what is demanded while the configuration in force holds: each value, whether its source states it or it is ours, and what the configuration changes. With --yaml it is a policy document, whose parts may be put under `policy:` in drover.yaml; as it is printed it changes nothing but what the configuration changes already.',
  options: [
    { flags: '--yaml', description: 'print it as a policy document' },
    { flags: '--changed', description: 'only what the configuration changes' },
  ],
  examples: [
    { command: 'drover policy show', what: 'see what is demanded, and why' },
    { command: 'drover policy show --yaml > policy.yaml', what: 'save it, to change it and try it with `drover policy test`' },
  ],
  exits: [],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.showPolicy()
    if (!answer.ok) return refused(answer)
    if (!context.flag('yaml'))
      return done(answer.value, (paint) => policyText(shown(answer.value, context.flag('changed')), { paint, tell: tellValue }))
    const { stringify } = await import('yaml')
    return doneWithFile(answer.value, stringify(answer.value.document))
  },
}

function shown(view: PolicyViewReply, isChangedOnly: boolean): PolicyViewReply {
  return isChangedOnly ? { ...view, values: view.values.filter(({ shipped }) => shipped !== undefined) } : view
}
