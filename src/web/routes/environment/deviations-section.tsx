import { Body1, Body1Strong, Caption1, Link, makeStyles, Text, tokens } from '@fluentui/react-components'
import type { DriftReply } from '#contract'
import { Section } from '../../components/section.tsx'
import type { Viewer } from '../../use-me.ts'
import { whenText } from '../../words.ts'

type Deviation = NonNullable<DriftReply['assessment']>['deviations'][number]

const useStyles = makeStyles({
  group: { display: 'flex', flexDirection: 'column', gap: '6px' },
  list: { listStyleType: 'none', margin: 0, padding: 0 },
  line: {
    display: 'flex',
    flexDirection: 'column',
    gap: '2px',
    padding: '8px 0',
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    overflowWrap: 'anywhere',
  },
  quiet: { color: tokens.colorNeutralForeground2 },
  warning: { color: tokens.colorStatusWarningForeground1 },
  plain: { margin: 0, paddingLeft: '18px' },
})

/** What needs a word first; what is only named last. */
const groups: readonly (readonly [Deviation['class'], string])[] = [
  ['broken', 'Not as it was deployed'],
  ['unregistered', 'Changed by hand, and nobody has said yet what shall become of it'],
  ['tweak', 'Registered tweaks'],
  ['foreign-solution', 'Not brought by a release'],
]

/** How the environment differs from what is expected of it, when it was last seen. */
export function DeviationsSection({ view, viewer }: { readonly view: DriftReply; readonly viewer: Viewer }) {
  const styles = useStyles()
  const { assessment } = view
  if (assessment === undefined) {
    return (
      <Section title="What differs">
        <Text className={styles.quiet}>
          Nobody has looked yet. Look with <code>drover drift {view.environment.id}</code>.
        </Text>
      </Section>
    )
  }
  const { byDesign, deviations, leftovers = [], leftBehind = [], unseen = [] } = assessment
  return (
    <Section title="What differs" note={byDesign === 0 ? undefined : `${byDesign} more by design`}>
      {deviations.length === 0 && (
        <Text className={styles.quiet}>
          {unseen.length === 0 ? 'Nothing differs from what is expected.' : 'Nothing that could be seen differs from what is expected.'}
        </Text>
      )}
      {groups.map(([kind, title]) => (
        <Group key={kind} title={title} deviations={deviations.filter((one) => one.class === kind)} view={view} viewer={viewer} />
      ))}
      <ChangeRequests view={view} viewer={viewer} />
      <Named
        title="Left over from adopted changes: would hide what the next release changes there"
        lines={leftovers.map(({ id, subject }) => [
          subject.name,
          `: its release is deployed. Remove the layer with drover drift revert ${view.environment.id} ${id}`,
        ])}
      />
      <Named title="Left behind by a release that was gone back from: still there, and still acting" lines={leftBehind.map(leftText)} />
      <Named title="Could not be seen, so that more may differ" lines={unseen.map(({ what, why }) => [what, `: ${why}`])} isWarning />
    </Section>
  )
}

/** Nobody has to say anything of it: it goes with the next upgrade that has it not. */
function leftText({ kind, name, table, solution }: Left): Line {
  return [`${table === undefined ? '' : `${table}.`}${name}`, ` (${kind}) of ${solution}`]
}

type Left = NonNullable<NonNullable<DriftReply['assessment']>['leftBehind']>[number]
/** What it is about, and what is said of it. */
type Line = readonly [string, string]

function Named({
  title,
  lines,
  isWarning = false,
}: {
  readonly title: string
  readonly lines: readonly Line[]
  readonly isWarning?: boolean
}) {
  const styles = useStyles()
  if (lines.length === 0) return null
  return (
    <div className={styles.group}>
      <Body1Strong as="h3" block className={isWarning ? styles.warning : undefined}>
        {title}
      </Body1Strong>
      <ul className={styles.plain}>
        {lines.map(([what, said]) => (
          <li key={`${what}${said}`}>
            <Body1>
              <strong>{what}</strong>
              {said}
            </Body1>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** Who is asked to take a change into the source, and where. */
function ChangeRequests({ view, viewer }: { readonly view: DriftReply; readonly viewer: Viewer }) {
  const styles = useStyles()
  const waiting = (view.record.changeRequests ?? []).filter(({ ended }) => ended === undefined)
  if (waiting.length === 0) return null
  return (
    <div className={styles.group}>
      <Body1Strong as="h3" block>
        Change requests that wait ({waiting.length})
      </Body1Strong>
      <ul className={styles.list}>
        {waiting.map(({ id, title, owner, branch, pull, pullFailure, openedAt }) => (
          <li key={id} className={styles.line}>
            <Body1>
              {title}
              {pull !== undefined && (
                <>
                  {': '}
                  <Link href={pull.url} inline>
                    {pull.state === 'merged' ? 'merged pull request' : 'pull request'}
                  </Link>
                </>
              )}
            </Body1>
            <Caption1 className={styles.quiet}>
              {pull?.state === 'merged'
                ? 'The next release carries it.'
                : `${viewer.nameOf(owner)} reviews and merges ${pull === undefined ? `the branch ${branch}` : 'it'}.`}{' '}
              Since {whenText(openedAt)}. {pullFailure}
            </Caption1>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Group({
  title,
  deviations,
  view,
  viewer,
}: {
  readonly title: string
  readonly deviations: readonly Deviation[]
  readonly view: DriftReply
  readonly viewer: Viewer
}) {
  const styles = useStyles()
  if (deviations.length === 0) return null
  return (
    <div className={styles.group}>
      <Body1Strong as="h3" block>
        {title} ({deviations.length})
      </Body1Strong>
      <ul className={styles.list}>
        {deviations.map((deviation) => (
          <li key={deviation.id} className={styles.line}>
            <Body1>{deviation.message}</Body1>
            <Caption1 className={styles.quiet}>
              {[whoText(deviation), ...aboutTexts(view, deviation, viewer)].filter(Boolean).join(' ')}
            </Caption1>
          </li>
        ))}
      </ul>
    </div>
  )
}

function whoText({ who, when }: Deviation): string {
  const parts = [who?.name, when === undefined ? undefined : whenText(when)].filter((part) => part !== undefined)
  return parts.length === 0 ? '' : `${parts.join(', ')}.`
}

function aboutTexts(view: DriftReply, deviation: Deviation, viewer: Viewer): readonly string[] {
  if (deviation.class === 'foreign-solution') return []
  const tweak = view.record.tweaks.find(({ id }) => id === deviation.tweakId)
  const late = view.overdue.includes(deviation.id) ? [`Unregistered for more than ${view.overdueAfterDays} days.`] : []
  const disposition = view.record.dispositions[deviation.id]
  const step =
    disposition === undefined ? [] : [`${disposition.kind === 'adopt' ? 'Adoption' : 'Revert'}: ${disposition.state}. ${disposition.note}`]
  if (tweak === undefined) return [deviation.reason, ...late, ...step]
  const thens = { 'back-port': 'then it comes back from Dev', keep: 'then it is looked at again', remove: 'then it goes' } as const
  return [
    `${viewer.nameOf(tweak.owner)} answers for it until ${whenText(tweak.expiresAt)}, ${thens[tweak.decision]}: ${tweak.reason}`,
    ...step,
  ]
}
