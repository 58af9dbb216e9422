import { Body1, Button, Field, Input, makeStyles, MessageBar, MessageBarBody, Text, Textarea, tokens } from '@fluentui/react-components'
import { Checkmark20Regular } from '@fluentui/react-icons'
import { useState } from 'react'
import type { PromotionViewReply } from '#contract'
import { Problem } from '../../components/problem.tsx'
import { Section } from '../../components/section.tsx'
import type { PromotionModel } from './use-promotion.ts'

type Loss = PromotionViewReply['losses'][number]

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: '12px', borderTop: `1px solid ${tokens.colorNeutralStroke2}`, paddingTop: '12px' },
  fields: { display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(160px, 1fr))', gap: '12px' },
  button: { alignSelf: 'start' },
})

/** What data goes that waits for the viewer's word, as its owner; nothing when nothing waits for them. */
export function LossesSection({
  view,
  acknowledge,
}: {
  readonly view: PromotionViewReply
  readonly acknowledge: PromotionModel['acknowledge']
}) {
  const waiting = view.losses.filter((loss) => loss.mayAcknowledge)
  if (waiting.length === 0) return acknowledge.error === null ? null : <Problem error={acknowledge.error} />
  return (
    <Section title="Data goes that you answer for" note={`${waiting.length} to acknowledge`}>
      <Text>
        What is listed here is destroyed with everything in it. Acknowledge each by itself, up to a number: if there is more when the work
        is about to begin, nothing is done and you are asked again.
      </Text>
      {waiting.map((loss) => (
        <LossForm key={loss.subject} loss={loss} acknowledge={acknowledge} />
      ))}
    </Section>
  )
}

function LossForm({ loss, acknowledge }: { readonly loss: Loss; readonly acknowledge: PromotionModel['acknowledge'] }) {
  const styles = useStyles()
  const [ceiling, setCeiling] = useState(String(loss.atLeast))
  const [days, setDays] = useState('')
  const [comment, setComment] = useState('')
  const [isMissing, setIsMissing] = useState(false)
  function submit(): void {
    setIsMissing(comment.trim() === '')
    if (comment.trim() === '') return
    const term = days.trim() === '' ? {} : { days: Number(days) }
    acknowledge.mutate({ subject: loss.subject, ceiling: Number(ceiling), comment: comment.trim(), ...term })
  }
  return (
    <div className={styles.form} role="group" aria-label={loss.name}>
      <Body1>
        <strong>{loss.name}</strong>: {loss.losses.map(amountText).join(', ')}
      </Body1>
      {loss.losses.some(({ count }) => count.kind !== 'exact') && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            There may be more: it could not be counted to the end. It is counted when it is saved, right before it goes.
          </MessageBarBody>
        </MessageBar>
      )}
      <div className={styles.fields}>
        <Field label="At most so many may go" hint="More than that, and you are asked again.">
          <Input type="number" min={loss.atLeast} step={1} value={ceiling} onChange={(_, data) => setCeiling(data.value)} />
        </Field>
        <Field label="Holds for so many days" hint="Empty: as long as the policy lets it.">
          <Input type="number" min={1} value={days} onChange={(_, data) => setDays(data.value)} />
        </Field>
      </div>
      <Field
        label="Why it may go"
        hint="Recorded with your name."
        {...(isMissing ? { validationState: 'error' as const, validationMessage: 'Say why this data may go, or where it is kept.' } : {})}
      >
        <Textarea value={comment} onChange={(_, data) => setComment(data.value)} resize="vertical" />
      </Field>
      {acknowledge.error !== null && acknowledge.variables?.subject === loss.subject && <Problem error={acknowledge.error} />}
      <Button
        className={styles.button}
        appearance="primary"
        icon={<Checkmark20Regular />}
        disabled={acknowledge.isPending}
        onClick={submit}
      >
        Let it go
      </Button>
    </div>
  )
}

function amountText({ kind, count }: Loss['losses'][number]): string {
  if (count.kind === 'unknown') return `an unknown number of ${kind}`
  return `${count.kind === 'exact' ? '' : 'at least '}${count.n.toLocaleString()} ${kind === 'variable-value' ? 'values' : kind}`
}
