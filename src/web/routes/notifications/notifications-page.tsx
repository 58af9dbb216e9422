import { Badge, type BadgeProps, Body1, Body1Strong, Caption1, makeStyles, Spinner, Text, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import type { RouteOutput } from '#contract'
import { noticeTopics } from '#domain/pipeline'
import { apiClient, valueOf } from '../../api.ts'
import { Page } from '../../components/page.tsx'
import { usePageTitle } from '../../components/page-title.ts'
import { PlainList } from '../../components/plain-list.tsx'
import { Problem } from '../../components/problem.tsx'
import { Section } from '../../components/section.tsx'
import { useViewer, type Viewer } from '../../use-me.ts'
import { gateWords, listText, roleWords, whenText } from '../../words.ts'

type Notifications = RouteOutput<'loadNotifications'>
type Channel = Notifications['channels'][number]
type Message = Notifications['messages'][number]

const useStyles = makeStyles({ quiet: { color: tokens.colorNeutralForeground2 } })

export function NotificationsPage() {
  usePageTitle('Notifications')
  const notifications = useQuery({ queryKey: ['notifications'], queryFn: () => valueOf(apiClient().loadNotifications()) })
  const viewer = useViewer()
  if (notifications.isPending) return <Spinner label="Reading who was told of what" />
  if (notifications.data === undefined) return <Problem error={notifications.error} />
  const { channels, messages } = notifications.data
  return (
    <Page title="Notifications" lead="Who is told of what outside of these pages, and whether it arrived. Nothing waits for a message.">
      <Section title="Channels">
        {channels.length === 0 ? (
          <Text>Nobody is told anything outside of these pages: the configuration names no channel.</Text>
        ) : (
          <PlainList>
            {channels.map((channel) => (
              <ChannelItem key={channel.id} channel={channel} viewer={viewer} />
            ))}
          </PlainList>
        )}
      </Section>
      <Section title="Newest messages">
        {messages.length === 0 ? (
          <Text>None yet.</Text>
        ) : (
          <PlainList>
            {messages.map((message) => (
              <MessageItem key={`${message.channel} ${message.sequence} ${message.topic}`} message={message} />
            ))}
          </PlainList>
        )}
      </Section>
    </Page>
  )
}

function ChannelItem({ channel, viewer }: { readonly channel: Channel; readonly viewer: Viewer }) {
  const styles = useStyles()
  const { id, kind, about, waiting, failing } = channel
  return (
    <li>
      <Body1Strong>{id}</Body1Strong> <Badge appearance="outline">{kindWords[kind]}</Badge>{' '}
      {failing > 0 && <Badge appearance="tint" shape="rounded" color="danger">{`${failing} could not be brought yet`}</Badge>}
      <Body1 block>
        {about === undefined ? 'Told of everything.' : `Told when ${about.map((topic) => noticeTopics[topic]).join('; or when ')}.`}
      </Body1>
      <Body1 block>{`For ${audienceText(channel.for, viewer)}.`}</Body1>
      <Caption1 block className={styles.quiet}>
        {waiting === 0 ? 'Nothing waits to be brought.' : `${waiting} ${waiting === 1 ? 'message waits' : 'messages wait'} to be brought.`}
      </Caption1>
    </li>
  )
}

const kindWords: Readonly<Record<Channel['kind'], string>> = { webhook: 'another system', teams: 'Teams', slack: 'Slack' }

function audienceText(audience: Channel['for'], viewer: Viewer): string {
  const { people = [], groups = [], roles = [], gates = [], environments = [], solutions = [] } = audience ?? {}
  const whom = [
    ...people.map((id) => viewer.nameOf(id)),
    ...groups.map((group) => `the group ${group}`),
    ...roles.map((role) => `each ${roleWords[role]}`),
  ]
  const what = [...gates.map((gate) => `“${gateWords[gate]}”`), ...environments, ...solutions]
  return `${whom.length === 0 ? 'everybody' : listText(whom)}${what.length === 0 ? '' : `, about ${listText(what)}`}`
}

const stateLooks: Readonly<Record<Message['state'], { readonly text: string; readonly color: NonNullable<BadgeProps['color']> }>> = {
  due: { text: 'On its way', color: 'warning' },
  sent: { text: 'Arrived', color: 'success' },
  'given-up': { text: 'Given up', color: 'danger' },
}

function MessageItem({ message }: { readonly message: Message }) {
  const styles = useStyles()
  const { channel, sequence, topic, addedAt, tries, state, dueAt, sentAt, failure } = message
  const look = stateLooks[state]
  return (
    <li>
      <Body1Strong>{upper(noticeTopics[topic])}</Body1Strong>{' '}
      <Badge appearance="tint" shape="rounded" color={look.color}>
        {look.text}
      </Badge>
      <Caption1 block className={styles.quiet}>
        {[
          `through ${channel}`,
          sentAt === undefined ? `came due ${whenText(addedAt)}` : `arrived ${whenText(sentAt)}`,
          ...(state === 'due' && tries > 0
            ? [`tried ${tries} ${tries === 1 ? 'time' : 'times'}, again not before ${whenText(dueAt)}`]
            : []),
          `entry ${sequence} of the ledger`,
        ].join(' · ')}
      </Caption1>
      {failure !== undefined && state !== 'sent' && <Body1 block>{`The last try failed: ${failure}`}</Body1>}
    </li>
  )
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
