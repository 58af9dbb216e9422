import { machineGates } from '#contract'
import type { Instant, ReleaseId, StageId } from '#domain/kernel'
import { DroverError, toId } from '#domain/kernel'
import type { CommandContext, CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { waiverText } from '../render/waiver.ts'

export const waiverRequest: CommandSpec = {
  path: ['waiver', 'request'],
  summary: 'ask for a named exception to one rule',
  details:
    'Findings of a check rule then do not block, or a gate of machines that is closed because something is not known opens: for one solution, until the end, and as narrow as you ask. It takes a reason, a measure that stands in for the rule, and the yes of somebody above you. What policy says can never be waived is refused.',
  options: [
    { flags: '--solution <name>', description: 'unique name of the solution', isRequired: true },
    { flags: '--rule <id>', description: 'check rule whose findings do not block, for example STR-06' },
    { flags: '--gate <gate>', description: 'or the gate that opens', choices: machineGates },
    { flags: '--stage <stage>', description: 'only into this stage' },
    { flags: '--release <release>', description: 'only for the artifact of this release' },
    { flags: '--place <place>', description: 'only for findings at this component or path' },
    { flags: '--reason <text>', description: 'why the rule cannot be kept', isRequired: true },
    { flags: '--measure <text>', description: 'what is done instead', isRequired: true },
    { flags: '--from <time>', description: 'from when; default: now' },
    { flags: '--until <time>', description: 'its end, for example 2027-01-31', isRequired: true },
  ],
  examples: [
    {
      command:
        'drover waiver request --solution ContosoPermits --rule STR-06 --until 2027-01-31 --reason "The vendor mends it in February" --measure "The form is tested by hand"',
      what: 'except it from one rule for a time',
    },
  ],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const [stage, release, place, from] = [
      context.option('stage'),
      context.option('release'),
      context.option('place'),
      context.option('from'),
    ]
    const answer = await client.requestWaiver({
      waives: waivesOf(context),
      solution: context.requiredOption('solution'),
      ...(stage === undefined ? {} : { stageId: toId<StageId>(stage) }),
      ...(release === undefined ? {} : { releaseId: toId<ReleaseId>(release) }),
      ...(place === undefined ? {} : { place }),
      reason: context.requiredOption('reason'),
      measure: context.requiredOption('measure'),
      ...(from === undefined ? {} : { from: momentOf(from) }),
      until: momentOf(context.requiredOption('until')),
    })
    return answer.ok ? done(answer.value, (paint) => waiverText(answer.value, paint)) : refused(answer)
  },
}

function waivesOf(context: CommandContext) {
  const [ruleId, named] = [context.option('rule'), context.option('gate')]
  const gate = machineGates.find((one) => one === named)
  if (ruleId !== undefined && gate === undefined) return { kind: 'check', ruleId } as const
  if (ruleId === undefined && gate !== undefined) return { kind: 'gate', gate } as const
  throw new DroverError('cli.usage', 'A waiver is of one rule or of one gate.', { hint: 'Give either --rule or --gate.' })
}

function momentOf(text: string): Instant {
  const moment = new Date(text)
  if (Number.isNaN(moment.getTime()))
    throw new DroverError('cli.usage', `"${text}" is no time.`, { hint: 'Write a date such as 2027-01-31.' })
  return toId<Instant>(moment.toISOString())
}
