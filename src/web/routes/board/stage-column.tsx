import { Badge, Body1Strong, Caption1, makeStyles, Subtitle2, Text, tokens } from '@fluentui/react-components'
import { ShieldCheckmark16Regular } from '@fluentui/react-icons'
import { Link } from '@tanstack/react-router'
import type { BoardReply, DeploymentReply, PromotionSummaryReply } from '#contract'
import { signalText } from '#domain/drift'
import { tellWatch } from '#domain/promotion'
import { StateBadge } from '../../components/state-badge.tsx'
import type { Viewer } from '../../use-me.ts'
import { listText, readableText, whenText } from '../../words.ts'
import { ForYou } from './waiting-view.tsx'

type StageReply = BoardReply['pipelines'][number]['stagesWithState'][number]

const useStyles = makeStyles({
  column: {
    flex: '1 1 0',
    minWidth: 0,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusXLarge,
    display: 'flex',
    flexDirection: 'column',
  },
  head: {
    padding: '16px 20px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    display: 'flex',
    flexDirection: 'column',
    gap: '6px',
  },
  badges: { display: 'flex', gap: '6px', flexWrap: 'wrap' },
  part: { padding: '14px 20px 18px', display: 'flex', flexDirection: 'column', gap: '10px' },
  label: { color: tokens.colorNeutralForeground2, fontWeight: tokens.fontWeightSemibold },
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '12px' },
  row: { display: 'flex', justifyContent: 'space-between', gap: '12px', alignItems: 'center' },
  name: { overflowWrap: 'anywhere' },
  marks: { display: 'flex', gap: '6px', flexWrap: 'wrap', justifyContent: 'flex-end' },
  quiet: { color: tokens.colorNeutralForeground2 },
  late: { color: tokens.colorPaletteRedForeground1 },
  link: {
    display: 'flex',
    flexDirection: 'column',
    gap: '6px',
    padding: '12px 14px',
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    color: tokens.colorNeutralForeground1,
    textDecorationLine: 'none',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover, border: `1px solid ${tokens.colorBrandStroke1}` },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '2px' },
  },
})

const onItsWay: readonly PromotionSummaryReply['state'][] = ['pending', 'running', 'migrating', 'errored', 'indeterminate']
const stopped: readonly PromotionSummaryReply['state'][] = ['failed', 'rejected']

/** One stage: what is in it now, and what wants to go in. */
export function StageColumn({
  stage,
  name,
  mine,
  viewer,
}: {
  readonly stage: StageReply
  readonly name: string
  /** The promotions that wait for a word of whoever looks. */
  readonly mine: readonly string[]
  readonly viewer: Viewer
}) {
  const styles = useStyles()
  const waiting = stage.promotions.filter((promotion) => onItsWay.includes(promotion.state))
  const notGone = stage.promotions.filter((promotion) => stopped.includes(promotion.state)).slice(0, 3)
  return (
    <article className={styles.column} aria-label={`Stage ${name}`}>
      <div className={styles.head}>
        <Subtitle2 as="h3" block>
          {name}
        </Subtitle2>
        <Link
          to="/environments/$environmentId"
          params={{ environmentId: stage.environment.id }}
          aria-label={`Environment ${stage.environment.name}`}
        >
          {stage.environment.name === name ? 'Environment' : stage.environment.name}
        </Link>
        <div className={styles.badges}>
          <Badge appearance="outline" color="informative">
            {stage.environment.purpose}
          </Badge>
          {stage.environment.careClass === 'pet' && (
            <Badge appearance="tint" color="brand" icon={<ShieldCheckmark16Regular />}>
              pet
            </Badge>
          )}
        </div>
      </div>
      {stage.holds.length > 0 && <Holds holds={stage.holds} />}
      <div className={styles.part}>
        <Caption1 className={styles.label}>Deployed</Caption1>
        {stage.deployments.length === 0 ? (
          <Text className={styles.quiet}>Nothing yet</Text>
        ) : (
          <Deployments deployments={stage.deployments} viewer={viewer} />
        )}
      </div>
      {waiting.length > 0 && <Promotions title="On its way" promotions={waiting} mine={mine} viewer={viewer} />}
      {notGone.length > 0 && <Promotions title="Did not go in" promotions={notGone} mine={mine} viewer={viewer} />}
    </article>
  )
}

