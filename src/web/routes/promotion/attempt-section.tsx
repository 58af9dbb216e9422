import { Body1Strong, Caption1, makeStyles, Spinner, tokens } from '@fluentui/react-components'
import { CheckmarkCircle20Regular, SubtractCircle20Regular } from '@fluentui/react-icons'
import type { AttemptReply, PromotionReply } from '#contract'
import { Section } from '../../components/section.tsx'
import { clockText, durationText, stepWords, whenText } from '../../words.ts'

type Step = AttemptReply['steps'][number]

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0 },
  step: {
    display: 'grid',
    gridTemplateColumns: '20px minmax(0, 1fr) auto',
    gap: '10px',
    padding: '8px 0',
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  done: { color: tokens.colorPaletteGreenForeground1 },
  quiet: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
})

/** What was done, step by step, with times. Nothing before the work has begun. */
export function AttemptSection({ promotion }: { readonly promotion: PromotionReply }) {
  const { status, earlierAttempts } = promotion
  const attempts = 'attempt' in status ? [...earlierAttempts, status.attempt] : earlierAttempts
  return attempts.map((attempt, index) => (
    <AttemptView
      key={attempt.id}
      attempt={attempt}
      title={attempts.length === 1 ? 'The work, step by step' : `Attempt ${index + 1}, step by step`}
    />
  ))
}

function AttemptView({ attempt, title }: { readonly attempt: AttemptReply; readonly title: string }) {
  const styles = useStyles()
  const took =
    attempt.finishedAt === undefined ? '' : `, took ${durationText(Date.parse(attempt.finishedAt) - Date.parse(attempt.startedAt))}`
  return (
    <Section title={title} note={`${whenText(attempt.startedAt)}${took}`}>
      <ol className={styles.list}>
        {attempt.steps.map((step) => (
          <StepView key={step.step} step={step} />
        ))}
      </ol>
      {attempt.outlasted !== undefined && (
        <Caption1 className={styles.quiet}>
          {`It outlasted its change window, which closed ${whenText(attempt.outlasted.closedAt)}, by ${durationText(attempt.outlasted.byMs)}.`}
        </Caption1>
      )}
    </Section>
  )
}

function StepView({ step }: { readonly step: Step }) {
  const styles = useStyles()
  return (
    <li className={styles.step}>
      <StepIcon step={step} />
      <div>
        <Body1Strong block>{stepWords[step.step]}</Body1Strong>
        {step.note !== undefined && <Caption1 className={styles.quiet}>{step.note}</Caption1>}
      </div>
      <Caption1 className={styles.quiet}>
        {step.finishedAt === undefined
          ? `since ${clockText(step.startedAt)}`
          : durationText(Date.parse(step.finishedAt) - Date.parse(step.startedAt))}
      </Caption1>
    </li>
  )
}

function StepIcon({ step }: { readonly step: Step }) {
  const styles = useStyles()
  if (step.finishedAt === undefined) return <Spinner size="tiny" aria-label="going on" />
  if (step.outcome === 'skipped') return <SubtractCircle20Regular className={styles.quiet} aria-label="not needed" />
  return <CheckmarkCircle20Regular className={styles.done} aria-label="done" />
}
