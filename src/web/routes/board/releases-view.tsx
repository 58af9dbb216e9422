import {
  Badge,
  type BadgeProps,
  makeStyles,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  Text,
  tokens,
} from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import type { ReleaseSummaryReply } from '#contract'
import { Section } from '../../components/section.tsx'
import { whenText } from '../../words.ts'

const useStyles = makeStyles({
  quiet: { color: tokens.colorNeutralForeground2 },
  name: { overflowWrap: 'anywhere' },
  wide: { overflowX: 'auto' },
  table: { minWidth: '620px' },
})

const looks: Readonly<Record<ReleaseSummaryReply['state'], { readonly word: string; readonly color: NonNullable<BadgeProps['color']> }>> = {
  running: { word: 'In progress', color: 'brand' },
  sealed: { word: 'Sealed', color: 'success' },
  refused: { word: 'Refused', color: 'danger' },
  errored: { word: 'Interrupted', color: 'danger' },
}

const shown = 10

/** The newest releases: what could be promoted. */
export function ReleasesView({ releases }: { readonly releases: readonly ReleaseSummaryReply[] }) {
  const styles = useStyles()
  return (
    <Section title="Releases" note={releases.length > shown ? `the newest ${shown}` : undefined}>
      {releases.length === 0 ? (
        <Text className={styles.quiet}>
          None yet. Prepare one with <code>drover release create</code>.
        </Text>
      ) : (
        <div className={styles.wide}>
          <Table aria-label="Releases" size="small" className={styles.table}>
            <TableHeader>
              <TableRow>
                <TableHeaderCell>Solution</TableHeaderCell>
                <TableHeaderCell>Version</TableHeaderCell>
                <TableHeaderCell>State</TableHeaderCell>
                <TableHeaderCell>Begun</TableHeaderCell>
                <TableHeaderCell>Next</TableHeaderCell>
              </TableRow>
            </TableHeader>
            <TableBody>
              {releases.slice(0, shown).map((release) => (
                <TableRow key={release.releaseId}>
                  <TableCell className={styles.name}>{release.solution}</TableCell>
                  <TableCell>{release.version ?? '–'}</TableCell>
                  <TableCell>
                    <Badge appearance="tint" shape="rounded" color={looks[release.state].color}>
                      {looks[release.state].word}
                    </Badge>
                  </TableCell>
                  <TableCell>{whenText(release.startedAt)}</TableCell>
                  <TableCell>{release.state === 'sealed' && <AskLink release={release} />}</TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </div>
      )}
    </Section>
  )
}

function AskLink({ release: { releaseId, solution, version } }: { readonly release: ReleaseSummaryReply }) {
  return (
    <Link to="/releases/$releaseId/request" params={{ releaseId }} aria-label={`Ask for it to go in: ${solution} ${version ?? ''}`}>
      Ask for it to go in
    </Link>
  )
}
