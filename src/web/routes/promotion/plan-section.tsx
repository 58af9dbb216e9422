import { Body1, Body1Strong, makeStyles, MessageBar, MessageBarBody, Text, tokens } from '@fluentui/react-components'
import type { PlanReply } from '#contract'
import { Section } from '../../components/section.tsx'
import { Sentence } from '../../components/sentence.tsx'
import { modeWords } from '../../words.ts'
import { Certainty } from './certainty.tsx'
import type { ViewProps } from './promotion-page.tsx'

type Line = PlanReply['lines'][number]

const useStyles = makeStyles({
  group: { display: 'flex', flexDirection: 'column', gap: '6px' },
  list: { listStyleType: 'none', margin: 0, padding: 0 },
  line: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) auto',
    gap: '12px',
    padding: '8px 0',
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    alignItems: 'baseline',
  },
  text: { overflowWrap: 'anywhere' },
  quiet: { color: tokens.colorNeutralForeground2 },
  danger: { color: tokens.colorPaletteRedForeground1 },
})

/** In the order in which an approver should read them: what is lost first. */
const groups: readonly { readonly title: string; readonly effects: readonly Line['effect'][]; readonly isLoss?: boolean }[] = [
  { title: 'Will be deleted', effects: ['delete'], isLoss: true },
  { title: 'Take note', effects: ['warn'] },
  { title: 'Stays as it is, or stays hidden', effects: ['leave'] },
  { title: 'New', effects: ['create'] },
  { title: 'Changed', effects: ['update'] },
  { title: 'Settings and connections', effects: ['set', 'bind'] },
  { title: 'Flows', effects: ['activate'] },
]

/** What goes in, in words: made before anybody decides, and what a decision is bound to. */
export function PlanSection({ view, names }: Pick<ViewProps, 'view' | 'names'>) {
  const styles = useStyles()
  const { plan, solution } = view.promotion.request
  const isAhead = view.promotion.status.state === 'pending'
  const unknown = [...plan.lines, ...plan.content].filter((line) => line.certainty === 'unknown').length
  return (
    <Section
      title={isAhead ? `What changes in ${names.environment}` : 'The plan that was decided on'}
      note={plan.fromVersion === undefined ? `not installed → ${plan.toVersion}` : `${plan.fromVersion} → ${plan.toVersion}`}
    >
      <Text>
        {solution} {modeWords[plan.mode]}.{plan.modeReason === '' ? '' : ` ${plan.modeReason}`}
      </Text>
      {isAhead && unknown > 0 && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            {unknown === 1 ? 'One line' : `${unknown} lines`} of the plan could not be determined beforehand. Look at{' '}
            {unknown === 1 ? 'it' : 'them'} before you decide.
          </MessageBarBody>
        </MessageBar>
      )}
      {groups.map((group) => {
        const lines = plan.lines.filter((line) => group.effects.includes(line.effect))
        if (lines.length === 0) return null
        return (
          <div key={group.title} className={styles.group}>
            <Body1Strong as="h3" block className={group.isLoss === true ? styles.danger : styles.quiet}>
              {group.title}
            </Body1Strong>
            <ul className={styles.list}>
              {lines.map((line) => (
                <PlanLine key={`${line.subject} ${line.message}`} line={line} />
              ))}
            </ul>
          </div>
        )
      })}
      {plan.lines.length === 0 && <Text className={styles.quiet}>Nothing else is to be seen beforehand.</Text>}
    </Section>
  )
}

function PlanLine({ line }: { readonly line: Line }) {
  const styles = useStyles()
  return (
    <li className={styles.line}>
      <span className={styles.text}>
        <Body1Strong>{line.subject}</Body1Strong>{' '}
        <Body1 className={styles.quiet}>
          <Sentence>{line.message}</Sentence>
        </Body1>
      </span>
      <Certainty certainty={line.certainty} />
    </li>
  )
}
