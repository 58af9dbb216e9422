import type { OutgoingNotice } from '#engine/ports'

type Words = Pick<OutgoingNotice, 'title' | 'text' | 'link'>

/** A card in the form that workflows of Microsoft Teams take at their webhooks (Microsoft Learn, "Create incoming webhooks with Workflows for Microsoft Teams"; not tried by us). */
export function teamsMessage({ title, text, link }: Words): unknown {
  const body = [
    { type: 'TextBlock', text: plain(title), weight: 'Bolder', size: 'Medium', wrap: true },
    { type: 'TextBlock', text: plain(text), wrap: true },
  ]
  const actions = link === undefined ? {} : { actions: [{ type: 'Action.OpenUrl', title: 'Open in Drover', url: link }] }
  const content = { $schema: 'http://adaptivecards.io/schemas/adaptive-card.json', type: 'AdaptiveCard', version: '1.4', body, ...actions }
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }] }
}

/** A message in the form of Slack's incoming webhooks (docs.slack.dev, "Sending messages using incoming webhooks"; not tried by us). */
export function slackMessage({ title, text, link }: Words): unknown {
  const open = link === undefined ? '' : `\n<${link}|Open in Drover>`
  return {
    text: escaped(title),
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: `*${escaped(title)}*\n${escaped(text)}${open}` } }],
  }
}

/** Text blocks read a part of Markdown: names must not make links or emphasis of themselves. */
function plain(text: string): string {
  return text.replace(/[\\[\]*_`]/g, (sign) => `\\${sign}`)
}

/** The three signs that mean something in Slack's text: with them a name could call a channel. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
