import { createHmac } from 'node:crypto'
import type { SecretRef } from '#domain/environment'
import { DroverError, errorMessage } from '#domain/kernel'
import type { NotificationChannel } from '#domain/pipeline'
import type { Messenger, OutgoingNotice } from '#engine/ports'
import { slackMessage, teamsMessage } from './messages.ts'

export interface MessengerOptions {
  /** The value of a secret now; never kept. */
  readonly secrets: { resolve(ref: SecretRef): Promise<string> }
  readonly answersWithinMs?: number
}

interface Letter {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Posts messages: data that is signed as Standard Webhooks asks (https://www.standardwebhooks.com, read 2026-11), or a message for the
 * incoming webhooks of Microsoft Teams and Slack, which know no ids and so may show one twice after a crash.
 */
export function createMessenger({ secrets, answersWithinMs = 15_000 }: MessengerOptions): Messenger {
  return {
    async send(channel, notice) {
      const letter = channel.kind === 'webhook' ? await signedLetter(secrets, channel, notice) : await chatLetter(secrets, channel, notice)
      await post(channel, letter, answersWithinMs)
    },
  }
}

async function signedLetter(
  secrets: MessengerOptions['secrets'],
  { url, secret }: Extract<NotificationChannel, { readonly kind: 'webhook' }>,
  { id, ...notice }: OutgoingNotice,
): Promise<Letter> {
  const body = JSON.stringify({ type: notice.topic, timestamp: notice.at, data: notice })
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = createHmac('sha256', keyOf(await secrets.resolve(secret)))
    .update(`${id}.${timestamp}.${body}`)
    .digest('base64')
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
  return { url, headers, body }
}

/** `whsec_` stands before a key in base64; any other text is the key itself. */
function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret)
}

async function chatLetter(
  secrets: MessengerOptions['secrets'],
  { kind, address, id }: Extract<NotificationChannel, { readonly kind: 'teams' | 'slack' }>,
  notice: OutgoingNotice,
): Promise<Letter> {
  const url = (await secrets.resolve(address)).trim()
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new DroverError('notification.address-invalid', `What should be the address of the channel ${id} is none.`, {
      hint: 'Put the whole address of the incoming webhook, and nothing else, where drover.yaml says that it is.',
    })
  return { url, headers: {}, body: JSON.stringify(kind === 'teams' ? teamsMessage(notice) : slackMessage(notice)) }
}

/** A redirection is not followed: a message goes where the configuration says and nowhere else. Errors name the host alone: paths are secrets. */
async function post(channel: NotificationChannel, { url, headers, body }: Letter, answersWithinMs: number): Promise<void> {
  const { host } = new URL(url)
  let status: number
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(answersWithinMs),
    })
    status = answer.status
    await answer.body?.cancel()
  } catch (cause) {
    throw new DroverError(
      'notification.unreachable',
      `${host} did not take a message of the channel ${channel.id}: ${errorMessage(cause)}.`,
      {
        hint: 'Check the address and the network; it is sent again.',
        cause,
        isRetryable: true,
      },
    )
  }
  if (status >= 200 && status < 300) return
  throw new DroverError('notification.refused', `${host} answered ${status} to a message of the channel ${channel.id}.`, {
    hint: 'Check what listens there, and whether the address still holds; it is sent again.',
    isRetryable: true,
  })
}