function Holds({ holds }: { readonly holds: StageReply['holds'] }) {
  const styles = useStyles()
  return (
    <div className={styles.part}>
      <Caption1 className={styles.label}>Held</Caption1>
      <ul className={styles.list}>
        {holds.map(({ solution, promotionId, since }) => (
          <li key={`${solution} ${promotionId}`}>
            <Link to="/promotions/$promotionId" params={{ promotionId }} aria-label={`Why this is held for ${solution}`}>
              {solution}
            </Link>
            <Caption1 block className={styles.quiet}>{`since ${whenText(since)}; nothing but a recovery goes in`}</Caption1>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Deployments({ deployments, viewer }: { readonly deployments: readonly DeploymentReply[]; readonly viewer: Viewer }) {
  const styles = useStyles()
  return (
    <ul className={styles.list}>
      {deployments.map((deployment) => (
        <li key={deployment.solution}>
          <div className={styles.row}>
            <Link
              to="/solutions/$solution"
              params={{ solution: deployment.solution }}
              className={styles.name}
              aria-label={`Solution ${deployment.solution}`}
            >
              <Body1Strong>{deployment.solution}</Body1Strong>
            </Link>
            <Link
              to="/promotions/$promotionId"
              params={{ promotionId: deployment.promotionId }}
              aria-label={`${deployment.solution} ${deployment.version}: how it came here`}
            >
              {signalText(deployment)}
            </Link>
          </div>
          <Caption1 className={styles.quiet}>
            {whenText(deployment.deployedAt)}
            {deployment.approvals.length > 0 &&
              `, approved by ${listText([...new Set(deployment.approvals.map(({ by }) => viewer.nameOf(by)))])}`}
          </Caption1>
          {deployment.watch !== undefined && <Watch watch={deployment.watch} />}
        </li>
      ))}
    </ul>
  )
}

function Watch({ watch }: { readonly watch: NonNullable<DeploymentReply['watch']> }) {
  const styles = useStyles()
  const told = tellWatch(watch)
  if (told === undefined) return null
  return (
    <Caption1 block className={told.isOverdue ? styles.late : styles.quiet}>
      {readableText(`${told.isOverdue ? 'Overdue: ' : ''}${told.text}`)}
    </Caption1>
  )
}

function Promotions({
  title,
  promotions,
  mine,
  viewer,
}: {
  readonly title: string
  readonly promotions: readonly PromotionSummaryReply[]
  readonly mine: readonly string[]
  readonly viewer: Viewer
}) {
  const styles = useStyles()
  return (
    <div className={styles.part}>
      <Caption1 className={styles.label}>{title}</Caption1>
      <ul className={styles.list}>
        {promotions.map((promotion) => (
          <li key={promotion.promotionId}>
            <Link to="/promotions/$promotionId" params={{ promotionId: promotion.promotionId }} className={styles.link}>
              <span className={styles.row}>
                <Body1Strong className={styles.name}>
                  {promotion.solution} {promotion.version}
                </Body1Strong>
                <span className={styles.marks}>
                  {mine.includes(promotion.promotionId) && <ForYou />}
                  <StateBadge state={promotion.state} />
                </span>
              </span>
              <Caption1 className={styles.quiet}>
                asked by {viewer.nameOf(promotion.requestedBy)}, {whenText(promotion.requestedAt)}
                {promotion.escalated === undefined ? '' : `; undecided for too long: ${promotion.escalated.replaceAll(',', ', ')}`}
              </Caption1>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  )
}
