import { Button, Field, makeStyles, Textarea } from '@fluentui/react-components'
import { useState } from 'react'

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: '12px', marginTop: '8px' },
  buttons: { display: 'flex', gap: '12px', flexWrap: 'wrap' },
})

export interface SayableWord<Value extends string> {
  readonly text: string
  readonly value: Value
  readonly isPrimary?: boolean
  /** Whether it is said with a reason only. */
  readonly needsReason?: boolean
}

/** A person's word: what they say with it, and a button for each thing that they may say. */
export function WordForm<Value extends string>({
  label,
  hint,
  missing,
  words,
  isPending,
  onSay,
}: {
  readonly label: string
  readonly hint: string
  /** What to do where a reason is needed and none is given. */
  readonly missing: string
  readonly words: readonly SayableWord<Value>[]
  readonly isPending: boolean
  readonly onSay: (value: Value, text: string) => void
}) {
  const styles = useStyles()
  const [text, setText] = useState('')
  const [isMissing, setIsMissing] = useState(false)
  function say({ value, needsReason = false }: SayableWord<Value>): void {
    const lacks = needsReason && text.trim() === ''
    setIsMissing(lacks)
    if (!lacks) onSay(value, text.trim())
  }
  return (
    <div className={styles.form}>
      <Field label={label} hint={hint} {...(isMissing ? { validationState: 'error' as const, validationMessage: missing } : {})}>
        <Textarea value={text} onChange={(_, data) => setText(data.value)} resize="vertical" />
      </Field>
      <div className={styles.buttons}>
        {words.map((word) => (
          <Button
            key={word.value}
            appearance={word.isPrimary === true ? 'primary' : 'secondary'}
            disabled={isPending}
            onClick={() => say(word)}
          >
            {word.text}
          </Button>
        ))}
      </div>
    </div>
  )
}
