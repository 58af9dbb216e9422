import { makeStyles, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import type { PromotionReply } from '#contract'
import { Section } from '../../components/section.tsx'
import type { ViewProps } from './promotion-page.tsx'

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column', gap: '12px', margin: 0 },
  term: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  value: { margin: 0, overflowWrap: 'anywhere' },
  code: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
})

/** What exactly it is about, for the record. */
export function FactsSection({ promotion, names }: { readonly promotion: PromotionReply; readonly names: ViewProps['names'] }) {
  const styles = useStyles()
  const { request, tag } = promotion
  return (
    <Section title="Details">
      <dl className={styles.list}>
        {request.intent?.kind === 'hotfix' && (
          <Fact term="Hotfix">
            <span className={styles.code}>{request.intent.hotfixId}</span>
          </Fact>
        )}
        <Fact term="Environment">{names.environment}</Fact>
        <Fact term="Its address">
          <span className={styles.code}>{request.plan.target.lane}</span>
        </Fact>
        <Fact term="Tier">{request.tier}</Fact>
        <Fact term="Release">
          <span className={styles.code}>{request.releaseId}</span>
        </Fact>
        <Fact term="File (sha256)">
          <span className={styles.code}>{request.boundTo.artifact.replace('sha256:', '')}</span>
        </Fact>
        {tag !== undefined && (
          <Fact term="Tag of the source">
            <span className={styles.code}>{tag}</span>
          </Fact>
        )}
        <Fact term="Promotion">
          <span className={styles.code}>{request.promotionId}</span>
        </Fact>
        <Fact term="Version of the configuration">{request.configurationVersion}</Fact>
      </dl>
    </Section>
  )
}

function Fact({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  const styles = useStyles()
  return (
    <div>
      <dt className={styles.term}>{term}</dt>
      <dd className={styles.value}>{children}</dd>
    </div>
  )
}
