import type { ProtectionReply } from '#contract'
import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import type { Paint } from '../render/paint.ts'
import { breaksText, protectionText } from '../render/protection.ts'

export const envProtect: CommandSpec = {
  path: ['env', 'protect'],
  summary: 'block changes by hand in an environment, after showing what that breaks',
  details:
    'Shows which features in use the block of unmanaged customizations breaks and who can change the environment today, and changes nothing. With --yes it switches the block and reads it back. In a pet that takes two people: the first --yes is a proposal, the same command of its owner or another platform-admin carries it out. The block is a setting among others in one column of the organization, which Microsoft warns against writing directly and offers no other call for: Drover reads it anew, changes this one setting and writes for exactly the version that it read. Not possible in the default environment.',
  arguments: [{ name: 'environment', description: 'id of the environment' }],
  options: [
    { flags: '--off', description: 'allow unmanaged changes again' },
    { flags: '--reason <text>', description: 'why; recorded. Whoever confirms may leave it out' },
    { flags: '--yes', description: 'do it, or in a pet propose or confirm it' },
  ],
  examples: [
    { command: 'drover env protect prod', what: 'look at what the block would break' },
    { command: 'drover env protect prod --yes --reason "Changes come by releases"', what: 'propose it, or do it where one person may' },
  ],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const environmentId = toId<EnvironmentId>(context.argument(0))
    const isOn = !context.flag('off')
    if (!context.flag('yes')) {
      const view = await client.loadProtection({ environmentId })
      if (!view.ok) return refused(view)
      return done(view.value, (paint) => previewText(view.value, isOn, paint))
    }
    const reason = context.option('reason')
    const answer = await client.changeProtection({ environmentId, isOn, ...(reason === undefined ? {} : { reason }) })
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) => protectionText(answer.value, paint))
  },
}

function previewText(view: ProtectionReply, isOn: boolean, paint: Paint): string {
  const consequences = isOn ? breaksText(view, paint) : ''
  const next = view.isBlocked === isOn ? `It ${isOn ? 'blocks' : 'allows'} them already.` : nextStep(view, isOn)
  return `${protectionText(view, paint)}${consequences}\n${next}\n`
}

function nextStep({ proposal }: ProtectionReply, isOn: boolean): string {
  const [verb, warning] = isOn ? ['block', warningOfMicrosoft] : ['allow', '']
  if (proposal?.isOn === isOn) {
    return `${warning}Nothing was changed. ${proposal.proposedBy} proposed to ${verb} unmanaged changes; somebody else confirms it with --yes.`
  }
  return `${warning}Nothing was changed. To ${verb} unmanaged changes, run it again with --yes and --reason.`
}

const warningOfMicrosoft =
  'The block is one setting in a column that holds many, which Microsoft warns against writing directly; Drover changes this one only.\n'
