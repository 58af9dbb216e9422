import { Body1, Button, Field, makeStyles, Text, Textarea } from '@fluentui/react-components'
import { Checkmark20Regular } from '@fluentui/react-icons'
import { useState } from 'react'
import type { PromotionViewReply } from '#contract'
import { Problem } from '../../components/problem.tsx'
import { Section } from '../../components/section.tsx'
import { Sentence } from '../../components/sentence.tsx'
import type { PromotionModel } from './use-promotion.ts'

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: '12px' },
  lines: { margin: 0, paddingLeft: '20px', overflowWrap: 'anywhere' },
  button: { alignSelf: 'start' },
})

/** What nobody can tell of the plan and waits for the viewer's word; nothing when nothing waits for them. */
export function UnknownSection({
  view,
  answerFor,
}: {
  readonly view: PromotionViewReply
  readonly answerFor: PromotionModel['answerFor']
}) {
  const styles = useStyles()
  const [comment, setComment] = useState('')
  const [isMissing, setIsMissing] = useState(false)
  const isOpen = view.gates.some(({ kind, state }) => kind === 'preflight' && state === 'open')
  if (!view.mayAcknowledgeUnknown || isOpen) return answerFor.error === null ? null : <Problem error={answerFor.error} />
  function submit(): void {
    setIsMissing(comment.trim() === '')
    if (comment.trim() !== '') answerFor.mutate({ of: view.unknown, comment: comment.trim() })
  }
  return (
    <Section title="Not all could be told" note={`${view.unknown.length} to answer for`}>
      <div className={styles.form}>
        <Text>
          Nobody can tell what is listed here, so it does not count as fine. It goes in only when somebody answers for it by name.
        </Text>
        <ul className={styles.lines}>
          {view.unknown.map(({ subject, message }) => (
            <li key={`${subject} ${message}`}>
              <Body1>
                <strong>{subject}</strong>: <Sentence>{message}</Sentence>
              </Body1>
            </li>
          ))}
        </ul>
        <Field
          label="What you looked at instead"
          hint="Recorded with your name."
          {...(isMissing ? { validationState: 'error' as const, validationMessage: 'Say what you looked at instead.' } : {})}
        >
          <Textarea value={comment} onChange={(_, data) => setComment(data.value)} resize="vertical" />
        </Field>
        {answerFor.error !== null && <Problem error={answerFor.error} />}
        <Button
          className={styles.button}
          appearance="primary"
          icon={<Checkmark20Regular />}
          disabled={answerFor.isPending}
          onClick={submit}
        >
          Answer for it
        </Button>
      </div>
    </Section>
  )
}
