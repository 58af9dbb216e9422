import { Badge, Body1, Body1Strong, Caption1, makeStyles, tokens } from '@fluentui/react-components'
import type { OwedItemReply } from '#contract'
import { Problem } from '../../components/problem.tsx'
import { Section } from '../../components/section.tsx'
import { WordForm } from '../../components/word-form.tsx'
import type { Viewer } from '../../use-me.ts'
import { gateWords, listText, whenText } from '../../words.ts'
import type { ViewProps } from './promotion-page.tsx'
import { useOwed, useSignOff } from './use-exceptions.ts'

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '16px' },
  quiet: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
})

/** What was gone past and is still to be made up for, and the viewer's word on it; nothing while nothing is owed. */
export function OwedSection({ view, viewer }: Pick<ViewProps, 'view' | 'viewer'>) {
  const styles = useStyles()
  const owed = useOwed(view)
  const signOff = useSignOff(view)
  if (owed.length === 0) return null
  return (
    <Section title="Owed afterwards" note={`${owed.length} ${owed.length === 1 ? 'gate' : 'gates'} that it did not wait for`}>
      <ul className={styles.list}>
        {owed.map((item) => (
          <li key={item.gate}>
            <OwedGate item={item} viewer={viewer} />
            {view.maySignOff.includes(item.gate) && (
              <WordForm
                label={`Your word on “${gateWords[item.gate]}”`}
                hint="Recorded with your name. Needed when you say no."
                missing="Say what is wrong with what went in."
                isPending={signOff.isPending}
                words={[
                  { text: 'Sign it off', value: 'approve', isPrimary: true },
                  { text: 'Say no', value: 'reject', needsReason: true },
                ]}
                onSay={(verdict, comment) => signOff.mutate({ gate: item.gate, verdict, comment })}
              />
            )}
          </li>
        ))}
      </ul>
      {signOff.error !== null && <Problem error={signOff.error} />}
    </Section>
  )
}

function OwedGate({ item, viewer }: { readonly item: OwedItemReply; readonly viewer: Viewer }) {
  const styles = useStyles()
  const { gate, people, quorum, dueAt, given, isOverdue, isRefused } = item
  return (
    <>
      <Body1Strong>{gateWords[gate]}</Body1Strong>{' '}
      <Badge appearance="tint" shape="rounded" color={isOverdue || isRefused ? 'danger' : 'warning'}>
        {isRefused ? 'Refused' : isOverdue ? 'Overdue' : 'Owed'}
      </Badge>
      <Body1 block className={styles.quiet}>
        {`${quorum < people.length ? `${quorum} of ` : ''}${listText(people.map((id) => viewer.nameOf(id)))}, by ${whenText(dueAt)}.`}
        {isOverdue && ' Until it is given, the next release does not go in here.'}
      </Body1>
      {given.map((word) => (
        <Caption1 block key={`${word.by} ${word.at}`} className={styles.quiet}>
          {`${viewer.nameOf(word.by)} said ${word.verdict === 'approve' ? 'yes' : 'no'}, ${whenText(word.at)}${word.comment === '' ? '' : `: ${word.comment}`}`}
        </Caption1>
      ))}
    </>
  )
}
