import { Badge, Breadcrumb, BreadcrumbDivider, BreadcrumbItem, makeStyles, Spinner, Text, Title1, tokens } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import { usePageTitle } from '../../components/page-title.ts'
import { Problem } from '../../components/problem.tsx'
import { useViewer, type Viewer } from '../../use-me.ts'
import { whenText } from '../../words.ts'
import { BiographySection } from './biography-section.tsx'
import { DeployedSection } from './deployed-section.tsx'
import { DeviationsSection } from './deviations-section.tsx'
import { LifeSection } from './life-section.tsx'
import { ProtectionSection } from './protection-section.tsx'
import { RescuesSection } from './rescues-section.tsx'
import { type EnvironmentModel, useEnvironment } from './use-environment.ts'

const useStyles = makeStyles({
  page: { display: 'flex', flexDirection: 'column', gap: '20px' },
  head: { display: 'flex', alignItems: 'center', gap: '12px', flexWrap: 'wrap' },
  quiet: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
  columns: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) 340px',
    gap: '20px',
    alignItems: 'start',
    '@media (max-width: 980px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  column: { display: 'flex', flexDirection: 'column', gap: '20px', minWidth: 0 },
})

/** What is known of one environment: whose it is, what is deployed there, what differs, and who may change it. Nothing is changed here. */
export function EnvironmentPage({ environmentId }: { readonly environmentId: string }) {
  const model = useEnvironment(environmentId)
  const viewer = useViewer()
  usePageTitle(model.drift.data?.environment.name ?? 'Environment')
  if (model.drift.isPending) return <Spinner label="Reading what is known of the environment" />
  if (model.drift.data === undefined) return <Problem error={model.drift.error} />
  return <EnvironmentView {...model} view={model.drift.data} viewer={viewer} />
}

function EnvironmentView(
  props: EnvironmentModel & { readonly view: NonNullable<EnvironmentModel['drift']['data']>; readonly viewer: Viewer },
) {
  const { view, record, life, rescues, biography, protection, viewer } = props
  const styles = useStyles()
  const { environment } = view
  return (
    <div className={styles.page}>
      <Breadcrumb aria-label="Where you are">
        <BreadcrumbItem>
          <Link to="/">Board</Link>
        </BreadcrumbItem>
        <BreadcrumbDivider />
        <BreadcrumbItem>Environment</BreadcrumbItem>
      </Breadcrumb>
      <div>
        <div className={styles.head}>
          <Title1 as="h1">{environment.name}</Title1>
          <Badge appearance="outline" color="informative" size="large">
            {environment.purpose}
          </Badge>
          <Badge appearance="tint" color={environment.careClass === 'pet' ? 'brand' : 'informative'} size="large">
            {environment.careClass}
          </Badge>
        </div>
        <Text block className={styles.quiet}>
          {environment.url}
        </Text>
        <Text block className={styles.quiet}>
          {viewer.nameOf(environment.owner)} answers for it. {seenText(view.record.observed?.at)} {goodText(record, viewer)}
        </Text>
        <HeldText record={record} />
      </div>
      <div className={styles.columns}>
        <div className={styles.column}>
          <DeviationsSection view={view} viewer={viewer} />
          <RescuesSection rescues={rescues} />
          <BiographySection biography={biography} viewer={viewer} />
        </div>
        <div className={styles.column}>
          <DeployedSection view={view} />
          {life !== undefined && <LifeSection life={life} />}
          <ProtectionSection environment={environment} protection={protection} viewer={viewer} />
        </div>
      </div>
    </div>
  )
}

function HeldText({ record }: Pick<EnvironmentModel, 'record'>) {
  const held = (record?.holds ?? []).filter(({ resumed }) => resumed === undefined)
  return held.map(({ solution, promotionId, since }) => (
    <Text block key={`${solution} ${promotionId}`}>
      {`Held for ${solution} since ${whenText(since)}: nothing but a recovery goes in. `}
      <Link to="/promotions/$promotionId" params={{ promotionId }}>
        What went wrong
      </Link>
    </Text>
  ))
}

function seenText(at: string | undefined): string {
  return at === undefined ? 'It was never looked at.' : `Last looked at ${whenText(at)}.`
}

function goodText(record: EnvironmentModel['record'], viewer: Viewer): string {
  const baseline = record?.baseline
  if (baseline === undefined) return 'Nobody has said yet that its state is good.'
  return `Good as it was ${whenText(baseline.observedAt)}, said ${viewer.nameOf(baseline.acceptedBy)}: ${baseline.comment}`
}
