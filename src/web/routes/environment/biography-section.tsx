import { Body1, Button, makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import type { BiographyEntryReply } from '#contract'
import { Problem } from '../../components/problem.tsx'
import { Section } from '../../components/section.tsx'
import type { Viewer } from '../../use-me.ts'
import { biographyWords, whenText } from '../../words.ts'
import type { EnvironmentModel } from './use-environment.ts'

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0 },
  entry: { padding: '10px 0', borderTop: `1px solid ${tokens.colorNeutralStroke2}`, overflowWrap: 'anywhere' },
  quiet: { color: tokens.colorNeutralForeground2 },
  failure: { color: tokens.colorPaletteRedForeground1 },
  more: { alignSelf: 'flex-start' },
})

/** What happened to the environment, newest first: releases, tweaks, incidents, restore points, rehearsals, holds, protection. */
export function BiographySection({ biography, viewer }: Pick<EnvironmentModel, 'biography'> & { readonly viewer: Viewer }) {
  const styles = useStyles()
  const entries = biography.data?.pages.flatMap((page) => page.entries) ?? []
  return (
    <Section title="What happened to it">
      {biography.isError && <Problem error={biography.error} />}
      {biography.isSuccess && entries.length === 0 && <Text className={styles.quiet}>Nothing is known yet.</Text>}
      {entries.length > 0 && (
        <ul className={styles.list} aria-label="Biography">
          {entries.map((entry) => (
            <Entry key={entry.id} entry={entry} viewer={viewer} />
          ))}
        </ul>
      )}
      {biography.hasNextPage && (
        <Button className={styles.more} disabled={biography.isFetchingNextPage} onClick={() => void biography.fetchNextPage()}>
          Show what was before
        </Button>
      )}
    </Section>
  )
}

function Entry({ entry, viewer }: { readonly entry: BiographyEntryReply; readonly viewer: Viewer }) {
  const styles = useStyles()
  const { kind, at, text, promotionId, isFailure } = entry
  return (
    <li className={styles.entry}>
      <Text block size={200} className={mergeClasses(styles.quiet, isFailure === true && styles.failure)}>
        {whenText(at)} · {biographyWords[kind]}
      </Text>
      <Body1>{text}</Body1>
      <Text block size={200} className={styles.quiet}>
        {[...whoText(entry, viewer), ...endText(entry)].join(' · ')}
        {promotionId !== undefined && (
          <>
            {' '}
            <Link to="/promotions/$promotionId" params={{ promotionId }}>
              Promotion
            </Link>
          </>
        )}
      </Text>
    </li>
  )
}

function whoText({ by, approvedBy = [] }: BiographyEntryReply, viewer: Viewer): readonly string[] {
  const names = (ids: BiographyEntryReply['by']): string => ids.map((id) => viewer.nameOf(id)).join(' and ')
  return [...(by.length === 0 ? [] : [names(by)]), ...(approvedBy.length === 0 ? [] : [`approved by ${names(approvedBy)}`])]
}

function endText({ kind, expiresAt, isExpired }: BiographyEntryReply): readonly string[] {
  if (expiresAt === undefined) return []
  if (isExpired === true) return kind === 'restore-point' ? [`expired ${whenText(expiresAt)}`] : []
  return [`${kind === 'restore-point' ? 'kept' : 'holds'} until ${whenText(expiresAt)}`]
}
