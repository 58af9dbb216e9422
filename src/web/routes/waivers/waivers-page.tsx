import { MessageBar, MessageBarBody, Spinner, Text } from '@fluentui/react-components'
import type { WaiverListReply, WaiverViewReply } from '#contract'
import { Page } from '../../components/page.tsx'
import { usePageTitle } from '../../components/page-title.ts'
import { PlainList } from '../../components/plain-list.tsx'
import { Problem } from '../../components/problem.tsx'
import { Section } from '../../components/section.tsx'
import { useViewer, type Viewer } from '../../use-me.ts'
import { gateWords } from '../../words.ts'
import { AskSection } from './ask-section.tsx'
import { useWaiverList } from './use-waivers.ts'
import { WaiverItem } from './waiver-item.tsx'

export function WaiversPage() {
  usePageTitle('Waivers')
  const waivers = useWaiverList()
  const viewer = useViewer()
  if (waivers.isPending) return <Spinner label="Reading the waivers" />
  if (waivers.data === undefined) return <Problem error={waivers.error} />
  return <WaiversView list={waivers.data} viewer={viewer} />
}

const open: readonly WaiverViewReply['state'][] = ['in-force', 'ahead']
const shownOfThePast = 20

function WaiversView({ list, viewer }: { readonly list: WaiverListReply; readonly viewer: Viewer }) {
  const { waivers, repeated, choices } = list
  const past = waivers.filter(({ state }) => state !== 'proposed' && !open.includes(state))
  return (
    <Page
      title="Waivers"
      lead="A waiver is an exception to one rule, with a reason and an end. Somebody else than whoever asks approves it."
    >
      {repeated
        .filter(({ isToChange }) => isToChange)
        .map(({ rule, times }) => (
          <MessageBar key={rule} intent="warning" layout="multiline">
            <MessageBarBody>{`${ruleName(rule, choices)} was waived ${times} times. Change the rule instead of granting another exception.`}</MessageBarBody>
          </MessageBar>
        ))}
      <Waivers
        title="Waiting for a decision"
        none="Nothing waits."
        {...{ viewer, choices }}
        of={waivers.filter(({ state }) => state === 'proposed')}
      />
      <AskSection choices={choices} />
      <Waivers
        title="In force"
        none="No rule is waived now."
        {...{ viewer, choices }}
        of={waivers.filter(({ state }) => open.includes(state))}
      />
      {past.length > 0 && (
        <Waivers
          title="Over"
          none=""
          {...{ viewer, choices }}
          of={past.slice(0, shownOfThePast)}
          note={past.length > shownOfThePast ? `the newest ${shownOfThePast} of ${past.length}` : undefined}
        />
      )}
    </Page>
  )
}

function Waivers({
  title,
  none,
  note,
  of,
  viewer,
  choices,
}: {
  readonly title: string
  readonly none: string
  readonly note?: string | undefined
  readonly of: readonly WaiverViewReply[]
  readonly viewer: Viewer
  readonly choices: WaiverListReply['choices']
}) {
  return (
    <Section title={title} {...(note === undefined ? {} : { note })}>
      {of.length === 0 ? (
        <Text>{none}</Text>
      ) : (
        <PlainList>
          {of.map((view) => (
            <WaiverItem key={view.waiver.waiverId} view={view} viewer={viewer} choices={choices} />
          ))}
        </PlainList>
      )}
    </Section>
  )
}

/** A rule as it is counted: the number of a check rule, or the kind of a gate. */
function ruleName(rule: string, { rules }: WaiverListReply['choices']): string {
  const found = rules.find(({ waives }) => (waives.kind === 'check' ? waives.ruleId : waives.gate) === rule)
  if (found?.waives.kind === 'gate') return `“${gateWords[found.waives.gate]}”`
  return `The rule ${rule}${found?.title === undefined ? '' : ` (${found.title})`}`
}
