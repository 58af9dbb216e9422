import { Body1, Caption1, makeStyles, tokens } from '@fluentui/react-components'
import type { LedgerEventReply } from '#contract'
import { Section } from '../../components/section.tsx'
import type { Viewer } from '../../use-me.ts'
import { eventText, whenText } from '../../words.ts'

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0 },
  entry: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) auto',
    gap: '12px',
    padding: '6px 0',
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  quiet: { color: tokens.colorNeutralForeground2 },
})

/** The single steps of the work have a section of their own. */
const stepTypes: readonly string[] = ['step-started', 'step-finished', 'job-recorded']

/** What the ledger holds on it, newest first. */
export function HistorySection({ events, viewer }: { readonly events: readonly LedgerEventReply[]; readonly viewer: Viewer }) {
  const styles = useStyles()
  return (
    <Section title="History" note="from the ledger; the single steps stand above">
      <ol className={styles.list} reversed>
        {events
          .filter((event) => !stepTypes.includes(event.type))
          .toReversed()
          .map((event) => (
            <li key={event.sequence} className={styles.entry}>
              <Body1>
                <strong>{viewer.nameOf(event.actor)}</strong> {eventText(event, viewer.nameOf)}
              </Body1>
              <Caption1 className={styles.quiet}>
                {whenText(event.at)} · #{event.sequence}
              </Caption1>
            </li>
          ))}
      </ol>
    </Section>
  )
}
