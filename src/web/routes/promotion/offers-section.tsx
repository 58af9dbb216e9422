import { Body1Strong, Caption1, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Text, tokens } from '@fluentui/react-components'
import type { PromotionViewReply } from '#contract'
import { wayWords } from '#domain/recovery'
import { Section } from '../../components/section.tsx'
import { whenText } from '../../words.ts'

const useStyles = makeStyles({
  list: { margin: 0, paddingLeft: '20px', display: 'flex', flexDirection: 'column', gap: '12px' },
  command: { fontFamily: tokens.fontFamilyMonospace, overflowWrap: 'anywhere' },
  quiet: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
})

function titleOf(kind: PromotionViewReply['offers'][number]['kind']): string {
  if (kind === undefined) return 'Go back'
  return kind === 'resume' ? 'Find out how it ended' : `By ${wayWords[kind]}`
}

/** That the place is held, and the ways back from what went wrong there; nothing while nothing did. */
export function OffersSection({ view }: { readonly view: PromotionViewReply }) {
  const styles = useStyles()
  const { hold, offers, promotion } = view
  const { environmentId, solution } = promotion.request
  return (
    <>
      {hold !== undefined && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{`${environmentId} is held for ${solution}`}</MessageBarTitle>
            {`Since ${whenText(hold.since)} nothing but a recovery goes in. To let others in again: `}
            <span className={styles.command}>{`drover env resume ${environmentId} ${solution} --reason "…"`}</span>
          </MessageBarBody>
        </MessageBar>
      )}
      {offers.length > 0 && (
        <Section title="Ways back" note="the one to take first in front">
          <ol className={styles.list}>
            {offers.map(({ kind, command, text, isPossible }) => (
              <li key={`${kind} ${command}`}>
                <Body1Strong block>{titleOf(kind)}</Body1Strong>
                {isPossible && (
                  <Text block className={styles.command}>
                    {command}
                  </Text>
                )}
                <Caption1 className={styles.quiet}>{isPossible ? text : `Not as things are: ${text}`}</Caption1>
              </li>
            ))}
          </ol>
        </Section>
      )}
    </>
  )
}
