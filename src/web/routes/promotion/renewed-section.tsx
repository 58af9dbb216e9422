import { Body1, Body1Strong, makeStyles, MessageBar, MessageBarBody, Text, tokens } from '@fluentui/react-components'
import type { PromotionReply } from '#contract'
import { Section } from '../../components/section.tsx'
import { Sentence } from '../../components/sentence.tsx'
import { whenText } from '../../words.ts'

type Renewed = NonNullable<PromotionReply['renewed']>

const useStyles = makeStyles({
  list: { margin: 0, paddingLeft: '18px', display: 'flex', flexDirection: 'column', gap: '6px' },
  quiet: { color: tokens.colorNeutralForeground2 },
})

/** What changed since people decided: they are asked about this alone. Nothing once the work has begun on it. */
export function RenewedSection({ promotion }: { readonly promotion: PromotionReply }) {
  const styles = useStyles()
  const { renewed, status } = promotion
  if (renewed === undefined || status.state !== 'pending') return null
  const hadDecisions = promotion.decisions.length > 0
  return (
    <Section title={hadDecisions ? 'What changed since it was decided' : 'What changed since it was asked for'} note={whenText(renewed.at)}>
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>
          The target is no longer as it was, so nothing has been done. What follows is all that is different; decisions on what was before
          no longer count.
        </MessageBarBody>
      </MessageBar>
      <Reasons reasons={renewed.differences} />
      {renewed.noted.length > 0 && (
        <>
          <Text className={styles.quiet}>Besides, without bearing on the decisions:</Text>
          <Reasons reasons={renewed.noted} />
        </>
      )}
    </Section>
  )
}

function Reasons({ reasons }: { readonly reasons: Renewed['differences'] }) {
  const styles = useStyles()
  return (
    <ul className={styles.list}>
      {reasons.map((reason) => (
        <li key={`${reason.subject} ${reason.message}`}>
          <Body1Strong>{reason.subject}</Body1Strong>
          <Body1>
            : <Sentence>{reason.message}</Sentence>
          </Body1>
        </li>
      ))}
    </ul>
  )
}
