import { DroverError } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'

export const tokenIssue: CommandSpec = {
  path: ['token', 'issue'],
  summary: 'make a token that says who you are to the server of this workspace',
  details:
    "Signs a token with the workspace's own key, so it works only for whoever can read that folder. Hand it to nobody else: what is done with it is recorded under the person's name.",
  options: [
    { flags: '--person <id>', description: 'id of the person in drover.yaml', isRequired: true },
    { flags: '--hours <hours>', description: 'how long it holds', default: '8' },
  ],
  examples: [{ command: 'export DROVER_TOKEN=$(drover token issue --person ada)', what: 'act as ada in this shell' }],
  exits: ['refused'],
  needs: 'workspace',
  run: async (context) => {
    const hours = context.numberOption('hours') ?? 8
    if (hours < 1) throw new DroverError('cli.usage', '--hours takes 1 or more.', { hint: 'A token that holds for no time is of no use.' })
    const issued = await context.deps.offline.issueToken({ workspace: context.workspace, person: context.requiredOption('person'), hours })
    if (!issued.ok) return refused(issued)
    return done(issued.value, () => `${issued.value.token}\n`)
  },
}
