import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { table } from '../render/table.ts'
import { timeText } from '../render/words.ts'

export const notificationsList: CommandSpec = {
  path: ['notifications', 'list'],
  summary: 'show who is told of what outside of Drover, and what did not arrive',
  details: 'Messages are named by the entry of the ledger that they are about: `drover ledger list --after <entry - 1>` shows it.',
  examples: [{ command: 'drover notifications list', what: 'see whether somebody was told' }],
  exits: [],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.loadNotifications()
    if (!answer.ok) return refused(answer)
    const { channels, messages } = answer.value
    return done(answer.value, (paint) => {
      const listed = channels.map(({ id, kind, about, for: audience, waiting, failing }) => [
        id,
        kind,
        about?.join(', ') ?? 'everything',
        audience === undefined
          ? 'everybody'
          : Object.entries(audience)
              .map(([what, which]) => `${what}: ${(which ?? []).join(', ')}`)
              .join('; '),
        String(waiting),
        failing === 0 ? '' : String(failing),
      ])
      const told = messages.map(({ channel, sequence, topic, addedAt, state, sentAt, tries, failure }) => [
        `#${sequence}`,
        channel,
        topic,
        timeText(addedAt),
        state === 'sent' ? `sent ${timeText(sentAt ?? addedAt)}` : `${state === 'due' ? 'waits' : 'given up'} (${tries} tries)`,
        failure ?? '',
      ])
      const head = table(
        {
          headings: ['CHANNEL', 'KIND', 'ABOUT', 'FOR', 'WAITING', 'FAILING'],
          rows: listed,
          whenEmpty: 'drover.yaml names no channels under `notifications`: nobody is told anything outside of the page.',
        },
        paint,
      )
      if (channels.length === 0) return head
      const headings = ['ENTRY', 'CHANNEL', 'TOPIC', 'SINCE', 'STATE', 'FAILURE']
      return `${head}\n\n${table({ headings, rows: told, whenEmpty: 'Nothing was to be told yet.' }, paint)}`
    })
  },
}
