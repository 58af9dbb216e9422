import { makeStyles, Text, tokens } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import type { TrainReply } from '#contract'
import { Section } from '../../components/section.tsx'
import type { Viewer } from '../../use-me.ts'
import { whenText } from '../../words.ts'
import { ForYou } from './waiting-view.tsx'

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column', gap: '8px', margin: 0, paddingLeft: 0, listStyleType: 'none' },
  quiet: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
})

/** Releases that travel together, and are not all in yet. Nothing when there are none. */
export function TrainsView({
  trains,
  mine,
  viewer,
}: {
  readonly trains: readonly TrainReply[]
  readonly mine: readonly string[]
  readonly viewer: Viewer
}) {
  const styles = useStyles()
  if (trains.length === 0) return null
  return (
    <Section title="Trains on their way">
      <ul className={styles.list}>
        {trains.map(({ trainId, name, environmentId, members, requestedBy, requestedAt }) => (
          <li key={trainId}>
            <Link to="/trains/$trainId" params={{ trainId }}>
              {name}
            </Link>{' '}
            {mine.includes(trainId) && <ForYou />}{' '}
            <Text className={styles.quiet}>
              {`into ${environmentId}: ${members.map(({ solution, version }) => `${solution} ${version}`).join(' → ')}; asked by ${viewer.nameOf(requestedBy)}, ${whenText(requestedAt)}`}
            </Text>
          </li>
        ))}
      </ul>
    </Section>
  )
}
