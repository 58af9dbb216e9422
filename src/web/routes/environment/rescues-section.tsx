import { makeStyles, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text, tokens } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import type { RescueReply } from '#contract'
import { Problem } from '../../components/problem.tsx'
import { Section } from '../../components/section.tsx'
import { whenText } from '../../words.ts'
import type { EnvironmentModel } from './use-environment.ts'

const useStyles = makeStyles({ quiet: { color: tokens.colorNeutralForeground2 }, name: { overflowWrap: 'anywhere' } })

/** What was saved from here before it was destroyed. */
export function RescuesSection({ rescues }: Pick<EnvironmentModel, 'rescues'>) {
  const styles = useStyles()
  return (
    <Section title="Rescued before it was destroyed">
      {rescues.isError && <Problem error={rescues.error} />}
      {rescues.data?.length === 0 && <Text className={styles.quiet}>Nothing yet: no release has destroyed data here.</Text>}
      {rescues.data !== undefined && rescues.data.length > 0 && (
        <Table aria-label="Rescues" size="small">
          <TableHeader>
            <TableRow>
              <TableHeaderCell>Before</TableHeaderCell>
              <TableHeaderCell>What</TableHeaderCell>
              <TableHeaderCell>Kept until</TableHeaderCell>
            </TableRow>
          </TableHeader>
          <TableBody>
            {rescues.data.map((record) => (
              <TableRow key={record.rescue.id}>
                <TableCell className={styles.name}>
                  {record.promotionId === undefined ? (
                    (record.repair?.holds ?? 'A change by hand was reverted')
                  ) : (
                    <Link to="/promotions/$promotionId" params={{ promotionId: record.promotionId }}>
                      {record.solution} {record.version}
                    </Link>
                  )}
                </TableCell>
                <TableCell className={styles.name}>{whatText(record)}</TableCell>
                <TableCell>{record.removedAt === undefined ? whenText(record.rescue.keepUntil) : 'deleted'}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </Section>
  )
}

function whatText({ rescue, layer }: RescueReply): string {
  if (layer !== undefined) return `the change by hand on ${layer.name}, before it was reverted`
  return rescue.items
    .map(
      ({ table, columns, regarding, contents, rows }) =>
        `${rows.toLocaleString('en-US')} ${contents === true ? (rows === 1 ? 'file or image' : 'files and images') : rows === 1 ? 'row' : 'rows'} of ${table}${regarding === undefined ? '' : ` on ${regarding}`}${columns === undefined ? '' : ` (${columns.join(', ')})`}`,
    )
    .join('; ')
}
