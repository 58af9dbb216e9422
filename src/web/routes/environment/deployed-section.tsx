import { Body1Strong, makeStyles, Text, tokens } from '@fluentui/react-components'
import type { DriftReply } from '#contract'
import { signalText } from '#domain/drift'
import { Section } from '../../components/section.tsx'

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '10px' },
  row: { display: 'flex', justifyContent: 'space-between', gap: '12px' },
  name: { overflowWrap: 'anywhere' },
  quiet: { color: tokens.colorNeutralForeground2 },
})

/** What Drover deployed, each with how many changes there nobody has said anything about. */
export function DeployedSection({ view }: { readonly view: DriftReply }) {
  const styles = useStyles()
  const isPartlySeen = (view.assessment?.unseen ?? []).length > 0
  return (
    <Section title="Deployed">
      {view.solutions.length === 0 ? (
        <Text className={styles.quiet}>Drover deployed nothing here.</Text>
      ) : (
        <ul className={styles.list}>
          {view.solutions.map(({ solution, version, open }) => (
            <li key={solution} className={styles.row}>
              <Body1Strong className={styles.name}>{solution}</Body1Strong>
              <Text>{signalText({ version, openChanges: open, isPartlySeen: view.assessment !== undefined && isPartlySeen })}</Text>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
