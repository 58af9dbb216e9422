import { Badge, makeStyles, Text, tokens } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import type { OwedItemReply } from '#contract'
import { Section } from '../../components/section.tsx'
import { gateWords, whenText } from '../../words.ts'

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column', gap: '8px', margin: 0, paddingLeft: 0, listStyleType: 'none' },
  quiet: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
})

/** What emergencies went past and still owe; hotfixes tell their own. Nothing when there is none. */
export function OwedView({ owed }: { readonly owed: readonly OwedItemReply[] }) {
  const styles = useStyles()
  const ofEmergencies = owed.filter(({ hotfixId }) => hotfixId === undefined)
  if (ofEmergencies.length === 0) return null
  return (
    <Section title="Owed after emergencies">
      <ul className={styles.list}>
        {ofEmergencies.map(({ promotionId, solution, version, gate, dueAt, isOverdue, isRefused }) => (
          <li key={`${promotionId}/${gate}`}>
            <Badge appearance="tint" shape="rounded" color={isOverdue || isRefused ? 'danger' : 'warning'}>
              {stateWord({ isRefused, isOverdue })}
            </Badge>{' '}
            <Link to="/promotions/$promotionId" params={{ promotionId }}>
              {solution} {version}
            </Link>{' '}
            <Text className={styles.quiet}>
              {gateWords[gate]} {isOverdue ? 'was' : 'is'} due {whenText(dueAt)}
            </Text>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function stateWord({ isRefused, isOverdue }: Pick<OwedItemReply, 'isRefused' | 'isOverdue'>): string {
  if (isRefused) return 'Refused'
  return isOverdue ? 'Overdue' : 'Owed'
}
