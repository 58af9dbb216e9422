import { Button, Field, Input, makeStyles, Select, Textarea } from '@fluentui/react-components'
import type { FormEvent, ReactNode } from 'react'
import { Problem } from './problem.tsx'

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: '14px', maxWidth: '640px', marginTop: '12px' },
  button: { alignSelf: 'start' },
  field: { minWidth: 0, '& select': { textOverflow: 'ellipsis' } },
})

/** Fields, what was refused, and the button that sends them; the return key sends too. */
export function Form({
  label,
  button,
  isPending,
  error,
  onSubmit,
  children,
}: {
  readonly label: string
  readonly button: string
  readonly isPending: boolean
  readonly error: unknown
  readonly onSubmit: () => void
  readonly children: ReactNode
}) {
  const styles = useStyles()
  function submit(event: FormEvent): void {
    event.preventDefault()
    onSubmit()
  }
  return (
    <form className={styles.form} onSubmit={submit} aria-label={label} noValidate>
      {children}
      {error !== null && <Problem error={error} />}
      <Button className={styles.button} type="submit" appearance="primary" disabled={isPending}>
        {button}
      </Button>
    </form>
  )
}

interface FieldProps {
  readonly label: string
  readonly hint?: string
  readonly value: string
  /** What to do where it is missing; undefined: it is not. */
  readonly missing?: string | undefined
  readonly onChange: (value: string) => void
}

export function ChoiceField({
  options,
  ...props
}: FieldProps & { readonly options: readonly { readonly value: string; readonly text: string }[] }) {
  const styles = useStyles()
  return (
    <Field className={styles.field} {...fieldOf(props)}>
      <Select value={props.value} onChange={(_, data) => props.onChange(data.value)}>
        {options.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </Select>
    </Field>
  )
}

export function WordsField(props: FieldProps) {
  return (
    <Field {...fieldOf(props)}>
      <Textarea value={props.value} onChange={(_, data) => props.onChange(data.value)} resize="vertical" />
    </Field>
  )
}

/** A day, as YYYY-MM-DD. */
export function DayField(props: FieldProps) {
  return (
    <Field {...fieldOf(props)}>
      <Input type="date" value={props.value} onChange={(_, data) => props.onChange(data.value)} />
    </Field>
  )
}

function fieldOf({ label, hint, missing }: FieldProps) {
  return {
    label,
    ...(hint === undefined ? {} : { hint }),
    ...(missing === undefined ? {} : { validationState: 'error' as const, validationMessage: missing }),
  }
}

/** A day so many days from now, for a field. */
export function dayIn(days: number): string {
  const day = new Date()
  day.setDate(day.getDate() + days)
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, '0')).join('-')
}

/** The end of a day of a field where the reader is; undefined of what is no day. */
export function endOfDay(day: string): string | undefined {
  const end = new Date(`${day}T23:59:59`)
  return Number.isNaN(end.getTime()) ? undefined : end.toISOString()
}
