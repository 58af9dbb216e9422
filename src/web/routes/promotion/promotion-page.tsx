import { Breadcrumb, BreadcrumbDivider, BreadcrumbItem, makeStyles, Spinner, Text, Title1, tokens } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import { usePageTitle } from '../../components/page-title.ts'
import { Problem } from '../../components/problem.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { useViewer, type Viewer } from '../../use-me.ts'
import { whenText } from '../../words.ts'
import { AttemptSection } from './attempt-section.tsx'
import { ChecklistSection } from './checklist-section.tsx'
import { ContentSection } from './content-section.tsx'
import { DecisionSection } from './decision-section.tsx'
import { ExceptionsSection } from './exceptions-section.tsx'
import { FactsSection } from './facts-section.tsx'
import { GatesSection } from './gates-section.tsx'
import { HistorySection } from './history-section.tsx'
import { LossesSection } from './losses-section.tsx'
import { OffersSection } from './offers-section.tsx'
import { OutcomeSection } from './outcome-section.tsx'
import { OwedSection } from './owed-section.tsx'
import { PlanSection } from './plan-section.tsx'
import { RecoverySection } from './recovery-section.tsx'
import { RenewedSection } from './renewed-section.tsx'
import { TrainSection } from './train-section.tsx'
import { UnknownSection } from './unknown-section.tsx'
import { WatchSection } from './watch-section.tsx'
import { type PromotionModel, usePromotion } from './use-promotion.ts'

const useStyles = makeStyles({
  page: { display: 'flex', flexDirection: 'column', gap: '20px' },
  head: { display: 'flex', alignItems: 'center', gap: '16px', flexWrap: 'wrap' },
  title: { overflowWrap: 'anywhere' },
  quiet: { color: tokens.colorNeutralForeground2 },
  columns: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) 340px',
    gap: '20px',
    alignItems: 'start',
    '@media (max-width: 980px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  column: { display: 'flex', flexDirection: 'column', gap: '20px', minWidth: 0 },
})

export function PromotionPage({ promotionId }: { readonly promotionId: string }) {
  const model = usePromotion(promotionId)
  const viewer = useViewer()
  usePageTitle(
    model.view.data === undefined ? 'Promotion' : `${model.view.data.promotion.request.solution} into ${model.names?.stage ?? ''}`,
  )
  if (model.view.isPending) return <Spinner label="Reading the promotion" />
  if (model.view.data === undefined || model.names === undefined) return <Problem error={model.view.error} />
  const { view, decide, acknowledge, answerFor } = model
  return (
    <PromotionView view={view.data} names={model.names} decide={decide} acknowledge={acknowledge} answerFor={answerFor} viewer={viewer} />
  )
}

export interface ViewProps {
  readonly view: NonNullable<PromotionModel['view']['data']>
  readonly names: NonNullable<PromotionModel['names']>
  readonly viewer: Viewer
}

function PromotionView({
  view,
  names,
  decide,
  acknowledge,
  answerFor,
  viewer,
}: ViewProps & Pick<PromotionModel, 'decide' | 'acknowledge' | 'answerFor'>) {
  const styles = useStyles()
  const { request, status } = view.promotion
  return (
    <div className={styles.page}>
      <Breadcrumb aria-label="Where you are">
        <BreadcrumbItem>
          <Link to="/">Board</Link>
        </BreadcrumbItem>
        <BreadcrumbDivider />
        <BreadcrumbItem>Promotion</BreadcrumbItem>
      </Breadcrumb>
      <div>
        <div className={styles.head}>
          <Title1 as="h1" className={styles.title}>
            {request.solution} {request.version} into {names.stage}
          </Title1>
          <span role="status">
            <StateBadge state={status.state} size="extra-large" />
          </span>
        </div>
        <Text className={styles.quiet}>
          Asked for by {viewer.nameOf(request.requestedBy)}, {whenText(request.requestedAt)}
        </Text>
      </div>
      <div className={styles.columns}>
        <div className={styles.column}>
          <OutcomeSection view={view} viewer={viewer} />
          <OffersSection view={view} />
          <OwedSection view={view} viewer={viewer} />
          <WatchSection view={view} viewer={viewer} />
          <ExceptionsSection view={view} viewer={viewer} />
          <RenewedSection promotion={view.promotion} />
          <LossesSection view={view} acknowledge={acknowledge} />
          <UnknownSection view={view} answerFor={answerFor} />
          <ContentSection view={view} names={names} />
          {request.train !== undefined && <TrainSection trainId={request.train.trainId} />}
          <DecisionSection view={view} names={names} decide={decide} viewer={viewer} />
          <PlanSection view={view} names={names} />
          <RecoverySection view={view} />
          <AttemptSection promotion={view.promotion} />
          <HistorySection events={view.events} viewer={viewer} />
        </div>
        <div className={styles.column}>
          <GatesSection gates={view.gates} viewer={viewer} />
          <FactsSection promotion={view.promotion} names={names} />
          <ChecklistSection promotionId={request.promotionId} />
        </div>
      </div>
    </div>
  )
}
