import { Badge, Body1, Body1Strong, Button, Caption1, makeStyles, Text, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import type { MeReply, PersonViewReply } from '#contract'
import { toId } from '#domain/kernel'
import { Disclosure } from '../../components/disclosure.tsx'
import { ChoiceField, DayField, dayIn, endOfDay, Form, WordsField } from '../../components/form.tsx'
import { PlainList } from '../../components/plain-list.tsx'
import { Problem } from '../../components/problem.tsx'
import { Section } from '../../components/section.tsx'
import type { Viewer } from '../../use-me.ts'
import { gateWords, listText, roleWords, whenText } from '../../words.ts'
import { type DelegationReply, useDelegationWord, useNameDeputy } from './use-people.ts'

const useStyles = makeStyles({
  quiet: { color: tokens.colorNeutralForeground2 },
  buttons: { display: 'flex', gap: '12px', flexWrap: 'wrap', marginTop: '6px' },
})

/** Who takes whose place at gates, now or soon, and the form in which the viewer names somebody for their own. */
export function DeputiesSection({
  people,
  viewer,
  me,
}: {
  readonly people: readonly PersonViewReply[]
  readonly viewer: Viewer
  readonly me: MeReply
}) {
  const now = Date.now()
  const standing = people
    .flatMap(({ deputies }) => deputies)
    .filter(({ until, endedAt }) => endedAt === undefined && Date.parse(until) > now)
  const others = people.filter(({ id, kind }) => id !== me.id && kind === 'person')
  return (
    <Section title="Deputies">
      <Text>A deputy decides at gates in the place of somebody who is away, for a time. It is recorded in both names.</Text>
      {standing.length > 0 && (
        <PlainList label="Deputies">
          {standing.map((one) => (
            <Delegation key={one.id} one={one} viewer={viewer} me={me} />
          ))}
        </PlainList>
      )}
      {others[0] !== undefined && me.isKnown && (
        <Disclosure text="Name a deputy for yourself">
          {(close) => <DeputyForm me={me} others={others} first={others[0]?.id ?? ''} onNamed={close} />}
        </Disclosure>
      )}
    </Section>
  )
}

function Delegation({ one, viewer, me }: { readonly one: DelegationReply; readonly viewer: Viewer; readonly me: MeReply }) {
  const styles = useStyles()
  const word = useDelegationWord(one)
  const { absent, deputy, gates, roles, from, until, reason, namedBy, awaitsSecond } = one
  const isAdmin = me.roles.includes('platform-admin')
  const mayEnd = isAdmin || me.id === absent || me.id === deputy
  const mayConfirm = awaitsSecond && isAdmin && me.id !== namedBy && me.id !== deputy
  const names = `${viewer.nameOf(deputy)} for ${viewer.nameOf(absent)}`
  return (
    <li>
      <Body1Strong>{names}</Body1Strong>{' '}
      {awaitsSecond && (
        <Badge appearance="tint" shape="rounded" color="warning">
          Waits for a second platform admin
        </Badge>
      )}
      <Body1 block>
        {`From ${whenText(from)} until ${whenText(until)}: ${reason}`}
        {gates !== undefined && `. Only at ${listText(gates.map((gate) => `“${gateWords[gate]}”`))}`}
        {roles !== undefined && `. Only where it takes ${listText(roles.map((role) => roleWords[role]))}`}
      </Body1>
      <Caption1 block className={styles.quiet}>{`Named by ${viewer.nameOf(namedBy)}`}</Caption1>
      {awaitsSecond && !mayConfirm && (
        <Caption1 block className={styles.quiet}>
          You cannot confirm it: that takes a platform admin who neither named the deputy nor is it.
        </Caption1>
      )}
      {(mayEnd || mayConfirm) && (
        <div className={styles.buttons}>
          {mayConfirm && (
            <Button
              appearance="primary"
              size="small"
              aria-label={`Confirm: ${names}`}
              disabled={word.isPending}
              onClick={() => word.mutate('confirm')}
            >
              Confirm
            </Button>
          )}
          {mayEnd && (
            <Button size="small" aria-label={`End it now: ${names}`} disabled={word.isPending} onClick={() => word.mutate('end')}>
              End it now
            </Button>
          )}
        </div>
      )}
      {word.error !== null && <Problem error={word.error} />}
    </li>
  )
}

const usualDays = 7

function DeputyForm({
  me,
  others,
  first,
  onNamed,
}: {
  readonly me: MeReply
  readonly others: readonly PersonViewReply[]
  readonly first: string
  readonly onNamed: () => void
}) {
  const name = useNameDeputy()
  const [deputy, setDeputy] = useState(first)
  const [day, setDay] = useState(dayIn(usualDays))
  const [reason, setReason] = useState('')
  const [isSent, setIsSent] = useState(false)
  const until = endOfDay(day)
  function submit(): void {
    setIsSent(true)
    if (until === undefined || reason.trim() === '') return
    name.mutate({ personId: me.id, deputy: toId(deputy), until, reason: reason.trim() }, { onSuccess: onNamed })
  }
  return (
    <Form label="Name a deputy for yourself" button="Name the deputy" isPending={name.isPending} error={name.error} onSubmit={submit}>
      <ChoiceField
        label="Who takes your place"
        hint="They need a role that fits the gate themselves."
        value={deputy}
        options={others.map((person) => ({ value: person.id, text: person.name }))}
        onChange={setDeputy}
      />
      <DayField
        label="Last day"
        hint="From now on, until the end of that day."
        value={day}
        missing={isSent && until === undefined ? 'Name a day.' : undefined}
        onChange={setDay}
      />
      <WordsField
        label="Why"
        value={reason}
        missing={isSent && reason.trim() === '' ? 'Say why, for example that you are on leave.' : undefined}
        onChange={setReason}
      />
    </Form>
  )
}
