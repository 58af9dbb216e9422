import { Badge, makeStyles, Text, tokens } from '@fluentui/react-components'
import type { HotfixViewReply } from '#contract'
import { gateName } from '#domain/pipeline'
import { Section } from '../../components/section.tsx'
import { whenText } from '../../words.ts'

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column', gap: '8px', margin: 0, paddingLeft: 0, listStyleType: 'none' },
  quiet: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
})

const words: Readonly<Record<HotfixViewReply['state'], string>> = {
  preparing: 'Being made ready',
  failed: 'Not made ready',
  open: 'Being worked on',
  owed: 'Owed to main',
  merged: 'In main',
  abandoned: 'Abandoned',
}

/** Hotfixes that are worked on, or of which something is owed; nothing when there are none. */
export function HotfixesView({ hotfixes }: { readonly hotfixes: readonly HotfixViewReply[] }) {
  const styles = useStyles()
  if (hotfixes.length === 0) return null
  return (
    <Section title="Hotfixes">
      <ul className={styles.list}>
        {hotfixes.map(({ hotfix, state, owed }) => (
          <li key={hotfix.hotfixId}>
            <Badge appearance="tint" shape="rounded" color={state === 'owed' || state === 'failed' ? 'warning' : 'brand'}>
              {words[state]}
            </Badge>{' '}
            <Text weight="semibold">
              {hotfix.solution} {hotfix.shipped?.version ?? hotfix.base.version}
            </Text>{' '}
            <Text className={styles.quiet}>{hotfix.reason}</Text>
            {state === 'owed' && (
              <Text block className={styles.quiet}>
                Production takes no release of main that lacks it. Bring it there with <code>drover hotfix merge {hotfix.hotfixId}</code>.
              </Text>
            )}
            {owed.map(({ gate, dueAt, isOverdue }) => (
              <Text block key={gate}>
                {gateName(gate)} {isOverdue ? 'was' : 'is'} due {whenText(dueAt)}
              </Text>
            ))}
          </li>
        ))}
      </ul>
    </Section>
  )
}
