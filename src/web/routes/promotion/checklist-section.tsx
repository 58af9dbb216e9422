import { Body1, Body1Strong, makeStyles, mergeClasses, Subtitle2, tokens } from '@fluentui/react-components'
import { CheckmarkCircle16Filled, Circle16Regular, DismissCircle16Filled, Subtract16Regular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import type { ReleaseChecklistReply } from '#contract'
import { toId } from '#domain/kernel'
import { apiClient, valueOf } from '../../api.ts'
import { Section } from '../../components/section.tsx'

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: '6px 0 0', padding: 0, display: 'flex', flexDirection: 'column', gap: '6px' },
  line: { display: 'grid', gridTemplateColumns: '16px 1fr', gap: '8px', alignItems: 'start' },
  icon: { marginTop: '2px' },
  done: { color: tokens.colorPaletteGreenForeground1 },
  open: { color: tokens.colorStatusWarningForeground1 },
  failed: { color: tokens.colorPaletteRedForeground1 },
  'not-asked': { color: tokens.colorNeutralForeground3 },
  quiet: { color: tokens.colorNeutralForeground2 },
})

const icons = {
  done: CheckmarkCircle16Filled,
  open: Circle16Regular,
  failed: DismissCircle16Filled,
  'not-asked': Subtract16Regular,
} as const
const stateWords = { done: 'done', open: 'open', failed: 'not fulfilled', 'not-asked': 'not asked for' } as const
const listNames = {
  'testing-and-approval': 'Testing and approval',
  'rollback-readiness': 'Rollback readiness',
  'post-deployment': 'After the deployment',
} as const

/** The release checklist of a promotion; every line rests on what is recorded, none is ticked by hand. */
export function ChecklistSection({ promotionId }: { readonly promotionId: string }) {
  const styles = useStyles()
  const checklist = useQuery({
    queryKey: ['checklist', promotionId],
    queryFn: () => valueOf(apiClient().loadReleaseChecklist({ promotionId: toId(promotionId) })),
  })
  if (checklist.data === undefined) return null
  const { lines, complete } = checklist.data
  return (
    <Section title="Release checklist" note="filled from what is recorded">
      {/* The keys of the names are the names of the lists. */}
      {(Object.keys(listNames) as (keyof typeof listNames)[]).map((list) => (
        <div key={list}>
          <Subtitle2 as="h3">{listNames[list]}</Subtitle2>
          <Body1 className={styles.quiet}>{complete[list] ? ' complete' : ' not complete'}</Body1>
          <ul className={styles.list}>
            {lines
              .filter((line) => line.list === list)
              .map((line) => (
                <Line key={line.id} line={line} />
              ))}
          </ul>
        </div>
      ))}
    </Section>
  )
}

function Line({ line }: { readonly line: ReleaseChecklistReply['lines'][number] }) {
  const styles = useStyles()
  const Icon = icons[line.state]
  return (
    <li className={styles.line}>
      <Icon className={mergeClasses(styles.icon, styles[line.state])} aria-hidden="true" />
      <span>
        <Body1Strong>{line.title}</Body1Strong> <Body1 className={styles.quiet}>({stateWords[line.state]})</Body1>
      </span>
    </li>
  )
}
